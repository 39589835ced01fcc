"""How masks are written: looked at over the whole dataset first, decided once, then decoded file by file.

| kind | a pixel is |
|---|---|
| index | the class id (one channel, or three equal ones) |
| palette | the class id, its colour in the PNG's palette |
| color | the colour of its class |
| binary | 0 = background, 255 = the one class |
| levels | a grey level of its class (0, 85, 170, … as some editors write them) |
| near | about the colour of its class: blurred borders are mended |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from segcore.classes import IGNORE, PALETTE, voc_color
from segcore.datasets.formats.masks.near_colors import snap
from segcore.datasets.formats.masks.raw_masks import MAX_COLORS, RawMask, Rgb, Scan, color_of, pack, read_raw, rgb_of
from segcore.datasets.tally import Tally
from segcore.errors import InvalidMask

MAX_GAP = 16
"""A label this far above the next lower one is a stray, unless class names reach up to it."""
VOC_VOID: Rgb = (224, 224, 192)
_LEVEL_STEP = 10


Kind = Literal["index", "palette", "color", "binary", "levels", "near"]


@dataclass(frozen=True)
class Encoding:
    """How the masks of a dataset are written.

    `table` maps a code of the file (for `color`, and palettes that differ: the packed colour) to a label;
    what is not in it is a fault. `colors` are the classes' own colours where the masks have them. For `near`, a
    pixel is of the class whose colour is nearest.
    """

    kind: Kind
    table: dict[int, int]
    colors: dict[int, Rgb]
    evidence: str

    @property
    def classes(self) -> int:
        """The number of classes, background included."""
        return 1 + max((label for label in self.table.values() if label != IGNORE), default=0)

    def decode(self, path: Path, *, unknown_ignore: bool = False, tally: Tally | None = None) -> np.ndarray:
        """A mask file → (H, W) uint8 labels.

        Args:
            path: the mask.
            unknown_ignore: values that are no class become 255.
            tally: counts the pixels that were mended.

        Raises:
            InvalidMask: unreadable, or values that are no class; the message names them.
        """
        raw = read_raw(path)
        if self.kind == "near":
            return self._nearest(rgb_of(raw), tally)
        codes = self.codes_of(raw)
        lookup, known = self._lookup
        labels = lookup[codes]
        fits = known[codes]
        if not fits.all():
            if not unknown_ignore:
                raise InvalidMask(self._stray(path, np.unique(codes[~fits])), fix=self._stray_fix())
            labels[~fits] = IGNORE
            if tally:
                tally.add("unknown_ignore", int((~fits).sum()))
        return labels

    def codes_of(self, raw: RawMask) -> np.ndarray:
        """What `table` is asked for: (H, W), the packed colours where they decide, else the codes of the file."""
        if self.kind != "color" or raw.kind == "color":
            return raw.codes
        packed = [pack(color_of(raw, code)) for code in range(len(raw.palette) or 256)]
        return np.asarray(packed, np.uint32)[raw.codes]

    def code_of(self, scan: Scan, code: int) -> int:
        """As `codes_of`, for one code of a scan."""
        return pack(scan.colors.get(code, (0, 0, 0))) if self.kind == "color" and scan.kind != "color" else code

    @cached_property
    def _lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Code → label, and whether it is in the table."""
        size = 1 << 24 if self.kind == "color" else 256
        lookup, known = np.zeros(size, np.uint8), np.zeros(size, bool)
        for code, label in self.table.items():
            lookup[code], known[code] = label, True
        return lookup, known

    def _nearest(self, rgb: np.ndarray, tally: Tally | None) -> np.ndarray:
        codes = list(self.table)
        rows, changed = snap(rgb, np.array([[c >> 16, c >> 8 & 255, c & 255] for c in codes], np.uint8))
        if tally:
            tally.add("near_colors", changed)
        table = np.full(256, IGNORE, np.uint8)
        table[: len(codes)] = [self.table[code] for code in codes]
        return table[rows]

    def _stray(self, path: Path, codes: np.ndarray) -> str:
        shown = [f"#{c:06x}" if self.kind == "color" else str(c) for c in codes[:5].tolist()]
        what = "colour" if self.kind == "color" else "label"
        more = " …" if len(codes) > 5 else ""
        return f"{path.name}: {what} {', '.join(shown)}{more} is no class (there are {self.classes})."

    def _stray_fix(self) -> str:
        return (
            "Paint it with a class, or 255 to ignore it; or name every class in classes.txt or dataset.yaml; "
            "or let unknown labels be ignored."
        )


