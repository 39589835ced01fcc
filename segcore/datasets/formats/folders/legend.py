"""The legend of plain folders: what each class is in the masks, how much of it there is, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from segcore.classes import IGNORE
from segcore.datasets.formats import LegendRow
from segcore.datasets.formats.masks.encodings import Encoding
from segcore.datasets.formats.masks.raw_masks import Scan

_BEST = 3


def legend(encoding: Encoding, scans: Mapping[str, Scan], classes: int, named: set[int]) -> tuple[LegendRow, ...]:
    """A row a class, counted over all masks.

    Args:
        encoding: how they are written.
        scans: by stem.
        classes: how many there are.
        named: ids that a description of the source names.
    """
    if encoding.kind == "near":
        return tuple(LegendRow(i, source_of(encoding, i), None, (), i in named) for i in range(classes))
    pixels: Counter[int] = Counter()
    frames: Counter[int] = Counter()
    best: dict[int, list[tuple[int, str]]] = {i: [] for i in range(classes)}
    for stem, scan in scans.items():
        for label, count in _labels(encoding, scan).items():
            pixels[label] += count
            frames[label] += 1
            if label in best:
                best[label] = sorted([*best[label], (-count, stem)])[:_BEST]
    return tuple(
        LegendRow(i, source_of(encoding, i), pixels[i], tuple(s for _, s in best[i]), i in named, frames[i])
        for i in range(classes)
    )


def _labels(encoding: Encoding, scan: Scan) -> Counter[int]:
    """Pixels of each label of one mask, ignored and unknown ones left out."""
    found: Counter[int] = Counter()
    for code, count in scan.counts.items():
        label = encoding.table.get(encoding.code_of(scan, code), IGNORE)
        if label != IGNORE:
            found[label] += count
    return found


def source_of(encoding: Encoding, class_id: int) -> str:
    """How the masks write a class: "label 3", "grey 85", "#800000"."""
    codes = [code for code, label in encoding.table.items() if label == class_id]
    if not codes:
        return "in no mask"
    if encoding.kind in ("color", "near"):
        return ", ".join(f"#{code:06x}" for code in codes[:3]) + (" …" if len(codes) > 3 else "")
    word = {"index": "label", "palette": "palette entry", "binary": "value", "levels": "grey"}[encoding.kind]
    return f"{word} {codes[0] if len(codes) == 1 else f'{codes[0]} to {codes[-1]}'}"


def strays(encoding: Encoding, scans: Mapping[str, Scan]) -> dict[str, dict[int, int]]:
    """Stem → {code of no class: pixels}, for masks that have such codes."""
    if encoding.kind == "near":
        return {}
    found: dict[str, dict[int, int]] = {}
    for stem, scan in scans.items():
        unknown = {c: n for c, n in scan.counts.items() if encoding.code_of(scan, c) not in encoding.table}
        if unknown:
            found[stem] = unknown
    return found
