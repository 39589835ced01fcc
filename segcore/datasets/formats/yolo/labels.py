"""One YOLO segmentation file: a row an object, `class x1 y1 … xn yn`, as shares of the picture's width and height."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segcore.datasets.formats.polygons import area, paint
from segcore.datasets.formats.source_text import read_text
from segcore.errors import DatasetError, InvalidMask

TOLERANCE = 0.01
"""How far outside of the picture a corner may lie, as a share of it; it is moved to the edge."""
_MAX_CLASS = 253
_FIX = "Export it again as YOLO segmentation: class x1 y1 x2 y2 x3 y3 …, all between 0 and 1."


@dataclass(frozen=True)
class Shape:
    """One object: its class in the file, and its corners (n, 2) float64 as (x, y) in [0, 1]."""

    class_id: int
    corners: np.ndarray


def read_shapes(path: Path) -> list[Shape]:
    """All rows of a file; an empty file is a picture without objects.

    Raises:
        InvalidMask: a row is no polygon; the message names the file and the row.
    """
    try:
        text = read_text(path)
    except DatasetError as error:
        raise InvalidMask(error.message, fix=error.fix) from error
    return [_shape(path, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _shape(path: Path, number: int, line: str) -> Shape:
    def wrong(what: str) -> InvalidMask:
        return InvalidMask(f"{path.name}: row {number}: {what}.", fix=_FIX)

    words = line.split()
    if len(words) == 5:
        raise wrong("a box (5 numbers), expected a polygon")
    if len(words) < 7 or len(words) % 2 == 0:
        raise wrong(f"{len(words)} numbers, expected a class and at least 3 points")
    try:
        values = np.array(words, np.float64)
    except ValueError as error:
        raise wrong("not all of it is numbers") from error
    if not 0 <= values[0] <= _MAX_CLASS or values[0] != int(values[0]):
        raise wrong(f"{words[0][:20]} is no class, expected 0 to {_MAX_CLASS}")
    corners = values[1:].reshape(-1, 2)
    if not np.isfinite(corners).all() or corners.min() < -TOLERANCE or corners.max() > 1 + TOLERANCE:
        raise wrong("points outside of the picture, expected shares between 0 and 1")
    return Shape(int(values[0]), corners.clip(0, 1))


def paint_shapes(shapes: Sequence[Shape], label_of: Callable[[int], int], size: tuple[int, int]) -> np.ndarray:
    """Objects on a background of 0, the largest first, so that small ones stay visible.

    Args:
        shapes: the objects.
        label_of: class of the file → label.
        size: (height, width) in pixels.

    Returns:
        (height, width) uint8. A pixel belongs to an object if its centre lies inside.
    """
    labels = np.zeros(size, np.uint8)
    scaled = [(shape.corners * (size[1], size[0]), label_of(shape.class_id)) for shape in shapes]
    for corners, label in sorted(scaled, key=lambda one: -area(one[0])):
        paint(labels, corners, label)
    return labels


def row(class_id: int, points: np.ndarray, size: tuple[int, int]) -> str:
    """One object as a row.

    Args:
        class_id: in the file, from 0.
        points: (n, 2) corners (x, y) in pixels.
        size: (height, width) in pixels.
    """
    shares = points / np.array([size[1], size[0]], np.float64)
    return " ".join([str(class_id), *(f"{value:.7g}" for value in shares.ravel().tolist())])
