"""Drawing what was found onto a frame."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np

from segcore.classes import ClassTable
from segcore.video.canvas import Canvas, RgbCanvas
from segcore.video.contours import find_contours

Style = Literal["notebook", "contour", "fill", "both"]
"""notebook: darkened frame, contours; contour: contours; fill: tinted regions; both: tinted, with contours."""

STYLES: tuple[Style, ...] = ("notebook", "contour", "fill", "both")

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
    canvas = RgbCanvas(frame.copy())
    draw(
        canvas,
        labels,
        classes,
        style,
        opacity=opacity,
        thickness=thickness,
        legend=legend,
        hidden=hidden,
        confidence=confidence,
    )
    return canvas.image


def draw(
    canvas: Canvas,
    labels: np.ndarray,
    classes: ClassTable,
    style: Style = "notebook",
    *,
    opacity: float = 0.45,
    thickness: int | None = None,
    legend: bool = False,
    hidden: Collection[int] = (),
    confidence: np.ndarray | None = None,
) -> None:
    """`draw_overlay` onto a canvas, in place."""
    shown = [c.id for c in classes if c.id and c.id not in hidden]
    contours = find_contours(labels, shown, canvas.size, confidence)
    painting = [(classes[c].rgb, contours[c]) for c in shown if c in contours]
    if style == "notebook":
        canvas.darken(DARKENING)
    if style in ("fill", "both"):
        canvas.tint(painting, opacity)
    if style != "fill":
        canvas.outline(painting, thickness or thickness_for(canvas.size[0]))
    if legend:
        canvas.legend([(classes[c].name, classes[c].rgb) for c in shown])
