"""Masks whose values are explained beside them (a labelmap): looked at first, then decoded file by file.

A mask of one channel holds line numbers of the labelmap, a mask of three its colours. A palette PNG is read by
its palette's colours where the labelmap has them all, else by its indices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.counting import counts_of, values_of
from segcore.datasets.formats.masks.near_colors import snap
from segcore.datasets.formats.masks.raw_masks import RawMask, Rgb, color_of, read_raw
from segcore.datasets.formats.voc.labelmap import LabelMap
from segcore.datasets.tally import Tally
from segcore.errors import InvalidMask

_MOST = 200
_LISTED = 5


@dataclass(frozen=True)
class Seen:
    """What one mask holds: kind, and how many pixels have each code (the 200 commonest), with its colour."""

    kind: str
    counts: dict[int, int]
    colors: dict[int, Rgb]


@dataclass(frozen=True)
class Codes:
    """How the masks of a dataset are decoded.

    `by_color` says for each kind of mask whether its colours count (else its indices). `near` and `ignore`: what
    becomes of colours and labels of no class; without either they are a fault. `described`: the file that could
    name more classes. `tally` counts what was mended.
    """

    labels: LabelMap
    by_color: Mapping[str, bool]
    near: bool = False
    ignore: bool = False
    described: str = "labelmap.txt"
    tally: Tally = field(default_factory=Tally)

    @property
    def fix(self) -> str:
        """How to mend a code of no class."""
        return f"Name its class in {self.described}, or have such pixels ignored (repair: unknown-ignore)."

    def decode(self, path: Path) -> np.ndarray:
        """A mask file → (H, W) uint8 labels.

        Raises:
            InvalidMask: unreadable, or values of no class; the message names them.
        """
        raw = read_raw(path)
        if self.near and self.by_color[raw.kind]:
            return self._snapped(raw)
        found, counts = _count(raw.codes)
        exact = [self.exact(raw.kind, int(code), _color(raw, int(code))) for code in found]
        strays = np.array([label is None for label in exact])
        if strays.any() and not self.ignore:
            raise InvalidMask(f"{path.name}: {self._listed(raw, found[strays])} of no class.", fix=self.fix)
        self.tally.add("unknown_ignore", int(counts[strays].sum()))
        labels = np.array([IGNORE if label is None else label for label in exact], np.uint8)
        return _translate(raw.codes, found, labels)

    def _snapped(self, raw: RawMask) -> np.ndarray:
        """Every pixel as the nearest class's; what is far from all is ignored."""
        table = np.array(list(self.labels.of_color), np.uint8)
        rows, changed = snap(_to_rgb(raw), table)
        self.tally.add("near_colors", changed)
        meant = np.full(256, IGNORE, np.uint8)
        meant[: len(table)] = list(self.labels.of_color.values())
        return meant[rows]

    def _listed(self, raw: RawMask, codes: np.ndarray) -> str:
        names = [self.name_of(raw.kind, code, _color(raw, code)) for code in codes[:_LISTED].tolist()]
        return ", ".join(names) + (f" and {len(codes) - _LISTED} more" if len(codes) > _LISTED else "")

    def name_of(self, kind: str, code: int, color: Rgb) -> str:
        """A code in words: "colour #ff0000" or "label 7"."""
        return "colour #{:02x}{:02x}{:02x}".format(*color) if self.by_color[kind] else f"label {code}"

    def exact(self, kind: str, code: int, color: Rgb) -> int | None:
        """The class id (or 255) that the labelmap gives a code; None: it has none."""
        if self.by_color[kind]:
            return self.labels.of_color.get(color)
        if code == IGNORE:
            return IGNORE
        return self.labels.of_line[code] if code < len(self.labels.of_line) else None

    def mends(self, kind: str) -> bool:
        """Whether a code of no class, in a mask of this kind, is mended by the repairs."""
        return self.ignore or (self.near and self.by_color[kind])


def look(path: Path) -> Seen:
    """Which codes a mask holds.

    Raises:
        InvalidMask: it cannot be decoded.
    """
    raw = read_raw(path)
    found, counts = _count(raw.codes)
    if raw.kind == "palette" and int(found[-1]) >= len(raw.palette):
        raise InvalidMask(f"{path.name}: pixels beyond its palette.", fix="Export the mask again.")
    order = np.argsort(-counts, kind="stable")[:_MOST]
    kept = {int(found[i]): int(counts[i]) for i in order}
    return Seen(raw.kind, kept, {code: _color(raw, code) for code in kept})


def decide_codes(
    seen: Mapping[str, Seen], labels: LabelMap, *, near: bool = False, ignore: bool = False, described: str
) -> Codes:
    """Whether colours or indices count, for each kind of mask, from what all masks of the kind hold."""
    by_color = {"grey": False, "color": True}
    colored = any(one.kind == "color" for one in seen.values())
    for kind in ("grey3", "palette"):
        these = [one for one in seen.values() if one.kind == kind]
        colors = {rgb for one in these for rgb in one.colors.values()}
        top = max((code for one in these for code in one.counts if code != IGNORE), default=0)
        is_known = colors <= set(labels.of_color)
        is_index = top < len(labels.of_line) or not labels.of_color
        by_color[kind] = is_known or not is_index or (colored and kind == "grey3")
    return Codes(labels, by_color, near, ignore, described)


def _count(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different codes, ascending, and how many pixels have each."""
    if codes.dtype != np.uint8:
        return values_of(codes)
    counts = counts_of(codes)
    found = np.flatnonzero(counts).astype(np.uint8)
    return found, counts[found]


def _runs(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs of equal codes in reading order: their codes and lengths; masks have far fewer runs than pixels."""
    flat = codes.ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    return flat[starts], np.diff(np.concatenate([starts, [flat.size]]))


def _translate(codes: np.ndarray, found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each code's label: `labels` belong to the ascending codes `found`, which are all there are."""
    if codes.dtype == np.uint8:
        table = np.zeros(256, np.uint8)
        table[found] = labels
        return table[codes]
    values, lengths = _runs(codes)
    return np.repeat(labels[np.searchsorted(found, values)], lengths).reshape(codes.shape)


def _color(raw: RawMask, code: int) -> Rgb:
    return (0, 0, 0) if raw.kind == "palette" and code >= len(raw.palette) else color_of(raw, code)


def _to_rgb(raw: RawMask) -> np.ndarray:
    """(H, W, 3) uint8."""
    if raw.kind == "color":
        return np.stack([raw.codes >> 16 & 255, raw.codes >> 8 & 255, raw.codes & 255], -1).astype(np.uint8)
    table = np.array([_color(raw, code) for code in range(256)], np.uint8)
    return table[raw.codes]
