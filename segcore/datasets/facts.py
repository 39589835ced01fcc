"""What is measured of each labelled frame when it is imported, so that nothing has to be decoded again later.

A few hundred bytes a frame, JSON-able, kept in import.json. Everything is about the labels as the mask file
holds them; who reports by class maps them (`Dataset.mapping`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.counting import counts_of

NETWORK_SIDE = 640
"""Long side in pixels at which small objects are judged: about what networks see."""
TINY = 8
"""An object is tiny if the longer side of its bounding box is below this, in pixels at network size."""
_HASH_SIDE = 128


def measure(image: np.ndarray, labels: np.ndarray, file: Path) -> dict[str, Any]:
    """All facts of one frame.

    Args:
        image: (H, W, 3) uint8 RGB, upright.
        labels: (H, W) uint8, 255 = ignored.
        file: the image file as it is kept.

    Returns:
        `size` [width, height]; `pixels` {label: count}, 255 included; `sha256` of the file; `phash` (see
        `perceptual_hash`); `objects` and `tiny` {label: count} at network size, without 0 and 255; `border` and
        `thin`: see `raggedness`. Labels are text, as in JSON.

    Raises:
        ValueError: image and labels differ in size.
    """
    if image.shape[:2] != labels.shape:
        raise ValueError(f"expected labels of the image's size {image.shape[:2]}. Received: {labels.shape}")
    counts = counts_of(labels)
    objects, tiny = count_objects(labels, [int(i) for i in np.flatnonzero(counts)])
    border, thin = raggedness(labels)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "size": [labels.shape[1], labels.shape[0]],
        "pixels": {str(i): int(counts[i]) for i in np.flatnonzero(counts)},
        "sha256": digest,
        "phash": perceptual_hash(image),
        "objects": objects,
        "tiny": tiny,
        "border": border,
        "thin": thin,
    }


def perceptual_hash(image: np.ndarray) -> str:
    """64 bits of what a picture looks like (ImageHash's phash of it, first scaled to at most 128 pixels).

    Pictures that differ by compression, size or a little light differ in few bits; unrelated ones in about 32.

    Args:
        image: (H, W, 3) uint8 RGB.

    Returns:
        16 hexadecimal digits.
    """
    import imagehash  # opens SciPy: only when needed
    from PIL import Image

    gray = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    scale = _HASH_SIDE / max(gray.shape)
    if scale < 1:
        size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return str(imagehash.phash(Image.fromarray(gray)))


def count_objects(labels: np.ndarray, present: list[int]) -> tuple[dict[str, int], dict[str, int]]:
    """Connected regions (8 neighbours) of each label at network size, and how many of them are tiny.

    Args:
        labels: (H, W) uint8.
        present: the labels to look for; 0 (background) and 255 are passed over.

    Returns:
        {label: regions} and {label: tiny regions}, labels as text, none of either left out.
    """
    small = _at_network_size(labels)
    objects: dict[str, int] = {}
    tiny: dict[str, int] = {}
    for label in present:
        if label in (0, IGNORE):
            continue
        inside = (small == label).view(np.uint8)
        x, y, width, height = cv2.boundingRect(inside)
        if not width:
            continue
        part = np.ascontiguousarray(inside[y : y + height, x : x + width])
        count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
        sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1)
        objects[str(label)] = count - 1
        if few := int((sides < TINY).sum()):
            tiny[str(label)] = few
    return objects, tiny


def _at_network_size(labels: np.ndarray) -> np.ndarray:
    scale = NETWORK_SIDE / max(labels.shape)
    if scale >= 1:
        return labels
    size = (max(1, round(labels.shape[1] * scale)), max(1, round(labels.shape[0] * scale)))
    return cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)


def raggedness(labels: np.ndarray) -> tuple[int, int]:
    """How much of the labels' borders is one pixel thin: specks, spikes, rims of a third class.

    Clean outlines have next to none; masks that were blurred, compressed or scaled have many. Borders with
    ignored pixels do not count.

    Args:
        labels: (H, W) uint8.

    Returns:
        Pixels with another label right of or below them, and pixels that differ from both neighbours left and
        right, or above and below.
    """
    across = _steps(labels)
    down = _steps(labels.T).T
    thin = np.zeros(labels.shape, bool)
    thin[:, 1:-1] = across[:, :-1] & across[:, 1:]
    thin[1:-1] |= down[:-1] & down[1:]
    border = np.zeros(labels.shape, bool)
    border[:, :-1] = across
    border[:-1] |= down
    return int(np.count_nonzero(border)), int(np.count_nonzero(thin))


def _steps(labels: np.ndarray) -> np.ndarray:
    """(H, W-1) bool: where a pixel and the next one of its row differ, neither being ignored."""
    left, right = labels[:, :-1], labels[:, 1:]
    return (left != right) & (left != IGNORE) & (right != IGNORE)
