"""Image and mask folders whatever they are called: two neighbours that hold files of the same names.

Which of the two holds the masks is told by what is inside: PNG beside JPEG, or pictures of a few flat colours
beside photographs.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np

from segcore.datasets.formats.folders.affixes import find_affixes
from segcore.datasets.images import IMAGE_SUFFIXES, read_image
from segcore.errors import InvalidImage

_SHARED = 0.5
"""The share of the smaller folder's names that must be found in the other."""
_LOSSLESS = (".png", ".bmp", ".tif", ".tiff")
_FLAT = 0.05
"""A label picture changes at fewer than this share of its neighbouring pixels."""


def find_alike(levels: list[tuple[Path, list[str]]]) -> list[tuple[Path, Path]]:
    """(image folder, mask folder) pairs, told by their files; decodes a few of them.

    Args:
        levels: folders, shallowest first, each with the names of the folders in it.
    """
    found = []
    for folder, names in levels:
        pictures = {name: files for name in names if (files := _pictures(folder / name))}
        pairs = [_in_order(pictures[a], pictures[b]) for a, b in combinations(sorted(pictures), 2)]
        sure = [pair for pair in pairs if pair]
        if len(sure) == 1:  # of three alike, nobody can tell which belong together
            found.append(sure[0])
    return found


def _pictures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and not p.name.startswith("."))


def _in_order(one: list[Path], other: list[Path]) -> tuple[Path, Path] | None:
    """The two folders, images first; None where they do not belong together or nobody can tell."""
    stems, others = {p.stem for p in one}, {p.stem for p in other}
    shared = len(stems & others) or getattr(find_affixes(stems, others), "count", 0)
    if shared < max(1.0, _SHARED * min(len(stems), len(others))):
        return None
    flat, other_flat = is_flat(one), is_flat(other)
    if flat == other_flat:
        return None
    images, masks = (other, one) if flat else (one, other)
    return images[0].parent, masks[0].parent


def is_flat(files: list[Path]) -> bool:
    """Whether the first, the middle and the last of these are label pictures."""
    chosen = {files[0], files[len(files) // 2], files[-1]}
    return all(path.suffix.lower() in _LOSSLESS and flatness(path) < _FLAT for path in chosen)


def flatness(path: Path) -> float:
    """The share of neighbouring pixels that differ, in [0, 1]; 1 where it cannot be read."""
    try:
        image = read_image(path).astype(np.int16)
    except InvalidImage:
        return 1.0
    across = (image[:, 1:] != image[:, :-1]).any(-1)
    return float(across.mean()) if across.size else 1.0