def decide(scans: Iterable[Scan], named: int | None = None, named_colors: dict[int, Rgb] | None = None) -> Encoding:
    """How the masks of a dataset are written, from what all of them hold.

    Args:
        scans: one for each readable mask, at least one.
        named: the number of classes where names are given.
        named_colors: class id → colour where dataset.yaml gives them.
    """
    known = list(scans)
    kinds = {s.kind for s in known}
    codes = sorted(frozenset().union(*(s.codes for s in known)))
    if "color" in kinds or (kinds == {"palette"} and not _palettes_agree(known)):
        return _by_color(known, named_colors, differing="color" not in kinds)
    if "palette" in kinds:
        return _by_palette(known, codes, named)
    how = "3-channel masks with R=G=B" if kinds == {"grey3"} else "1-channel masks"
    if kinds == {"grey", "grey3"}:
        how = "1-channel masks and 3-channel ones with R=G=B"
    if set(codes) <= {0, 255} and 255 in codes and (named or 2) == 2:
        return Encoding("binary", {0: 0, 255: 1}, {}, f"{how}, only 0 and 255: 255 = the one class")
    if named is None and len(codes) > 1 and all(b - a >= _LEVEL_STEP for a, b in pairwise(codes)):
        table = {code: i for i, code in enumerate([0, *(c for c in codes if c)])}
        shown = ", ".join(map(str, codes))
        return Encoding("levels", table, {}, f"{how}, grey levels {shown}: each level = a class")
    return Encoding("index", _index_table(codes, named), {}, f"{how}: pixel value = class")


def _index_table(codes: Iterable[int], named: int | None) -> dict[int, int]:
    """Class ids as they are: up to the named ones, else up to the first wide gap."""
    top = (named or 1) - 1
    for code in codes:
        if named is None and code != IGNORE and code - top <= MAX_GAP:
            top = code
    return {i: i for i in range(top + 1)} | {IGNORE: IGNORE}


def _palettes_agree(scans: list[Scan]) -> bool:
    merged: dict[int, Rgb] = {}
    return all(merged.setdefault(code, rgb) == rgb for s in scans for code, rgb in s.colors.items())


def _by_palette(scans: list[Scan], codes: list[int], named: int | None) -> Encoding:
    table = _index_table(codes, named)
    colors = {c: rgb for s in scans if s.kind == "palette" for c, rgb in s.colors.items()}
    kept = {code: rgb for code, rgb in colors.items() if table.get(code, IGNORE) != IGNORE}
    return Encoding("palette", table, kept, "palette PNG masks: palette index = class, palette colour = class colour")


def _by_color(scans: list[Scan], named_colors: dict[int, Rgb] | None, differing: bool) -> Encoding:
    how = "palette PNG masks whose palettes differ" if differing else "3-channel colour masks"
    return from_colors("color", {rgb for s in scans for rgb in s.colors.values()}, named_colors, how)


def from_colors(
    kind: Literal["color", "near"], present: set[Rgb], named_colors: dict[int, Rgb] | None, how: str
) -> Encoding:
    """An encoding where each colour is a class; black is the background.

    Args:
        kind: `color`, or `near`: the nearest colour.
        present: the classes' colours in the masks.
        named_colors: class id → colour where a description gives them; then they alone are classes.
        how: what the masks are, in words.
    """
    if named_colors:
        table = {pack(rgb): class_id for class_id, rgb in named_colors.items()}
        return Encoding(kind, table, dict(named_colors), f"{how}: colours of dataset.yaml")
    ordered = sorted(present - {(0, 0, 0), VOC_VOID}, key=_color_order(present))
    colors = dict(enumerate([(0, 0, 0), *ordered][: MAX_COLORS + 1]))
    table = {pack(rgb): class_id for class_id, rgb in colors.items()}
    void = ", #e0e0c0 = ignored" if VOC_VOID in present else ""
    table |= {pack(VOC_VOID): IGNORE} if void else {}
    return Encoding(kind, table, colors, f"{how}: each colour = a class, black = background{void}")


def _color_order(present: set[Rgb]) -> Callable[[Rgb], int]:
    """In the order of the notebook's palette or Pascal VOC's where all colours are of it, else by value."""
    for known in ([_rgb(c) for c in PALETTE], [voc_color(i) for i in range(IGNORE)]):
        if present - {VOC_VOID} <= set(known):
            return known.index
    return pack


def _rgb(color: str) -> Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
