"""A mask file as it is: grey values, palette indices or colours, before anyone says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from segcore.datasets.images import is_deep, load, open_picture, raw_mode
from segcore.errors import InvalidImage, InvalidMask

Rgb = tuple[int, int, int]
MAX_COLORS = 254
"""A mask with more colours has soft (anti-aliased or compressed) borders."""
_TRACE = 2e-4
"""A colour with a smaller share of every mask is a blurred border, not a class."""
_UNSCALE = {"L;2": 85, "L;4": 17}


@dataclass(frozen=True)
class RawMask:
    """A decoded mask file: codes (H, W), uint8 grey values or palette indices, or uint32 packed colours."""

    kind: Literal["grey", "grey3", "palette", "color"]
    codes: np.ndarray
    palette: tuple[Rgb, ...] = ()


@dataclass(frozen=True)
class Scan:
    """What one mask holds: its codes, and the colours of those that are more than a trace of the picture."""

    kind: Literal["grey", "grey3", "palette", "color"]
    codes: frozenset[int]
    colors: dict[int, Rgb]


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
            stored = raw_mode(picture)
            load(picture, path)
    except InvalidImage as error:
        raise InvalidMask(error.message, fix=error.fix) from error
    if picture.mode in ("1", "L", "P"):
        return _from_one_channel(picture, stored)
    return _from_colors(picture, path)


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
        InvalidMask: as `read_raw`, or more colours than a label picture can have.
    """
    raw = read_raw(path)
    if raw.kind == "color":
        found, counts = np.unique(raw.codes, return_counts=True)
    else:
        counts = np.bincount(raw.codes.ravel(), minlength=256)
        found = np.flatnonzero(counts)
        counts = counts[found]
    codes = frozenset(found.tolist())
    if raw.kind == "color" and len(codes) > MAX_COLORS:
        raise InvalidMask(
            f"{path.name}: {len(codes)} different colours; borders are blurred.",
            fix="Export masks as PNG without smoothing.",
        )
    if raw.kind == "palette" and max(codes) >= len(raw.palette):
        raise InvalidMask(f"{path.name}: pixels beyond its palette.", fix="Export the mask again.")
    strong = found[counts >= (_TRACE * raw.codes.size if raw.kind == "color" else 0)].tolist()
    return Scan(raw.kind, codes, {code: color_of(raw, code) for code in strong})


def color_of(raw: RawMask, code: int) -> Rgb:
    if raw.kind == "palette":
        return raw.palette[code]
    return (code >> 16, code >> 8 & 255, code & 255) if raw.kind == "color" else (code, code, code)
