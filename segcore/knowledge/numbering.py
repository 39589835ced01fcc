"""Objects numbered over a video's frames, at its end or while the frames still come."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from struct import pack

import numpy as np

from segcore.knowledge.association import Association

FrameRows = tuple[float, np.ndarray]
"""Second and rows of a frame, as of `Association.step`; at least one row."""


class Numbering:
    """`Association` over the first frames of a video, with a checksum of each: in the end it is seen whether those are
    the video's frames, whatever was resumed, made elsewhere or done again meanwhile.

    Args:
        gap_s: as of `Association`.
    """

    def __init__(self, gap_s: float) -> None:
        self.gap_s = gap_s
        self._begin()

    def _begin(self) -> None:
        self._association = Association(self.gap_s)
        self._sums, self._numbers = array("I"), array("i")

    def __len__(self) -> int:
        """How many frames were taken."""
        return len(self._sums)

    def step(self, frame: FrameRows) -> None:
        """Take the next frame that has objects."""
        self._sums.append(_sum(frame))
        self._numbers.frombytes(self._association.step(*frame).astype(np.int32).tobytes())

    def over(self, frames: Iterable[FrameRows]) -> np.ndarray | None:
        """Go on to the end of the video; what was kept for that is let go, as it is a part of the answer.

        Args:
            frames: all that have objects, from the first.

        Returns:
            (rows of all frames,) int32: numbers from 0 of what belongs together. None where the frames that were taken
            are others.
        """
        count = 0
        for count, frame in enumerate(frames, 1):
            if count > len(self):
                self.step(frame)
            elif self._sums[count - 1] != _sum(frame):
                return None
        if count < len(self):
            return None
        made = _made_whole(np.array(self._numbers, np.int32), self._association.pieces)
        self._begin()
        return made


def _made_whole(numbers: np.ndarray, pieces: dict[int, tuple[int, int]]) -> np.ndarray:
    """The same, but objects that came into the picture in pieces are one."""
    final = np.arange(numbers.max(initial=-1) + 1, dtype=np.int32)
    for piece, whole in pieces.values():
        one, other = final[piece], final[whole]
        final[(final == one) | (final == other)] = min(one, other)
    return final[numbers]


def _sum(frame: FrameRows) -> int:
    second, rows = frame
    return zlib.crc32(rows.tobytes(), zlib.crc32(pack("<d", second)))
