"""How masks are written where the user says so, or lets blurred borders be mended."""

from __future__ import annotations

from collections.abc import Sequence

from segcore.classes import IGNORE, PALETTE, voc_color
from segcore.datasets.formats.masks.encodings import VOC_VOID, Encoding, from_colors
from segcore.datasets.formats.masks.near_colors import class_colors, merge_flat
from segcore.datasets.formats.masks.raw_masks import Rgb, Scan, pack
from segcore.errors import DatasetError

_INSIDE = 0.02
"""A colour of a clean mask with a smaller share of its pixels inside regions of it is a blend at borders."""
_CLOSE = 8
"""A channel this near to a well-known colour's means that colour (JPEG moves it a little)."""


def chosen(kind: str, scans: Sequence[Scan], named_colors: dict[int, Rgb] | None = None) -> Encoding:
    """The encoding that the user chose.

    Args:
        kind: index, palette, color, binary or levels.
        scans: of all readable masks, at least one.
        named_colors: class id → colour where a description gives them.

    Raises:
        DatasetError: the masks cannot be read so.
    """
    coloured = any(s.kind == "color" for s in scans)
    codes = sorted(frozenset().union(*(s.codes for s in scans)))
    if kind == "color":
        present = {rgb for s in scans for rgb in s.colors.values()}
        return from_colors("color", present, named_colors, "as chosen, colour masks")
    if kind == "binary":
        table = {code: int(code != 0) for code in codes} | {0: 0}
        return Encoding("color" if coloured else "binary", table, {}, "as chosen: all that is not 0 = the one class")
    if coloured or (kind == "palette" and not any(s.kind == "palette" for s in scans)):
        there = "colours" if coloured else "grey values"
        raise DatasetError(f"The masks hold {there}, they cannot be read as {kind}.", fix="Choose another encoding.")
    if kind == "levels":
        levels = [0, *(code for code in codes if code)]
        table = {code: i for i, code in enumerate(levels[:IGNORE])}
        return Encoding("levels", table, {}, "as chosen: each grey level = a class")
    top = max((code for code in codes if code != IGNORE), default=0)
    colors = {c: rgb for s in scans if s.kind == "palette" for c, rgb in s.colors.items()} if kind == "palette" else {}
    table = {i: i for i in range(top + 1)} | {IGNORE: IGNORE}
    own = {code: rgb for code, rgb in colors.items() if code <= top}
    return Encoding("palette" if own else "index", table, own, f"as chosen: {kind}, pixel value = class")


def nearest_colors(scans: Sequence[Scan], named_colors: dict[int, Rgb] | None = None) -> Encoding:
    """The encoding where each pixel is of the class with the nearest colour.

    Args:
        scans: of all readable masks, at least one.
        named_colors: class id → colour where a description gives them.

    Raises:
        DatasetError: fewer than two colours stand out.
    """
    found = class_colors(merge_flat(_flat(s) for s in scans))
    if not named_colors and len(found) < 2:
        raise DatasetError(
            f"The blurred masks show {len(found)} clear colour{'s' * (len(found) != 1)}, expected at least 2.",
            fix="Export the masks as PNG with a colour for each class.",
        )
    present = set(_well_known(found))
    return from_colors("near", present, named_colors, "masks with blurred borders, each pixel the nearest colour")


def _flat(scan: Scan) -> dict[int, int]:
    """How much each colour counts: its flat pixels in a soft mask; in a clean one all, unless it is one of borders."""
    if scan.soft:
        return dict(scan.flat)
    weights: dict[int, int] = {}
    for code, rgb in scan.colors.items():
        count, flat = scan.counts.get(code, 0), scan.flat.get(code, 0)
        weights[pack(rgb)] = count if scan.kind != "color" or flat >= _INSIDE * count else flat
    return weights


def _well_known(colors: list[Rgb]) -> list[Rgb]:
    """Colours moved to those of the notebook's palette or Pascal VOC's where all are close to one of them."""
    notebook = [(int(c[1:3], 16), int(c[3:5], 16), int(c[5:7], 16)) for c in PALETTE]
    for known in (notebook, [voc_color(i) for i in range(IGNORE)]):
        moved = [_moved(c, [*known, VOC_VOID, (255, 255, 255)]) for c in colors]
        if all(c is not None for c in moved) and len(set(moved)) == len(colors):
            return [c for c in moved if c is not None]
    return [(0, 0, 0) if max(c) <= _CLOSE else c for c in colors]


def _moved(color: Rgb, known: list[Rgb]) -> Rgb | None:
    apart = [(max(abs(a - b) for a, b in zip(color, k, strict=True)), k) for k in known]
    least, nearest = min(apart)
    return nearest if least <= _CLOSE else None
