"""Corrected frames become labelled frames of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segcore.corrections.kept import Correction
from segcore.datasets.dataset import Dataset, Problem
from segcore.datasets.facts import perceptual_hash
from segcore.datasets.formats import Frame, Progress, Reading
from segcore.datasets.images import read_image
from segcore.datasets.splits import extend_split
from segcore.datasets.splits.copies import without_copies
from segcore.datasets.splits.likeness import hash_bits
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError, WrongMaskSize

_SAME_BITS = 6
"""Two pictures of one name whose perceptual hashes differ in so many bits or fewer are one frame, decoded twice."""


@dataclass(frozen=True)
class Joined:
    """What became of corrected frames.

    Attributes:
        dataset: its name.
        stems: as they are called there, in the order of the corrections.
        learned: those that are learned from; scored: those that are only scored; left_out: those that are neither,
            being too near to scored ones.
        replaced: those of them that took the place of frames of the same name; these stay on their side.
        problems: of corrections that were left out.
    """

    dataset: str
    stems: tuple[str, ...]
    learned: tuple[str, ...]
    scored: tuple[str, ...]
    left_out: tuple[str, ...]
    replaced: tuple[str, ...]
    problems: tuple[Problem, ...]


def reading_of(corrections: Sequence[Correction], stems: Sequence[str], result: str) -> Reading:
    """Corrections as a format's reader would give them.

    Args:
        corrections: of one result.
        stems: what each will be called.
        result: the result's name.

    Raises:
        DatasetError: there are none, or they are of different classes.
    """
    tables = {correction.note.classes for correction in corrections}
    if len(tables) != 1:
        what = "corrections of different classes" if tables else "no corrections"
        raise DatasetError(f"Expected corrected frames of one network. Received: {what}.", fix="Correct a frame first.")
    frames = [_frame(correction, stem) for correction, stem in zip(corrections, stems, strict=True)]
    return Reading(
        format="corrected",
        evidence=f"frames of {result}, corrected by hand",
        classes=tables.pop(),
        frames=tuple(frames),
        problems=(),
        learned_only=True,
    )


def _frame(correction: Correction, stem: str) -> Frame:
    def labels(size: tuple[int, int]) -> np.ndarray:
        found = correction.labels()
        height, width = found.shape
        if (height, width) != size:
            raise WrongMaskSize(
                f"{correction.mask.name}: labels of {width}×{height}, the picture has {size[1]}×{size[0]}.",
                size=(height, width),
                fix="Correct the frame anew.",
            )
        return found

    return Frame(stem, correction.image, correction.mask.name, labels)


def names_in(corrections: Sequence[Correction], dataset: Dataset | None) -> list[str]:
    """What corrected frames are called in a dataset: never like frames of another video.

    Where a frame of the same name shows another picture, the dataset has a video of that name already: then all are
    called `clip-2_f000123` for `clip_f000123`.

    Args:
        corrections: of one result.
        dataset: that takes them; None: a new one.
    """
    frames: Mapping[str, Any] = dataset.source["frames"] if dataset else {}
    for number in range(1, 1000):
        stems = [_numbered(correction.note.stem, number) for correction in corrections]
        there = [(c, frames[s]) for c, s in zip(corrections, stems, strict=True) if s in frames]
        if all(_same(correction, facts) for correction, facts in there):
            return stems
    raise DatasetError("There are a thousand videos of that name already.", fix="Take another dataset.")


def _numbered(stem: str, number: int) -> str:
    video, mark, index = stem.rpartition("_f")
    return stem if number == 1 else f"{video}-{number}{mark}{index}"


def _same(correction: Correction, facts: Mapping[str, Any]) -> bool:
    """Whether a frame that is there shows the same picture; unknown (older datasets) counts as the same."""
    if "phash" not in facts:
        return True
    mine = hash_bits(perceptual_hash(read_image(correction.image)))
    return (mine ^ hash_bits(facts["phash"])).bit_count() <= _SAME_BITS


def teaches(dataset: Dataset, stem: str, picture: Path) -> bool:
    """Whether a dataset would learn from a frame; else it is scored there, or too near to frames that are.

    Args:
        dataset: that would take it.
        stem: the frame's name.
        picture: the frame.
    """
    old = [pair.stem for pair in dataset.pairs]
    if stem in old:
        return stem in dataset.split.train
    looks = {name: facts["phash"] for name, facts in dataset.source["frames"].items() if "phash" in facts}
    looks[stem] = perceptual_hash(read_image(picture))
    nothing = np.zeros((len(old) + 1, len(dataset.classes)), np.int64)
    split = extend_split(dataset.split, old, [stem], nothing, dataset.groups or None, learned_only=True)
    return stem in without_copies(split, [stem], looks).train


def join(
    store: DatasetStore,
    corrections: Sequence[Correction],
    result: str,
    dataset: str,
    on_progress: Progress | None = None,
) -> Joined:
    """Take corrected frames into a dataset; one of that name is made where there is none.

    None of the new ones is scored: what is scored stays the same, so that the next training can be compared with the
    last one, and no labels that a network began judge it. Those too near to scored ones are left out.

    Args:
        store: of the datasets.
        corrections: of one result.
        result: the result's name.
        dataset: name of the dataset.
        on_progress: called with (done, in all).

    Raises:
        DatasetError: there are no corrections, or none can be added; nothing was changed.
        AccessError: whoever asks may not change it, or make one.
    """
    old = store.open(dataset) if store.exists(dataset) else None
    stems = names_in(corrections, old)
    reading = reading_of(corrections, stems, result)
    source = corrections[0].mask.parent
    take = store.import_reading if old is None else store.add_reading
    problems = take(dataset, reading, source, on_progress).problems
    there = {pair.stem for pair in old.pairs} if old else set()
    split = store.open(dataset).split
    return Joined(
        dataset,
        tuple(stems),
        learned=tuple(stem for stem in stems if stem in split.train),
        scored=tuple(stem for stem in stems if stem in split.val),
        left_out=tuple(stem for stem in stems if stem in split.left_out),
        replaced=tuple(stem for stem in stems if stem in there),
        problems=problems,
    )
