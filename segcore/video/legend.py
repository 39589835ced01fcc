"""The legend in the upper left corner: a swatch and a name for each class, in any script."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Entry = tuple[str, tuple[int, int, int]]
"""Name and colour (r, g, b)."""

_SHADE = 0.55
_MAX_CHARACTERS = 40


def legend_patch(entries: tuple[Entry, ...], frame_height: int) -> tuple[np.ndarray, np.ndarray]:
    """A legend for frames of this height.

    Args:
        entries: top to bottom, at least one.
        frame_height: pixels.

    Returns:
        Its pixels (h, w, 3) uint8 RGB and its opacity (h, w) float32 in [0, 1].
    """
    return _legend(entries, max(10, round(frame_height / 45)))


@lru_cache(maxsize=8)
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
