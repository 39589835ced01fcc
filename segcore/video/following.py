"""How each frame moved since the one before, found once for all who need it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segcore.knowledge.motion import Motion, MotionFinder, small_grey


@dataclass(frozen=True)
class Moved:
    """What is known of one frame's motion.

    Attributes:
        grey: (h, w) uint8, the frame as it was followed.
        motion: since the frame before; None for the first one of a chunk, and where a shot begins.
        cut: whether a new shot begins.
    """

    grey: np.ndarray
    motion: Motion | None = None
    cut: bool = False


class Follower:
    """Follows frames in order; each chunk stands on its own, so that a job that goes on computes as it did before."""

    def __init__(self) -> None:
        self._finder = MotionFinder()

    def look(self, picture: np.ndarray, *, begins: bool) -> Moved:
        """The next frame.

        Args:
            picture: (h, w, 3) uint8 RGB, always of one size.
            begins: whether a chunk begins with it.
        """
        if begins:
            self._finder = MotionFinder()
        grey = small_grey(picture)
        return Moved(grey, *self._finder.step(picture, grey))
