"""Small pictures of these pages: cut-outs of a class as one strip, the bar of a split. Pure functions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from pages.common.pictures import jpeg, shrink

TILE = 160


def crops(paths: Sequence[str]) -> bytes:
    """The cut-outs of a class as one strip (PNG)."""
    tiles = []
    for path in paths[:3]:
        with Image.open(Path(path)) as picture:
            tiles.append(np.asarray(ImageOps.pad(picture.convert("RGBA"), (TILE, TILE), Image.Resampling.LANCZOS)))
    return png(side_by_side(tiles, 3))


def packed(archive: Path, name: str, width: int) -> bytes:
    """The image of that file name in a ZIP, in whatever folder, made at most `width` wide (JPEG)."""
    with zipfile.ZipFile(archive) as opened:
        entry = next(e for e in opened.namelist() if e.rsplit("/", 1)[-1] == name)
        with Image.open(io.BytesIO(opened.read(entry))) as picture:
            return jpeg(shrink(np.asarray(picture.convert("RGB")), width))


def side_by_side(tiles: Sequence[np.ndarray], places: int, gap: int = 4) -> np.ndarray:
    """Square tiles (TILE, TILE, 4) uint8 RGBA beside each other, transparent between and where there are too few.

    Returns:
        (TILE, places * TILE + (places - 1) * gap, 4) uint8 RGBA.
    """
    strip = np.zeros((TILE, places * TILE + (places - 1) * gap, 4), np.uint8)
    for place, tile in enumerate(tiles[:places]):
        left = place * (TILE + gap)
        strip[:, left : left + TILE] = tile
    return strip


def png(picture: np.ndarray) -> bytes:
    """(H, W, 3 or 4) uint8 → PNG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


SIDES = np.array([(128, 140, 140, 90), (21, 154, 140, 255), (214, 138, 46, 130)], np.uint8)
"""Learned from, scored on, left out; reads on light and dark."""

BANDS = np.array([(150, 160, 160), (21, 154, 140), (214, 138, 46)], np.uint8)
"""The same without transparency."""


def split_bar(sides: Sequence[int], *, width: int = 1200, height: int = 14) -> bytes:
    """One cell a frame, in order (PNG with transparent gaps).

    Args:
        sides: an index into SIDES for each frame.
    """
    at = np.arange(width) * max(1, len(sides)) // width
    row = SIDES[np.asarray(sides or [0], int)[at]]
    if width // max(1, len(sides)) >= 5:
        row[np.flatnonzero(np.diff(at, prepend=-1))] = 0
    return png(np.broadcast_to(row, (height, width, 4)).copy())


def banded(picture: bytes, side: int, band: int = 14) -> bytes:
    """A thumbnail with a band in the colour of its side below; what is left out is pale (JPEG → JPEG)."""
    with Image.open(io.BytesIO(picture)) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    if side == len(SIDES) - 1:
        pixels = (0.35 * pixels + 0.65 * 160).astype(np.uint8)
    foot = np.broadcast_to(BANDS[side], (band, pixels.shape[1], 3))
    return jpeg(np.concatenate([pixels, foot]))
