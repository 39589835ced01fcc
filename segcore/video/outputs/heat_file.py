"""Where each class was, counted while the video is segmented: of objects only boxes are kept."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from segcore.knowledge.heat import HEAT_FILE, HeatCounter, joined_heat, read_heat
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import appearing
from segcore.video.outputs.product import Product, by_name
from segcore.video.region import Region


class HeatFile:
    """See `Output`: the heat map of a chunk.

    Args:
        path: where it goes.
        size: (height, width) of the frames.
        region: what the network sees of them.
    """

    stage = "heat"

    def __init__(self, path: Path, size: tuple[int, int], region: Region) -> None:
        self.files = (path,)
        self._path, self._size, self._region = path, size, region
        self._counter = HeatCounter()

    def __enter__(self) -> HeatFile:
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        self._counter.add(frame.labels, np.flatnonzero(frame.measure.pixels).tolist())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._counter.map(self._size, (*self._region,)).write(self._path)


def heat_file(size: tuple[int, int], region: Region | None) -> Product:
    """`HeatFile` of a job; its chunks are added up."""
    seen = region or Region(0, 0, size[1], size[0])

    return Product(lambda folder: HeatFile(folder / HEAT_FILE, size, seen), by_name(HEAT_FILE, _join))


def _join(parts: Sequence[Path], whole: Path) -> None:
    if len(parts) > 1:
        joined_heat(read_heat(part) for part in parts).write(whole)
        return
    with appearing(whole) as partial:
        shutil.copyfile(parts[0], partial)
