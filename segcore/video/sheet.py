"""A contact sheet: small pictures with their times, row by row."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

_GAP = 6
_STRIP = 26
_PAPER = (24, 26, 28)
_INK = (222, 224, 226)


def contact_sheet(pictures: Sequence[np.ndarray], captions: Sequence[str], columns: int = 5) -> np.ndarray:
    """Pictures of one size beside and below each other, each with its caption below.

    Args:
        pictures: (h, w, 3) uint8 RGB each, at least one.
        captions: ASCII.
        columns: how many stand side by side.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    height, width = pictures[0].shape[:2]
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    cell = (height + _STRIP + _GAP, width + _GAP)
    sheet = np.full((rows * cell[0] + _GAP, columns * cell[1] + _GAP, 3), _PAPER, np.uint8)
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        top, left = _GAP + number // columns * cell[0], _GAP + number % columns * cell[1]
        sheet[top : top + height, left : left + width] = picture
        place = (left + 4, top + height + _STRIP - 8)
        cv2.putText(sheet, caption, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
    return sheet
