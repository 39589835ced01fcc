"""Colours of classes in masks whose borders are blurred (smoothed, scaled, saved as JPEG).

A class has an inside: somewhere a pixel's neighbours all have its colour. A blurred border has none, however
many pixels it is made of. So the colours of flat places are the classes' own, and every other pixel belongs to
the nearest colour among the classes that touch it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import cv2
import numpy as np

from segcore.datasets.counting import values_of

Rgb = tuple[int, int, int]

_FLAT = 12
"""How much a channel may vary within 3×3 pixels of a flat place (JPEG noise)."""
SAME = 14.0
"""Colours closer than this are one class's colour with noise."""
EXACT = 3.0
_LIKE = 48.0
"""Where 3×3 pixels are this near to a class's colour, it is that class and no border."""
_FAR = 64.0
"""A colour farther than this from all classes is no class's."""
_FEWEST = 24
"""A class has at least so many flat pixels in the whole dataset."""
_HALO, _HALO_TIMES = 60.0, 50
"""A colour this near to one so many times as frequent is its halo."""
_BLEND, _BLEND_TIMES = 16.0, 8
"""A colour this near to the line between two so many times as frequent is their blend."""
_REACH = np.ones((7, 7), np.uint8)
_TOUCH = np.ones((3, 3), np.uint8)
_BAND = 1 << 18
_MOST = 2048
"""So many of the most frequent colours are looked at."""


