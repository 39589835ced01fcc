"""Drawing what was found onto a frame."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.video.contours import Contours, find_contours
from segcore.video.legend import draw_legend

Style = Literal["notebook", "contour", "fill", "both"]
"""notebook: darkened frame, contours; contour: contours; fill: tinted regions; both: tinted, with contours."""

STYLES: tuple[Style, ...] = ("notebook", "contour", "fill", "both")

_SHIFT = 4

DARKENING = 1.5
"""The notebook divides the frame by this."""


def thickness_for(height: int) -> int:
    """Thickness of a contour, in pixels, for a frame of this height: 4 at 1080."""
    return max(1, round(height / 270))


def draw_overlay(
    frame: np.ndarray,
    labels: np.ndarray,
    classes: ClassTable,
    style: Style = "notebook",
    *,
    opacity: float = 0.45,
    thickness: int | None = None,
    legend: bool = False,
    hidden: Collection[int] = (),
    confidence: np.ndarray | None = None,
) -> np.ndarray:
    """Draw every class but the background (id 0).

    Args:
        frame: (H, W, 3) uint8 RGB; unchanged.
        labels: (h, w) uint8, at any resolution.
        classes: their names and colours.
        style: see `Style`.
        opacity: of the tint, 0..1.
        thickness: of contours in pixels; None: by the frame's height.
        legend: name the classes in the upper left corner.
        hidden: class ids that are not drawn.
        confidence: (h, w) uint8, probability of each label × 255: borders then run between pixels.

    Returns:
        (H, W, 3) uint8 RGB, a new array.
    """
    shown = [c.id for c in classes if c.id and c.id not in hidden]
    contours = find_contours(labels, shown, frame.shape[:2], confidence)
    if style == "notebook":
        out = cv2.convertScaleAbs(frame, alpha=1 / DARKENING)
    elif style == "contour":
        out = frame.copy()
    else:
        out = _tinted(frame, contours, classes, opacity)
    if style != "fill":
        _outline(out, contours, classes, thickness or thickness_for(frame.shape[0]))
    if legend:
        draw_legend(out, tuple((classes[c].name, classes[c].rgb) for c in shown))
    return out


def _tinted(frame: np.ndarray, contours: Contours, classes: ClassTable, opacity: float) -> np.ndarray:
    painted = frame.copy()
    for class_id, found in contours.items():
        cv2.fillPoly(painted, _fixed_point(found), classes[class_id].rgb, cv2.LINE_AA, _SHIFT)
    return cv2.addWeighted(frame, 1 - opacity, painted, opacity, 0)


def _outline(frame: np.ndarray, contours: Contours, classes: ClassTable, thickness: int) -> None:
    for class_id, found in contours.items():
        cv2.polylines(frame, _fixed_point(found), True, classes[class_id].rgb, thickness, cv2.LINE_AA, _SHIFT)


def _fixed_point(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Positions as OpenCV draws parts of a pixel: whole numbers of 1 / 2^shift."""
    return [np.rint(contour * (1 << _SHIFT)).astype(np.int32) for contour in contours]
