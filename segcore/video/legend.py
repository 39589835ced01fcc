"""A swatch and a name for each of some classes, in any script: the legend, or the sign at an object."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from segcore.video.colors import Colors

Entry = tuple[str, tuple[int, int, int]]
"""Name and colour (r, g, b)."""

_SHADE = 0.55
_MAX_CHARACTERS = 40
_KEPT = 256
"""So many patches are kept: one a class at its objects, and the legend."""


def legend_patch(entries: tuple[Entry, ...], frame_height: int) -> tuple[np.ndarray, np.ndarray]:
    """A legend for frames of this height.

    Args:
        entries: top to bottom, at least one.
        frame_height: pixels.

    Returns:
        Its pixels (h, w, 3) uint8 RGB and its opacity (h, w) float32 in [0, 1].
    """
    return _legend(entries, max(10, round(frame_height / 45)))


@dataclass(frozen=True)
class PlanePatch:
    """A legend in the numbers of a video.

    Attributes:
        luma: (h, w) uint8.
        chroma: blue and red difference, (⌈h/2⌉, ⌈w/2⌉) uint8 each.
        cover: (h, w) float32 in [0, 1], its opacity; `half_cover` the same on the colour planes.
    """

    luma: np.ndarray
    chroma: tuple[np.ndarray, np.ndarray]
    cover: np.ndarray
    half_cover: np.ndarray


@lru_cache(maxsize=_KEPT)
def plane_patch(entries: tuple[Entry, ...], frame_height: int, colors: Colors) -> PlanePatch:
    """`legend_patch` for planes of these colours."""
    patch, cover = legend_patch(entries, frame_height)
    height, width = cover.shape
    even = (0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    yuv, half = cv2.copyMakeBorder(colors.yuv(patch), *even), ((width + 1) // 2, (height + 1) // 2)
    blue, red, small = (
        cv2.resize(np.ascontiguousarray(part), half, interpolation=cv2.INTER_AREA)
        for part in (yuv[..., 1], yuv[..., 2], cv2.copyMakeBorder(cover, *even))
    )
    return PlanePatch(np.ascontiguousarray(yuv[:height, :width, 0]), (blue, red), cover, small)


@lru_cache(maxsize=_KEPT)
def _legend(entries: tuple[Entry, ...], text_size: int) -> tuple[np.ndarray, np.ndarray]:
    font = _font(text_size)
    names = [n if len(n) <= _MAX_CHARACTERS else n[: _MAX_CHARACTERS - 1] + "…" for n, _ in entries]
    row, pad = round(text_size * 1.5), round(text_size * 0.6)
    width = round(max(font.getlength(n) for n in names)) + text_size + 3 * pad
    image = Image.new("RGBA", (width + pad, row * len(entries) + 2 * pad), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    box = (pad // 2, pad // 2, image.width - 1, image.height - 1)
    draw.rounded_rectangle(box, pad, fill=(0, 0, 0, round(255 * _SHADE)))
    for i, (name, (_, color)) in enumerate(zip(names, entries, strict=True)):
        y = pad + i * row + row // 2
        half = text_size // 2
        draw.rectangle((pad * 1.5, y - half, pad * 1.5 + text_size, y + half), fill=(*color, 255))
        draw.text((pad * 2.5 + text_size, y), name, font=font, fill=(255, 255, 255, 255), anchor="lm")
    pixels = np.array(image)
    return np.ascontiguousarray(pixels[..., :3]), pixels[..., 3].astype(np.float32) / 255


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu Sans (Latin, Greek, Cyrillic …) where Matplotlib brings it, else Pillow's own."""
    found = importlib.util.find_spec("matplotlib")
    if found and found.origin:
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)
