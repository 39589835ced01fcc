"""Frames that are the same, or look the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segcore.datasets.dataset import Dataset
from segcore.datasets.health.finding import MOST_STEMS, Finding
from segcore.datasets.splits.likeness import hash_bits

ALIKE_BITS = 6
"""Pictures whose perceptual hashes (64 bits) differ in so many bits or fewer look the same."""
_AT_ONCE = 256


def equal_groups(values: Sequence[str]) -> list[list[int]]:
    """Positions of equal values, groups of two and more, in the order of their first."""
    found: dict[str, list[int]] = {}
    for at, value in enumerate(values):
        found.setdefault(value, []).append(at)
    return [group for group in found.values() if len(group) > 1]


def alike_groups(hashes: np.ndarray, bits: int = ALIKE_BITS) -> list[list[int]]:
    """Positions of pictures that look like the first one of their group, groups of two and more.

    Each picture is in one group at most: that of the first picture it is like. Memory is flat.

    Args:
        hashes: (N,) uint64.
        bits: how many bits may differ.
    """
    free = np.arange(len(hashes))
    groups = []
    while len(free) > 1:
        like = np.bitwise_count(hashes[free] ^ hashes[free[0]]) <= bits
        if np.count_nonzero(like) > 1:
            groups.append(free[like].tolist())
        free = free[~like]
    return groups


def alike_across(train: np.ndarray, val: np.ndarray, bits: int = ALIKE_BITS) -> list[tuple[int, int, int]]:
    """For each validation picture that looks like a training one: (train position, val position, bits that differ).

    Args:
        train: (N,) uint64.
        val: (M,) uint64.
        bits: how many bits may differ.

    Returns:
        The nearest training picture of each, the most alike pairs first.
    """
    found: list[tuple[int, int, int]] = []
    if not len(train):
        return found
    for begin in range(0, len(val), _AT_ONCE):
        differ = np.bitwise_count(val[begin : begin + _AT_ONCE, None] ^ train[None])
        nearest = differ.argmin(1)
        least = differ[np.arange(len(differ)), nearest]
        found += [(int(nearest[i]), begin + int(i), int(least[i])) for i in np.flatnonzero(least <= bits)]
    return sorted(found, key=lambda pair: pair[2])


def duplicate_findings(dataset: Dataset) -> list[Finding]:
    """Equal and alike frames, and those of them that sit on two sides of the split."""
    frames = dataset.source["frames"]
    known = [p.stem for p in dataset.pairs if "sha256" in frames[p.stem] and "phash" in frames[p.stem]]
    hashes = np.array([hash_bits(frames[s]["phash"]) for s in known], np.uint64)
    equal = [[known[i] for i in group] for group in equal_groups([frames[s]["sha256"] for s in known])]
    once = _one_of_each(known, equal)
    alike = [[once[i] for i in group] for group in alike_groups(hashes[np.isin(known, once)])] if once else []
    return [*_equal(dataset, equal), *_alike(alike), *_across(dataset, known, hashes)]


def _one_of_each(stems: Sequence[str], groups: Sequence[Sequence[str]]) -> list[str]:
    doubles = {stem for group in groups for stem in group[1:]}
    return [stem for stem in stems if stem not in doubles]


def _equal(dataset: Dataset, groups: list[list[str]]) -> list[Finding]:
    if not groups:
        return []
    frames = dataset.source["frames"]
    labels = [{frames[s].get("labels_sha256") for s in group} for group in groups]
    contradict = [group for group, seen in zip(groups, labels, strict=True) if len(seen) > 1]
    detail = f"{sum(map(len, groups))} frames hold {_count(len(groups), 'picture')} only."
    if contradict:
        detail += f" {_count(len(contradict), 'picture')} of them with labels that differ."
    advice = "Keep one of each: a picture that comes twice counts twice."
    shown = [*contradict, *(group for group in groups if group not in contradict)]
    return [Finding("duplicates", "warning", "The same picture more than once", detail, advice, _flat(shown))]


def _alike(groups: list[list[str]]) -> list[Finding]:
    if not groups:
        return []
    many = sum(map(len, groups))
    detail = f"In {_count(len(groups), 'group')} of look-alikes."
    advice = "They teach little more than one of them would; label frames that differ instead."
    return [Finding("near-duplicates", "note", f"{many} frames look almost the same", detail, advice, _flat(groups))]


def _across(dataset: Dataset, known: list[str], hashes: np.ndarray) -> list[Finding]:
    """Validation frames whose picture is, or almost is, one that is learned from."""
    train, val = set(dataset.split.train), set(dataset.split.val)
    in_train = np.array([s in train for s in known], bool)
    in_val = np.array([s in val for s in known], bool)
    learned, scored = (np.array(known, object)[side] for side in (in_train, in_val))
    pairs = [(learned[t], scored[v]) for t, v, _ in alike_across(hashes[in_train], hashes[in_val])]
    if not pairs:
        return []
    digest = {s: dataset.source["frames"][s]["sha256"] for s in known}
    first_of = {digest[s]: s for s in reversed(known) if s in train}
    same = [(first_of[digest[s]], s) for s in scored if digest[s] in first_of]
    return [
        Finding(
            code="duplicates-across-split",
            level="error" if same else "warning",
            title=f"{_count(len(pairs), 'validation frame looks', 'validation frames look')} like one learned from",
            detail=f"{_count(len(same), 'of them', 'of them')} the very same picture." if same else "",
            advice="Scores will be too good. Split again, with a larger gap or with groups that keep them together.",
            stems=_flat(list(dict.fromkeys([*same, *pairs]))),
        )
    ]


def _flat(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Groups one after the other, whole ones only where there are too many."""
    stems: list[str] = []
    for group in groups:
        if stems and len(stems) + len(group) > MOST_STEMS:
            break
        stems += group
    return tuple(stems[:MOST_STEMS])


def _count(many: int, one: str, more: str | None = None) -> str:
    return f"{many} {one if many == 1 else more or one + 's'}"
