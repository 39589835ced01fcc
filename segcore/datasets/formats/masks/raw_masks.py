"""A mask file as it is: grey values, palette indices or colours, before anyone says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from segcore.datasets.counting import counts_of, values_of
from segcore.datasets.formats.masks.near_colors import count_flat, flat_places
from segcore.datasets.images import is_deep, load, open_picture, raw_mode
from segcore.errors import InvalidImage, InvalidMask

Rgb = tuple[int, int, int]
MAX_COLORS = 254
"""A mask with more colours has soft (anti-aliased or compressed) borders."""
_TRACE = 2e-4
"""A colour with a smaller share of every mask is a blurred border, not a class."""
_FEW_CODES = 32
_LOSSY = ("JPEG", "MPO")
_UNSCALE = {"L;2": 85, "L;4": 17}


@dataclass(frozen=True)
class RawMask:
    """A decoded mask file: codes (H, W), uint8 grey values or palette indices, or uint32 packed colours.

    `lossy`: saved as JPEG, so that no value is exact.
    """

    kind: Literal["grey", "grey3", "palette", "color"]
    codes: np.ndarray
    palette: tuple[Rgb, ...] = ()
    lossy: bool = False


@dataclass(frozen=True)
class Scan:
    """What one mask holds: its codes, and the colours of those that are more than a trace of the picture.

    `counts`: code → pixels. `size`: (height, width). `soft`: its borders are blurred, so that its codes are not
    those of classes (they are left empty). `flat`: packed colour (0xrrggbb) → pixels inside regions of it, known for
    colour pictures and soft ones.
    """

    kind: Literal["grey", "grey3", "palette", "color"]
    codes: frozenset[int]
    colors: dict[int, Rgb]
    counts: Mapping[int, int] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    soft: bool = False
    flat: Mapping[int, int] = field(default_factory=dict)


def read_raw(path: Path) -> RawMask:
    """Decode a mask file as it is.

    Raises:
        InvalidMask: empty, damaged, 16 bit deep or half transparent; the message names the file and the fix.
    """
    try:
        with open_picture(path) as picture:
            if is_deep(picture):
                raise InvalidMask(
                    f"{path.name}: more than 8 bits a channel, expected 8.", fix="Save the mask as 8-bit PNG."
                )
            stored, kind = raw_mode(picture), picture.format
            load(picture, path)
    except InvalidImage as error:
        raise InvalidMask(error.message, fix=error.fix) from error
    raw = _from_one_channel(picture, stored) if picture.mode in ("1", "L", "P") else _from_colors(picture, path)
    return replace(raw, lossy=True) if kind in _LOSSY else raw


def _from_one_channel(picture: Image.Image, stored: str) -> RawMask:
    codes = np.asarray(picture, np.uint8)
    if picture.mode != "P":
        return RawMask("grey", codes // np.uint8(_UNSCALE.get(stored, 1)))
    colors = np.asarray(picture.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    if (colors == np.arange(len(colors))[:, None]).all():
        return RawMask("grey", codes)
    return RawMask("palette", codes, tuple((int(r), int(g), int(b)) for r, g, b in colors))


def _from_colors(picture: Image.Image, path: Path) -> RawMask:
    if picture.has_transparency_data:
        picture = _opaque(picture.convert("RGBA"), path)
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    red, green, blue = map(np.asarray, picture.split())
    if (red == green).all() and (green == blue).all():
        return RawMask("grey3", red)
    return RawMask("color", red.astype(np.uint32) << 16 | green.astype(np.uint32) << 8 | blue)


def _opaque(picture: Image.Image, path: Path) -> Image.Image:
    """See-through pixels become black; half-transparent ones are a fault."""
    alpha = picture.getchannel("A")
    if any(alpha.histogram()[1:255]):
        raise InvalidMask(f"{path.name}: half-transparent pixels.", fix="Export the mask without transparency.")
    return Image.composite(picture, Image.new("RGBA", picture.size, (0, 0, 0, 255)), alpha)


def scan(path: Path) -> Scan:
    """Which codes a mask holds.

    Raises:
        InvalidMask: as `read_raw`, or indices beyond the palette.
    """
    raw = read_raw(path)
    height, width = raw.codes.shape
    if raw.kind == "color":
        found, counts = values_of(raw.codes)
    else:
        every = counts_of(raw.codes)
        found = np.flatnonzero(every)
        counts = every[found]
    if raw.kind == "palette" and found[-1] >= len(raw.palette):
        raise InvalidMask(f"{path.name}: pixels beyond its palette.", fix="Export the mask again.")
    soft = raw.lossy or _is_soft(raw, found)
    flat = count_flat(rgb_of(raw)) if soft or raw.kind == "color" else {}
    if soft:
        return Scan(raw.kind, frozenset(), {}, {}, (height, width), True, flat)
    pixels = dict(zip(found.tolist(), counts.tolist(), strict=True))
    least = _TRACE * raw.codes.size if raw.kind == "color" else 0
    colors = {code: color_of(raw, code) for code, count in pixels.items() if count >= least}
    return Scan(raw.kind, frozenset(pixels), colors, pixels, (height, width), False, flat)


def _is_soft(raw: RawMask, found: np.ndarray) -> bool:
    """Whether most of its codes are in no place flat: the steps of blurred borders, not classes."""
    if len(found) > MAX_COLORS and raw.kind == "color":
        return True
    if len(found) <= _FEW_CODES or raw.kind == "palette":
        return False
    flat = flat_places(rgb_of(raw), 0)
    inside = len(np.unique(raw.codes[flat]))
    return len(found) - inside > max(_FEW_CODES, 3 * inside)


def rgb_of(raw: RawMask) -> np.ndarray:
    """The mask as it looks: (H, W, 3) uint8."""
    if raw.kind == "color":
        return np.dstack([raw.codes >> 16, raw.codes >> 8 & 255, raw.codes & 255]).astype(np.uint8)
    if raw.kind == "palette":
        table = np.zeros((256, 3), np.uint8)
        table[: len(raw.palette)] = raw.palette
        return table[raw.codes]
    return np.dstack([raw.codes] * 3)


def color_of(raw: RawMask, code: int) -> Rgb:
    if raw.kind == "palette":
        return raw.palette[code]
    return (code >> 16, code >> 8 & 255, code & 255) if raw.kind == "color" else (code, code, code)


def pack(rgb: Rgb) -> int:
    """A colour as one number, 0xrrggbb."""
    return rgb[0] << 16 | rgb[1] << 8 | rgb[2]
