"""New frames that are nearly copies of scored ones, though their names do not say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from segcore.datasets.dataset import Split
from segcore.datasets.splits.choice import in_order
from segcore.datasets.splits.likeness import hash_bits, usual_distance
from segcore.datasets.splits.timeline import video_of

_SHARE = 1 / 3
"""Pictures look like copies that differ in so much, or less, of what any two frames differ in, …"""
_TELLING = 8
"""… where that is so many bits (of 64) or more: the frames of a still camera cannot be told apart by their looks."""


def without_copies(split: Split, new: Sequence[str], looks: Mapping[str, str]) -> Split:
    """Leave out new frames to learn from that look like scored ones of another naming.

    Frames of one naming are kept apart by their numbers (`extend_split`); those of one video under two names, such as
    `frame_0012` and `clip_f000330`, only by what they look like.

    Args:
        split: with the new frames in it.
        new: the new frames.
        looks: stem → perceptual hash, 16 hexadecimal digits; frames without one stay where they are.
    """
    scored = [stem for stem in split.val if stem in looks]
    known = {video_of(stem) for stem in split.val}
    asked = [s for s in split.train if s in set(new) and s in looks and video_of(s) not in known]
    if not scored or not asked:
        return split
    usual = usual_distance(_hashes(list(looks), looks))
    if usual < _TELLING:
        return split
    differ = np.bitwise_count(_hashes(asked, looks)[:, None] ^ _hashes(scored, looks)[None])
    copies = {stem for stem, least in zip(asked, differ.min(1), strict=True) if least <= _SHARE * usual}
    train = tuple(stem for stem in split.train if stem not in copies)
    return replace(split, train=train, left_out=in_order([*split.left_out, *copies]))


def _hashes(stems: Sequence[str], looks: Mapping[str, str]) -> np.ndarray:
    return np.array([hash_bits(looks[stem]) for stem in stems], np.uint64)