def flat_places(rgb: np.ndarray, vary: int = _FLAT) -> np.ndarray:
    """Where all eight neighbours have about the same colour.

    Args:
        rgb: (H, W, 3) or (H, W) uint8.
        vary: by how much a channel may vary among the nine.

    Returns:
        (H, W) bool.
    """
    calm = np.empty(rgb.shape[:2], bool)
    rows = max(16, _BAND // max(rgb.shape[1], 1))
    for begin in range(0, len(rgb), rows):
        above = min(begin, 1)
        part = rgb[begin - above : begin + rows + 1]
        span = cv2.subtract(cv2.dilate(part, _TOUCH), cv2.erode(part, _TOUCH))
        widest = span.max(-1) if span.ndim == 3 else span
        inside = widest <= vary
        calm[begin : begin + rows] = inside[above : above + rows]
    return calm


def class_colors(flat: Mapping[int, int]) -> list[Rgb]:
    """The colours that are classes, the most frequent first.

    Args:
        flat: packed colour (0xrrggbb) → number of flat pixels of it, over all masks.
    """
    ordered = sorted(flat.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    colors = np.array([_unpacked(code) for code, _ in ordered], float).reshape(-1, 3)
    peaks: list[int] = []
    weight: list[int] = []
    for i, (_, count) in enumerate(ordered):
        distance = np.linalg.norm(colors[peaks] - colors[i], axis=1) if peaks else np.array([np.inf])
        if distance.min() <= SAME:
            weight[int(distance.argmin())] += count
        else:
            peaks.append(i)
            weight.append(count)
    order = sorted(range(len(peaks)), key=lambda k: -weight[k])
    kept: list[int] = []
    for k in order:
        if weight[k] >= _FEWEST and not _is_border(k, kept, colors[peaks], weight):
            kept.append(k)
    return [_unpacked(ordered[peaks[k]][0]) for k in kept]


def _is_border(one: int, kept: list[int], colors: np.ndarray, weight: list[int]) -> bool:
    """Whether a colour is the halo of a far more frequent one, or the blend of two."""
    here = colors[one]
    if any(weight[k] > _HALO_TIMES * weight[one] and np.linalg.norm(colors[k] - here) < _HALO for k in kept):
        return True
    ends = [colors[k] for k in kept if weight[k] > _BLEND_TIMES * weight[one]]
    return any(_between(here, a, b) for i, a in enumerate(ends) for b in ends[i + 1 :])


def _between(point: np.ndarray, a: np.ndarray, b: np.ndarray) -> bool:
    along = b - a
    at = float((point - a) @ along / (along @ along))
    return 0 < at < 1 and bool(np.linalg.norm(a + at * along - point) < _BLEND)


def snap(rgb: np.ndarray, colors: np.ndarray) -> tuple[np.ndarray, int]:
    """Give each pixel the class of its colour, and border pixels that of the nearest colour beside them.

    Args:
        rgb: (H, W, 3) uint8.
        colors: (K, 3) uint8, the classes' colours, K at most 254.

    Returns:
        (H, W) uint8 rows of `colors`, 255 where the colour is no class's; how many pixels had no class's very
        colour.
    """
    nearest, distance = _nearest(rgb, colors)
    sure, like = distance <= EXACT, distance <= _LIKE
    for k in range(len(colors)):
        region = (like & (nearest == k)).astype(np.uint8)
        sure |= cv2.morphologyEx(region, cv2.MORPH_OPEN, _TOUCH) > 0
    labels = np.where(sure, nearest, np.uint8(255))
    strange = flat_places(rgb) & (distance > _FAR)
    _settle(labels, rgb, colors, np.flatnonzero(~(sure | strange)), nearest, distance)
    return labels, int((distance > 0).sum())


def _settle(
    labels: np.ndarray,
    rgb: np.ndarray,
    colors: np.ndarray,
    open_pixels: np.ndarray,
    nearest: np.ndarray,
    distance: np.ndarray,
) -> None:
    """Fill in the pixels of borders: the nearest colour of those within reach, else of all if not too far."""
    if not len(open_pixels):
        return
    own = rgb.reshape(-1, 3)[open_pixels].astype(np.float32)
    best = np.full(len(open_pixels), np.inf, np.float32)
    chosen = np.full(len(open_pixels), 255, np.uint8)
    for k in np.unique(labels[labels != 255]).tolist():
        beside = cv2.dilate((labels == k).astype(np.uint8), _REACH).ravel()[open_pixels] > 0
        away = np.where(beside, np.linalg.norm(own - colors[k].astype(np.float32), axis=1), np.inf)
        closer = away < best
        best[closer], chosen[closer] = away[closer], k
    alone = (chosen == 255) & (distance.ravel()[open_pixels] <= _FAR)
    chosen[alone] = nearest.ravel()[open_pixels][alone]
    labels.ravel()[open_pixels] = chosen


def _nearest(rgb: np.ndarray, colors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The row of the nearest colour, (H, W) uint8, and how far it is, (H, W) float32; in bands, for memory."""
    pixels = rgb.reshape(-1, 3)
    nearest, distance = np.empty(len(pixels), np.uint8), np.empty(len(pixels), np.float32)
    for begin in range(0, len(pixels), _BAND):
        band = pixels[begin : begin + _BAND].astype(np.int32)
        least = np.full(len(band), np.iinfo(np.int32).max, np.int32)
        row = np.zeros(len(band), np.uint8)
        for k, color in enumerate(colors.astype(np.int32)):
            away = ((band - color) ** 2).sum(1, dtype=np.int32)
            closer = away < least
            least[closer], row[closer] = away[closer], k
        nearest[begin : begin + _BAND], distance[begin : begin + _BAND] = row, np.sqrt(least)
    return nearest.reshape(rgb.shape[:2]), distance.reshape(rgb.shape[:2])


def count_flat(rgb: np.ndarray, most: int = 64) -> dict[int, int]:
    """Packed colour → flat pixels of it, the `most` frequent ones; for `class_colors`.

    Args:
        rgb: (H, W, 3) uint8.
        most: how many colours to keep, so that memory stays flat over many masks.
    """
    chosen = rgb[flat_places(rgb)]
    codes, counts = values_of(chosen[:, 0].astype(np.uint32) << 16 | chosen[:, 1].astype(np.uint32) << 8 | chosen[:, 2])
    top = np.argsort(-counts, kind="stable")[:most]
    return dict(zip(codes[top].tolist(), counts[top].tolist(), strict=True))


def merge_flat(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """The sum of several `count_flat`."""
    total: dict[int, int] = {}
    for one in counts:
        for code, count in one.items():
            total[code] = total.get(code, 0) + count
    return total


def _unpacked(code: int) -> Rgb:
    return code >> 16, code >> 8 & 255, code & 255
