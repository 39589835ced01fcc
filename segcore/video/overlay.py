"""Drawing what was found onto a frame."""

from __future__ import annotations

import numpy as np

from segcore.classes import ClassTable
from segcore.knowledge.class_parts import Parts
from segcore.video.canvas import Canvas, RgbCanvas
from segcore.video.contours import Contours, find_contours
from segcore.video.look import OUTLINED, TINTED, Look
from segcore.video.names import place_names

DARKENING = 1.5
"""The notebook divides the frame by this."""


def draw_overlay(
    frame: np.ndarray,
    labels: np.ndarray,
    classes: ClassTable,
    look: Look | None = None,
    *,
    confidence: np.ndarray | None = None,
) -> np.ndarray:
    """Draw every class but the background (id 0).

    Args:
        frame: (H, W, 3) uint8 RGB; unchanged.
        labels: (h, w) uint8, at any resolution.
        classes: their names and colours.
        look: how; the defaults of `Look` where it is None.
        confidence: (h, w) uint8, probability of each label × 255: borders then run between pixels.

    Returns:
        (H, W, 3) uint8 RGB, a new array; (H, 2 W, 3) side by side.
    """
    canvas = RgbCanvas(frame.copy())
    draw(canvas, labels, classes, look, confidence=confidence)
    return np.hstack([frame, canvas.image]) if look and look.side_by_side else canvas.image


def draw(
    canvas: Canvas,
    labels: np.ndarray,
    classes: ClassTable,
    look: Look | None = None,
    *,
    confidence: np.ndarray | None = None,
) -> None:
    """`draw_overlay` onto a canvas, in place; what stands beside it is the caller's."""
    look = look or Look()
    paint(canvas, trace(labels, classes, look, canvas.size, confidence), classes, look)


def trace(
    labels: np.ndarray,
    classes: ClassTable,
    look: Look,
    size: tuple[int, int],
    confidence: np.ndarray | None = None,
    parts: Parts | None = None,
) -> Contours:
    """The contours that a look shows, on frames of a size (height, width), in the order in which they are drawn."""
    return find_contours(labels, _shown(classes, look), size, confidence, parts)


def paint(canvas: Canvas, contours: Contours, classes: ClassTable, look: Look) -> None:
    """Draw contours that `trace` found."""
    painting = [(classes[c].rgb, found) for c, found in contours.items()]
    if darkening(look) != 1:
        canvas.darken(darkening(look))
    if look.style == "mask":
        canvas.clear()
        canvas.tint(painting, 1.0)
    if look.style in TINTED:
        canvas.tint(painting, look.opacity)
    if look.style in OUTLINED:
        canvas.outline(painting, look.line(canvas.size[0]))
    if look.names:
        for entry, at in place_names(contours, classes, canvas.size):
            canvas.label([entry], at)
    if look.legend:
        canvas.label([(classes[c].name, classes[c].rgb) for c in _shown(classes, look)], (0, 0))


def darkening(look: Look) -> float:
    """By what a look divides the brightness of its frames."""
    return DARKENING if look.style == "notebook" else 1.0


def _shown(classes: ClassTable, look: Look) -> list[int]:
    return [c.id for c in classes if c.id and c.id not in look.hidden]
