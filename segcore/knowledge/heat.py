"""Where each class was in a video: in how many frames each place held it. `heat.npz`, arrays alone.

| array | holds |
|---|---|
| frames | () int64, how many there were |
| size | (2,) int64, height and width of the whole frame, pixels |
| region | (4,) int64, x, y, width and height of what the network saw |
| class_<id> | (h, w) uint32, frames in which each place held that class; classes that were never there have none |
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path

import cv2
import numpy as np

from segcore.errors import ResultError

HEAT_FILE = "heat.npz"
LONGEST = 480
"""Cells of the longer side at most: a heat map is looked at, not measured."""
_FULL = 255
"""So many frames are counted in bytes, which is quick, before they are added to the whole."""
_CLASS = "class_"


@dataclass(frozen=True)
class HeatMap:
    """How often each place held each class.

    Attributes:
        counts: by class id, (h, w) uint32.
        frames: how many frames there were.
        size: (height, width) of the whole frame.
        region: x, y, width, height of the part that the network saw.
    """

    counts: dict[int, np.ndarray]
    frames: int
    size: tuple[int, int]
    region: tuple[int, int, int, int]

    def share(self, class_id: int) -> np.ndarray:
        """Share of the frames in which each place held a class: (h, w) float64."""
        return self.counts[class_id] / max(self.frames, 1)

    @property
    def place(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the map as shares of the frame."""
        (height, width), (x, y, wide, tall) = self.size, self.region
        return x / width, y / height, wide / width, tall / height

    def write(self, path: Path) -> None:
        """Write the file in one step."""
        arrays = {f"{_CLASS}{class_id}": plane for class_id, plane in self.counts.items()}
        arrays |= {name: np.array(getattr(self, name), np.int64) for name in ("frames", "size", "region")}
        partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, array in arrays.items():
                    with archive.open(f"{name}.npy", "w") as entry:  # as `np.savez_compressed`, in a third of its time
                        np.lib.format.write_array(entry, array, allow_pickle=False)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


@dataclass
class HeatCounter:
    """Counts frame by frame; memory does not grow with their number."""

    frames: int = 0
    counts: dict[int, np.ndarray] = field(default_factory=dict)
    _recent: dict[int, np.ndarray] = field(default_factory=dict)
    _waiting: int = 0

    def add(self, labels: np.ndarray, present: Sequence[int]) -> None:
        """Count a frame.

        Args:
            labels: (h, w) uint8, always of one size.
            present: the classes in it.
        """
        small = shrunk(labels)
        for class_id in present:
            recent = self._recent.setdefault(class_id, np.zeros(small.shape, np.uint8))
            np.add(recent, small == class_id, out=recent)
        self.frames += 1
        self._waiting += 1
        if self._waiting == _FULL:
            self._empty()

    def _empty(self) -> None:
        for class_id, recent in self._recent.items():
            self.counts[class_id] = self.counts.get(class_id, 0) + recent.astype(np.uint32)
        self._recent, self._waiting = {}, 0

    def map(self, size: tuple[int, int], region: tuple[int, int, int, int]) -> HeatMap:
        """What was counted so far, as `HeatMap`."""
        self._empty()
        return HeatMap(dict(sorted(self.counts.items())), self.frames, size, region)


def shrunk(labels: np.ndarray) -> np.ndarray:
    """Labels (h, w) uint8 at most `LONGEST` long, by nearest neighbour."""
    longest = max(labels.shape)
    if longest <= LONGEST:
        return labels
    height, width = (max(1, round(side * LONGEST / longest)) for side in labels.shape)
    return cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)


def joined_heat(parts: Iterable[HeatMap]) -> HeatMap:
    """The map of a video whose chunks have these; one at least. Each is taken when the one before it is counted."""
    return reduce(_together, parts)


def _together(one: HeatMap, other: HeatMap) -> HeatMap:
    counts = dict(one.counts)
    for class_id, plane in other.counts.items():
        counts[class_id] = counts[class_id] + plane if class_id in counts else plane
    return replace(one, counts=dict(sorted(counts.items())), frames=one.frames + other.frames)


def read_heat(path: Path) -> HeatMap:
    """A heat.npz.

    Raises:
        ResultError: it is none, or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as held:
            counts = {int(name.removeprefix(_CLASS)): held[name] for name in held.files if name.startswith(_CLASS)}
            height, width = (int(v) for v in held["size"])
            x, y, wide, tall = (int(v) for v in held["region"])
            return HeatMap(counts, int(held["frames"]), (height, width), (x, y, wide, tall))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ResultError(f"{path.name} is no heat map: {error}.", fix="Segment the video again.") from error
