"""A mask that has not the size of its image: what to say, and the two mends."""

from __future__ import annotations

import cv2
import numpy as np

from segcore.errors import WrongMaskSize

_TURN = {
    2: lambda a: np.fliplr(a),
    3: lambda a: np.rot90(a, 2),
    4: lambda a: np.flipud(a),
    5: lambda a: a.T,
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).T,
    8: lambda a: np.rot90(a, 1),
}
"""EXIF orientation → how a picture is turned upright."""


def wrong_size(name: str, mask: tuple[int, ...], image: tuple[int, int]) -> WrongMaskSize:
    """The error for a mask of another size; both sizes are (height, width)."""
    message = f"{name}: the mask is {mask[1]}×{mask[0]}, its image {image[1]}×{image[0]}."
    size = (mask[0], mask[1])
    if size == image[::-1]:
        fix = (
            "The image is turned by its EXIF data: draw the mask on the upright image, or rotate the mask, "
            "or let masks be turned with their images."
        )
    else:
        fix = "Export the mask at the image's own size, without smoothing, or let masks be scaled."
    return WrongMaskSize(message, size=size, fix=fix)


def turned(labels: np.ndarray, orientation: int) -> np.ndarray:
    """Labels (H, W) as an image of this EXIF orientation is turned upright."""
    turn = _TURN.get(orientation)
    return np.ascontiguousarray(turn(labels)) if turn else labels


def scaled(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 at another (height, width), each pixel the nearest one's label."""
    return np.asarray(cv2.resize(labels, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
