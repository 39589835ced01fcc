"""The ledger of a video: one row a frame and class."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from segcore.classes import ClassTable
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE, LedgerWriter
from segcore.video.labelled import FinishedFrame


class LedgerFiles:
    """See `Output`.

    Args:
        folder: where ledger.parquet and ledger.csv go.
        classes: of the network.
        size: (height, width) of the frames.
    """

    stage = "measure"

    def __init__(self, folder: Path, classes: ClassTable, size: tuple[int, int]) -> None:
        self.files = (folder / PARQUET_FILE, folder / CSV_FILE)
        self._ledger = LedgerWriter(folder, classes, size)

    def __enter__(self) -> LedgerFiles:
        self._ledger.__enter__()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        self._ledger.append(frame.index, frame.time_s, frame.measure)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ledger.__exit__(kind, error, trace)
