"""A frame on its way through a video job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from segcore.knowledge.class_parts import Parts
from segcore.knowledge.label_runs import LabelRuns
from segcore.knowledge.masks import on_frame
from segcore.knowledge.measure import FrameMeasure
from segcore.knowledge.motion import Carrier
from segcore.video.contours import Contours
from segcore.video.following import Moved
from segcore.video.planes import Planes
from segcore.video.region import Region

if TYPE_CHECKING:
    from segcore.video.steadiness import Steady


@dataclass(frozen=True)
class DecodedFrame:
    """A frame as the network and the drawing take it.

    Attributes:
        index: its number in what is read, from 0.
        time_s: its time in the source.
        pts: the same in units of the source's time base.
        planes: the frame, upright, at its own size.
        small: (h, w, 3) uint8 RGB, what the network sees, at its resolution.
        begins: whether it is the first one of its chunk.
        damage: of the source, counted when this frame came (`Damage.counted`).
        moved: how it moved since the frame before; None where nobody needs it.
    """

    index: int
    time_s: float
    pts: int
    planes: Planes
    small: np.ndarray
    begins: bool = False
    damage: dict[str, Any] = field(default_factory=dict)
    moved: Moved | None = None


@dataclass(frozen=True)
class LabelledFrame:
    """A frame with its answer.

    Attributes:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability of each label × 255.
        carrier: what brought them here from the frame before, where the network did not see this one.
    """

    frame: DecodedFrame
    labels: np.ndarray
    confidence: np.ndarray
    carrier: Carrier | None = None


@dataclass(frozen=True)
class FinishedFrame:
    """A frame as outputs take it.

    Attributes:
        labels: (h, w) uint8, at network resolution, or at the frame's or region's size where they were refined.
        confidence: likewise, probability of each label × 255.
        contours: of the classes that are drawn, in pixels of the frame.
        overlay: the drawn frame; the source's own planes may have become it.
        measure: what its labels say.
        region: what the labels are of; None: of the whole frame.
        steady: how sure and steady they are; None where that is not looked at.
        runs, parts: of the labels, where each class is; None where nobody looked yet.
    """

    index: int
    time_s: float
    pts: int
    labels: np.ndarray
    confidence: np.ndarray
    contours: Contours
    overlay: Planes
    measure: FrameMeasure
    region: Region | None = None
    steady: Steady | None = None
    runs: LabelRuns | None = None
    parts: Parts | None = None

    def mask(self, size: tuple[int, int], outside: int = 255) -> np.ndarray:
        """The labels on the whole frame, by nearest neighbour, as the ledger counts them.

        Args:
            size: (height, width) of the frame.
            outside: the value outside of the region.

        Returns:
            (height, width) uint8.
        """
        return on_frame(self.labels, size, self.region, outside)
