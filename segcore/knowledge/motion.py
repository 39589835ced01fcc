"""How a picture moved since the one before: dense optical flow, where it can be trusted, and where a shot ends.

Flow is Kroeger et al.'s DIS ("Fast optical flow using dense inverse search", ECCV 2016) on small grey pictures, both
ways: where the way there and the way back do not meet (Sundaram, Brox & Keutzer, ECCV 2010), or a pixel does not look
like where it came from, something was covered, came into view or moved too fast, and nothing can be said of it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

import cv2
import numpy as np

from segcore.knowledge.nearest import every_nth

WIDTH = 256
"""Flow is looked for at this width at most."""

_APART, _PER_STEP = 0.5, 0.01
"""Squared pixels that the two ways may end apart, and more of it the longer they are (Sundaram et al.)."""
_ALIKE = 20
"""Grey levels by which a pixel may differ from where it came from, noise smoothed away."""
_UNTRACEABLE = 0.5
"""At a cut at least this share of the picture cannot be followed …"""
_UNLIKE, _TIMES = 0.12, 3.0
"""… and its colours differ by at least this share, and by so many times the median of the frames before."""
_REMEMBERED = 24


@dataclass(frozen=True)
class Motion:
    """From a picture back to the one before.

    Attributes:
        back: (h, w, 2) float32, pixels (x, y) from where something is to where it was.
        seen: (h, w) uint8, 255 where it was in the picture before, else 0.
    """

    back: np.ndarray
    seen: np.ndarray

    def at(self, size: tuple[int, int], every: int = 1) -> Carrier:
        """The same for planes of another size (height, width); for each `every`-th pixel of each such row alone."""
        height, width = self.seen.shape
        columns, rows = _grid(size, every)
        some = columns.shape[::-1]
        x, y = (
            cv2.resize(plane * np.float32(scale), some, interpolation=cv2.INTER_LINEAR)
            for plane, scale in zip(cv2.split(self.back), (size[1] / width, size[0] / height), strict=True)
        )
        seen = cv2.resize(self.seen, some, interpolation=cv2.INTER_NEAREST)
        return Carrier(cv2.add(x, columns, dst=x), cv2.add(y, rows, dst=y), seen)


@dataclass(frozen=True)
class Carrier:
    """Brings planes of the picture before to the places of the present one.

    Attributes:
        x, y: (h, w) float32, where each pixel comes from; of all pixels, or of some on a coarser grid.
        seen: (h, w) uint8, 255 where that is known.
    """

    x: np.ndarray
    y: np.ndarray
    seen: np.ndarray

    def carry(self, plane: np.ndarray) -> np.ndarray:
        """A whole plane of any type, by nearest neighbour, as (h, w); where `seen` is 0 it means nothing."""
        return cv2.remap(plane, self.x, self.y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)

    def some(self, every: int) -> Carrier:
        """The same for each `every`-th pixel of each such row alone."""
        return Carrier(*(np.ascontiguousarray(plane[::every, ::every]) for plane in (self.x, self.y, self.seen)))

    def after(self, earlier: Carrier) -> Carrier:
        """From the picture before the one before: `earlier` and then this one, of the same size.

        One long way rounds once where many short ones round each time.
        """
        x, y = (
            cv2.remap(plane, self.x, self.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for plane in (earlier.x, earlier.y)
        )
        return Carrier(x, y, cv2.min(self.carry(earlier.seen), self.seen))


class MotionFinder:
    """Follows a video frame by frame."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._grey: np.ndarray | None = None
        self._colors: np.ndarray | None = None
        self._changes: deque[float] = deque(maxlen=_REMEMBERED)

    def step(self, picture: np.ndarray, grey: np.ndarray) -> tuple[Motion | None, bool]:
        """The motion since the picture before, and whether a new shot begins.

        Args:
            picture: (h, w, 3) uint8 RGB, always of one size.
            grey: `small_grey` of it.

        Returns:
            No motion for the first picture and where a shot begins; the first picture is no new shot.
        """
        colors = _histogram(picture)
        before, known = self._grey, self._colors
        self._grey, self._colors = grey, colors
        if before is None or known is None or before.shape != grey.shape:
            return None, False
        motion, traced = self._between(before, grey)
        change = float(0.5 * np.abs(colors - known).sum())
        usual = median(self._changes) if self._changes else 0.0
        cut = 1 - traced >= _UNTRACEABLE and change >= max(_UNLIKE, _TIMES * usual)
        if cut:
            self._changes.clear()
            return None, True
        self._changes.append(change)
        return motion, False

    def _between(self, before: np.ndarray, now: np.ndarray) -> tuple[Motion, float]:
        """The motion, and the share of the picture whose two ways meet (whatever the light does)."""
        back, forth = self._calc(now, before), self._calc(before, now)
        columns, rows = _grid(now.shape)
        left, up = cv2.split(back)  # planes by themselves: numpy is several times slower on pairs
        x, y = left + columns, up + rows
        there = cv2.remap(forth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        miss_x, miss_y = (a + b for a, b in zip((left, up), cv2.split(there), strict=True))
        apart, long = miss_x * miss_x + miss_y * miss_y, left * left + up * up
        carried = cv2.remap(before, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        alike = cv2.blur(cv2.absdiff(carried, now), (3, 3)) <= _ALIKE
        inside = (x >= 0) & (y >= 0) & (x <= now.shape[1] - 1) & (y <= now.shape[0] - 1)
        meets = (apart <= _APART + 2 * _PER_STEP * long) & inside
        return Motion(back, (meets & alike).astype(np.uint8) * 255), float(meets.mean())

    def _calc(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return self._flow.calc(one, other, None)  # type: ignore[call-overload]


def small_grey(picture: np.ndarray) -> np.ndarray:
    """A picture (h, w, 3) uint8 RGB in grey, at most `WIDTH` wide: (h', w') uint8."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if grey.shape[1] <= WIDTH:
        return grey
    height = max(16, round(grey.shape[0] * WIDTH / grey.shape[1]))
    while grey.shape[1] >= 2 * WIDTH:  # by halves, the rest linearly: a tenth of the work of all at once by area
        grey = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(grey, (WIDTH, height), interpolation=cv2.INTER_LINEAR)


def _histogram(picture: np.ndarray) -> np.ndarray:
    """Shares of 4×4×4 colours, of every fourth pixel: (4, 4, 4) float32."""
    counts = cv2.calcHist([every_nth(picture, 4)], [0, 1, 2], None, [4, 4, 4], [0, 256, 0, 256, 0, 256])
    return counts / max(1.0, float(counts.sum()))


@lru_cache(maxsize=8)
def _grid(size: tuple[int, ...], every: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The own column and row of each pixel, or of each `every`-th of each such row: (h, w) float32 each."""
    rows, columns = np.mgrid[: size[0] : every, : size[1] : every].astype(np.float32)
    return columns, rows
