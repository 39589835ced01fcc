"""Labels on their way to a browser and back: every pixel's class id, row by row, deflated (zlib).

No picture format: browsers smooth, convert or blur what passes through their canvas; bytes come back as they went.
"""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np

from segcore.classes import IGNORE, ClassTable
from segcore.errors import InvalidMask

LARGEST = 8_000_000
"""Bytes of packed labels that are looked at; a busy frame of 1080p has about 50 kB."""


def pack(labels: np.ndarray) -> bytes:
    """Labels (H, W) uint8 as bytes."""
    return zlib.compress(np.ascontiguousarray(labels, np.uint8).tobytes(), 6)


def unpack(packed: bytes, size: tuple[int, int], classes: ClassTable) -> np.ndarray:
    """The inverse of `pack`, checked: what comes from a browser may be anything.

    Args:
        packed: what came.
        size: (height, width) that the labels must have.
        classes: whose ids they may hold, beside 255 (left open).

    Returns:
        (H, W) uint8.

    Raises:
        InvalidMask: it is damaged or too large, there are more or fewer labels than pixels, or it names classes that
            there are not.
    """
    height, width = size
    _check_length(len(packed))
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, height * width + 1)  # never more, however much was packed
    except zlib.error as error:
        raise InvalidMask(f"The labels arrived damaged ({error}).", fix="Save once more.") from error
    if len(content) != height * width:
        many = "more" if len(content) > height * width else str(len(content))
        raise InvalidMask(
            f"Expected a label for each of {width}×{height} = {height * width} pixels. Received: {many}.",
            fix="Open the frame again.",
        )
    if not unpacker.eof or unpacker.unused_data:
        raise InvalidMask("The labels arrived damaged (they do not end where they should).", fix="Save once more.")
    labels = np.frombuffer(content, np.uint8).reshape(size)
    check_ids(labels, classes)
    return labels


def received(text: str, size: tuple[int, int], classes: ClassTable) -> np.ndarray:
    """Packed labels that came as text (base64); otherwise as `unpack`.

    Raises:
        InvalidMask: no such text, or as of `unpack`.
    """
    _check_length(len(text) * 3 // 4)
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidMask(f"The labels arrived damaged ({error}).", fix="Save once more.") from error
    return unpack(content, size, classes)


def check_ids(labels: np.ndarray, classes: ClassTable) -> None:
    """Refuse labels of classes that there are not.

    Args:
        labels: (H, W) uint8.
        classes: all that may occur, beside 255.

    Raises:
        InvalidMask: others occur.
    """
    there = np.flatnonzero(np.bincount(labels.ravel(), minlength=256))
    unknown = [int(i) for i in there if i >= len(classes) and i != IGNORE]
    if unknown:
        shown = ", ".join(map(str, unknown[:5])) + (" …" if len(unknown) > 5 else "")
        raise InvalidMask(
            f"Expected classes 0 to {len(classes) - 1}, or {IGNORE} for pixels left open. Received: {shown}.",
            fix="Open the frame again; its classes may have changed.",
        )


def _check_length(length: int) -> None:
    if length > LARGEST:
        raise InvalidMask(
            f"Expected labels of at most {LARGEST // 1_000_000} MB. Received: {length / 1e6:.1f} MB.",
            fix="Labels of patches, not of noise, take far less.",
        )
