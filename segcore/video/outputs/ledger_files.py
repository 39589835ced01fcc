"""The ledger of a video: one row a frame and class."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from segcore.classes import ClassTable
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE, LedgerWriter
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import joined
from segcore.video.outputs.product import Product


class LedgerFiles:
    """See `Output`.

    Args:
        folder: where ledger.parquet and ledger.csv go.
        classes: of the network.
        size: (height, width) of the frames, or of the region of them that the network sees.
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


def ledger_files(classes: ClassTable, size: tuple[int, int]) -> Product:
    """`LedgerFiles` of a job."""
    table, lines = joined(PARQUET_FILE), joined(CSV_FILE)
    return Product(lambda folder: LedgerFiles(folder, classes, size), lambda *to: (*table(*to), *lines(*to)))
