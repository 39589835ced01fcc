"""Frames for the tests of outputs, without a video and a network."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from segcore.knowledge.measure import measure_frame
from segcore.video.colors import BT601
from segcore.video.contours import find_contours
from segcore.video.info import VideoInfo
from segcore.video.labelled import FinishedFrame
from segcore.video.planes import Planes
from segcore.video.sequence import sequence_info

TIMES = (40, 140, 141, 190, 940, 1040)
"""Uneven, not from zero."""


def info_of(size: tuple[int, int], base: Fraction = Fraction(1, 1000)) -> VideoInfo:
    """Of a video of this size (height, width)."""
    return replace(_some_info(), width=size[1], height=size[0], time_base=base, fps=10.0)


def _some_info() -> VideoInfo:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        cv2.imwrite(str(Path(folder) / "1.png"), np.zeros((4, 4, 3), np.uint8))
        return sequence_info(Path(folder))


def finished(
    number: int, pts: int, labels: np.ndarray, size: tuple[int, int], drawn: tuple[int, ...] = ()
) -> FinishedFrame:
    """A black frame of these labels; `drawn`: classes that have contours."""
    sure = np.full_like(labels, 255)
    return FinishedFrame(
        index=number,
        time_s=pts / 1000,
        pts=pts,
        labels=labels,
        confidence=sure,
        contours=find_contours(labels, drawn, size, sure),
        overlay=Planes.of_rgb(np.zeros((*size, 3), np.uint8), BT601),
        measure=measure_frame(labels, sure, size, 255),
    )
