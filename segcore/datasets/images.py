"""Pictures from unknown hands: allow-list by content, size from the header, whole decode, upright.

Images are kept byte for byte, so a dataset holds exactly what was labelled. The one exception is a picture
with an EXIF rotation: it is turned upright and kept as PNG, so that no reader has to know about EXIF and
nothing is lost to a second JPEG compression.
"""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from segcore.errors import InvalidImage, InvalidMask

MAX_PIXELS = 50_000_000
SUFFIX_OF = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "BMP": ".bmp", "WEBP": ".webp", "TIFF": ".tif"}
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
_ALLOWED = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")
DECODE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, struct.error, zlib.error)
_SAVE_AGAIN = "Save it again as an 8-bit JPEG or PNG."
_EXIF_ORIENTATION = 0x0112


@contextmanager
def open_picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture of an allowed kind, header read and checked, pixels not yet decoded.

    Raises:
        InvalidImage: empty, not of an allowed kind, or larger than 50 megapixels.
    """
    if path.stat().st_size == 0:
        raise InvalidImage(f"{path.name}: the file is empty (0 bytes).", fix="Copy or export it again.")
    try:
        picture = Image.open(path, formats=_ALLOWED)
    except Image.DecompressionBombError as error:
        raise _too_large(path, "by its header") from error
    except DECODE_ERRORS as error:
        raise InvalidImage(f"{path.name}: {_what_it_is(path)}.", fix=_SAVE_AGAIN) from error
    with picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_large(path, f"{picture.width}×{picture.height}")
        yield picture


def _too_large(path: Path, size: str) -> InvalidImage:
    return InvalidImage(
        f"{path.name}: larger than {MAX_PIXELS // 1_000_000} megapixels ({size}).", fix="Scale it down first."
    )


def _what_it_is(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(512).lstrip().lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "SVG drawings are refused (they can hold scripts), expected JPEG, PNG, BMP, WebP or TIFF"
    return "not a JPEG, PNG, BMP, WebP or TIFF picture, whatever its name says"


def load(picture: Image.Image, path: Path) -> bool:
    """Decode all of an open picture and turn it upright, in place.

    Returns:
        Whether it had to be turned.

    Raises:
        InvalidImage: the file is cut off or damaged.
    """
    try:
        picture.load()
        turned = picture.getexif().get(_EXIF_ORIENTATION, 1) in range(2, 9)
        ImageOps.exif_transpose(picture, in_place=True)
    except DECODE_ERRORS as error:
        raise InvalidImage(
            f"{path.name}: cut off or damaged ({error}).", fix="Copy or export the file again."
        ) from error
    return turned


@dataclass(frozen=True)
class Header:
    """What a picture's header says: (height, width) upright and as stored, and the EXIF orientation (1: upright)."""

    size: tuple[int, int]
    stored: tuple[int, int]
    orientation: int


def read_header(path: Path) -> Header:
    """A picture's size without decoding it.

    Raises:
        InvalidImage: as `open_picture`.
    """
    with open_picture(path) as picture:
        stored = (picture.height, picture.width)
        try:
            orientation = int(picture.getexif().get(_EXIF_ORIENTATION, 1))
        except DECODE_ERRORS:
            orientation = 1
    orientation = orientation if orientation in range(1, 9) else 1
    return Header(stored[::-1] if orientation >= 5 else stored, stored, orientation)


def raw_mode(picture: Image.Image) -> str:
    """How the file stores its pixels ("RGB;16B", "L;4", …); call it before the picture is decoded."""
    tiles = picture.tile if isinstance(picture, ImageFile) else []
    if not tiles:
        return picture.mode
    args = tiles[0].args
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else picture.mode


def is_deep(picture: Image.Image) -> bool:
    """Whether it has more than 8 bits a channel; call it before the picture is decoded."""
    return picture.mode.startswith(("I", "F")) or ";16" in raw_mode(picture)


def _load_rgb(path: Path) -> tuple[Image.Image, str, bool]:
    """The upright RGB picture, its kind, and whether it had to be turned."""
    with open_picture(path) as picture:
        if is_deep(picture):
            raise InvalidImage(f"{path.name}: more than 8 bits a channel, expected 8.", fix=_SAVE_AGAIN)
        kind = picture.format or "PNG"
        turned = load(picture, path)
        return picture if picture.mode == "RGB" else picture.convert("RGB"), kind, turned


def read_image(path: Path) -> np.ndarray:
    """Read a picture, upright.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        InvalidImage: empty, cut off, too large, more than 8 bits, or not an allowed kind.
    """
    return np.asarray(_load_rgb(path)[0])


def keep_image(source: Path, folder: Path, stem: str) -> tuple[Path, tuple[int, int], np.ndarray]:
    """Check a picture by decoding all of it, then keep it in `folder`.

    Returns:
        The kept file, its (height, width) upright, and its pixels (H, W, 3) uint8 RGB.

    Raises:
        InvalidImage: as `read_image`; nothing was written.
    """
    picture, kind, turned = _load_rgb(source)
    target = folder / (stem + (".png" if turned else SUFFIX_OF[kind]))
    if turned:
        picture.save(target)
    else:
        shutil.copyfile(source, target)
    return target, (picture.height, picture.width), np.asarray(picture)


def read_index_mask(path: Path) -> np.ndarray:
    """Read a mask of the store: one channel, pixel = class id, 255 = ignore.

    Returns:
        (H, W) uint8.

    Raises:
        InvalidMask: not a readable 8-bit picture of one channel.
    """
    try:
        with open_picture(path) as picture:
            if picture.mode != "L":
                raise InvalidMask(
                    f"{path.name}: expected a mask of one 8-bit channel. Received mode {picture.mode}.",
                    fix="Import the dataset again.",
                )
            load(picture, path)
            return np.asarray(picture)
    except InvalidImage as error:
        raise InvalidMask(error.message, fix=error.fix) from error


def write_index_mask(path: Path, labels: np.ndarray) -> None:
    """Write labels (H, W) uint8 as a one-channel PNG."""
    Image.fromarray(np.ascontiguousarray(labels)).save(path, format="PNG", compress_level=4)
