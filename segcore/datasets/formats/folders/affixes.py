"""Image and mask names that differ by the same piece everywhere: a.jpg and a_mask.png, b.jpg and b_mask.png.

A pattern has one star for the name they share: `*_mask`, `mask_*`; text without a star is a suffix.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

WHOLE = "*"
_AT_LEAST = 0.5
"""The share of the lone names on either side that a pattern must explain."""


@dataclass(frozen=True)
class Affixes:
    """Patterns of both sides' names, and how many lone names they would pair."""

    image: str
    mask: str
    count: int


def core(name: str, pattern: str | None) -> str | None:
    """The shared part of a name ("a_mask", "*_mask" → "a"); None where the pattern does not fit."""
    before, star, after = (pattern or WHOLE).partition("*")
    if not star:
        before, after = "", before
    fits = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
    return name[len(before) : len(name) - len(after)] if fits else None


def find_affixes(images: Iterable[str], masks: Iterable[str]) -> Affixes | None:
    """The patterns that pair most of the lone names, if any does for at least half of one side.

    Args:
        images: names (without suffix) of images without a mask.
        masks: names of masks without an image.
    """
    left, right = _by_pattern(set(images)), _by_pattern(set(masks))
    best: Affixes | None = None
    for image_pattern, image_cores in left.items():
        for mask_pattern, mask_cores in right.items():
            found = Affixes(image_pattern, mask_pattern, len(image_cores & mask_cores))
            sure = found.count > 1 or (found.count == 1 and WHOLE in (found.image, found.mask))
            if sure and (best is None or _rank(found) > _rank(best)):
                best = found
    return best


def _rank(found: Affixes) -> tuple[int, bool, int]:
    """Most pairs first; then one side untouched; then the shortest pieces."""
    return found.count, WHOLE in (found.image, found.mask), -len(found.image) - len(found.mask)


def _by_pattern(names: set[str]) -> dict[str, set[str]]:
    """Pattern → shared parts, for patterns that fit at least half of the names."""
    cores: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for pattern in patterns_of(name):
            shared = core(name, pattern)
            if shared is not None:
                cores[pattern].add(shared)
    return {p: c for p, c in cores.items() if len(c) >= max(1, _AT_LEAST * len(names))}


def patterns_of(name: str) -> list[str]:
    """Ways to see a name as shared part and piece: cut at the first or last separator, or before closing letters."""
    found = [WHOLE]
    for cut in re.finditer(r"[_\-. ]+", name):
        found += ["*" + name[cut.start() :], name[: cut.end()] + "*"]
    letters = re.search(r"(?<=[0-9])[A-Za-z]+$", name) or re.search(r"(?<=[a-z])[A-Z][A-Za-z]*$", name)
    head = re.match(r"[A-Za-z]+(?=[0-9])", name)
    if letters:
        found.append("*" + letters.group())
    if head:
        found.append(head.group() + "*")
    return found
