"""The labels of every frame as run lengths: small enough to be kept always; `knowledge.masks` says how."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from segcore.classes import ClassTable
from segcore.knowledge.masks import MASKS_FILE, Box, MaskTable
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import joined
from segcore.video.outputs.product import Product


class MasksFile:
    """See `Output`.

    Args:
        folder: where masks.parquet goes.
        classes: of the network.
        size: (height, width) of the frames.
        box: what of them the network sees; None: all.
    """

    stage = "masks"

    def __init__(self, folder: Path, classes: ClassTable, size: tuple[int, int], box: Box | None) -> None:
        self._table = MaskTable(folder, classes, size, box)
        self.files = (self._table.path,)

    def __enter__(self) -> MasksFile:
        self._table.__enter__()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        self._table.append(frame.index, frame.time_s, frame.labels, frame.runs)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._table.__exit__(kind, error, trace)


def masks_file(classes: ClassTable, size: tuple[int, int], box: Box | None) -> Product:
    """`MasksFile` of a job."""
    return Product(lambda folder: MasksFile(folder, classes, size, box), joined(MASKS_FILE))
