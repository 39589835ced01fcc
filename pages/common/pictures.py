"""Small pictures for the pages: thumbnails, bars of classes, swatches. Pure functions."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from segcore.classes import IGNORE, ClassTable, SegClass
from segcore.video.look import Look, Style
from segcore.video.overlay import draw_overlay

Layer = Literal["contours", "fill", "mask", "image"]
"""What of a labelled frame is shown: borders or tint over the picture, the labels alone, or the picture alone."""

LAYERS: tuple[Layer, ...] = ("contours", "fill", "mask", "image")

_STRIPES = np.array([(96, 104, 104), (140, 150, 150)], np.uint8)
"""Where a mask says "ignore"."""


def jpeg(image: np.ndarray, quality: int = 85) -> bytes:
    """(H, W, 3) uint8 RGB → JPEG."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality)
    return out.getvalue()


def png(image: np.ndarray) -> bytes:
    """(H, W), (H, W, 3) or (H, W, 4) uint8 → PNG."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", compress_level=4)
    return out.getvalue()


def indexed_png(codes: np.ndarray, palette: np.ndarray) -> bytes:
    """A picture with a palette → PNG; of the palette only what occurs is written.

    Args:
        codes: (H, W) uint8.
        palette: (256, 4) uint8 RGBA.
    """
    used = np.unique(codes)
    places = np.zeros(256, np.uint8)
    places[used] = np.arange(len(used))
    picture = Image.fromarray(places[codes])
    picture.putpalette(palette[used].tobytes(), "RGBA")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def data_uri(content: bytes, kind: str) -> str:
    """A file as an address that holds it; `kind` as "image/png"."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def shrink(image: np.ndarray, width: int) -> np.ndarray:
    """(H, W, 3) uint8, made at most `width` wide."""
    height, have = image.shape[:2]
    if have <= width:
        return image
    return cv2.resize(image, (width, max(1, round(height * width / have))), interpolation=cv2.INTER_AREA)


def layered(image: np.ndarray, labels: np.ndarray, classes: ClassTable, layer: Layer) -> np.ndarray:
    """A labelled frame in one of its layers.

    Args:
        image: (H, W, 3) uint8.
        labels: (h, w) uint8, at any resolution.
        classes: their colours.
        layer: see `Layer`.

    Returns:
        (H, W, 3) uint8.
    """
    if layer == "image":
        return image
    if layer == "mask":
        return paint(fit_labels(labels, image), classes)
    style: Style = "contour" if layer == "contours" else "fill"
    look = Look(style=style, opacity=0.55, thickness=max(1, image.shape[1] // 200))
    return draw_overlay(image, labels, classes, look)


def paint(labels: np.ndarray, classes: ClassTable) -> np.ndarray:
    """Labels (h, w) uint8 in their classes' colours, ignored pixels as grey stripes: (h, w, 3) uint8."""
    colors = classes.color_table()[labels]
    rows, columns = np.nonzero(labels == IGNORE)
    colors[rows, columns] = _STRIPES[(rows + columns) // 4 % 2]
    return colors


def fit_labels(labels: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Labels (h, w) uint8 at the size of `image`, by nearest neighbour."""
    return cv2.resize(labels, image.shape[1::-1], interpolation=cv2.INTER_NEAREST_EXACT)


def class_bar(shares: Sequence[float], classes: ClassTable, *, width: int = 600, height: int = 12) -> bytes:
    """How much of the pixels each class has, as one bar in the classes' colours (PNG).

    Args:
        shares: one a class, at least 0; they are scaled to sum 1.
    """
    total = sum(shares) or 1.0
    ends = np.cumsum([share / total for share in shares])
    column = np.searchsorted(ends, (np.arange(width) + 0.5) / width).clip(0, len(classes) - 1)
    bar = classes.color_table()[column.astype(np.uint8)]
    return png(np.broadcast_to(bar, (height, width, 3)).copy())


def swatch_uri(segclass: SegClass) -> str:
    """A class's colour as a small picture (data: address)."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="14" height="14">'
        f'<rect x="1" y="1" width="12" height="12" rx="3" fill="{segclass.color}" stroke="#8a9a9a"/></svg>'
    )
    return data_uri(svg.encode(), "image/svg+xml")


def swatch_column(names: Iterable[str], classes: ClassTable) -> list[str | None]:
    """The colours of a table's rows, for an image column; None where a name is not among the classes."""
    by_name = {segclass.name: swatch_uri(segclass) for segclass in classes}
    return [by_name.get(name) for name in names]


def swatch(segclass: SegClass) -> str:
    """A class's colour as a small picture inside text (Markdown)."""
    return f"![colour of class {segclass.id}]({swatch_uri(segclass)})"
