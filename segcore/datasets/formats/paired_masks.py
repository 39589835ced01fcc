"""Pairs of images and masks whose labels are explained: looked at together, then made into frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from segcore.datasets.dataset import Problem, Split
from segcore.datasets.formats import Frame, Progress, Reading
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.left_out import nothing_left
from segcore.datasets.formats.source_files import shown, stems
from segcore.datasets.formats.survey import Survey
from segcore.datasets.formats.voc.labelmap import LabelMap, with_background
from segcore.datasets.formats.voc.masks import Codes, Seen, decide_codes, look
from segcore.datasets.parallel import in_order
from segcore.datasets.repairs import Repairs
from segcore.datasets.stages import enter
from segcore.errors import InvalidMask, WrongMaskSize


@dataclass(frozen=True)
class Pairs:
    """Images and masks by their key (path below the folder, without suffix), and what was wrong with files.

    `listed`: key → "train", "val" or another list's name, where the source brought a split.
    """

    root: Path
    images: dict[str, Path]
    masks: dict[str, Path]
    problems: tuple[Problem, ...]
    listed: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """Keys that have both, in natural order."""
        return sorted(self.images.keys() & self.masks.keys(), key=natural)

    def mask_name(self, key: str) -> str:
        """The mask's path as reports name it."""
        return shown(self.root, self.masks[key])


@dataclass(frozen=True)
class Explained:
    """A format, what speaks for it, what its labels mean, and the file that says so."""

    format: str
    evidence: str
    labels: LabelMap
    described: str = "labelmap.txt"


def read_pairs(pairs: Pairs, what: Explained, repairs: Repairs, on_progress: Progress | None) -> Reading:
    """Look at all masks and make frames of those that hold nothing but known labels.

    Raises:
        DatasetError: no image has a mask.
    """
    keys = pairs.keys
    if not keys:
        counts = f"{len(pairs.images)} images, {len(pairs.masks)} masks"
        fix = "Give each image and its mask the same name."
        raise nothing_left(f"No image has a mask of the same name ({counts}).", pairs.problems, fix)
    seen, problems = _look_at_all(pairs, on_progress)
    labels = with_background(what.labels) if _holds_black(seen) and what.labels.of_color else what.labels
    codes = decide_codes(
        seen, labels, near=repairs.near_colors, ignore=repairs.unknown_ignore, described=what.described
    )
    stem_of, survey = stems(keys), Survey()
    for key, one in seen.items():
        survey.add(stem_of[key], pairs.mask_name(key), one, codes)
    problems += survey.problems(codes)
    bad = {problem.file for problem in problems}
    good = [key for key in keys if pairs.mask_name(key) not in bad]
    return Reading(
        format=what.format,
        evidence=f"{what.evidence}; {_how(seen, codes)}" if seen else what.evidence,
        classes=labels.classes,
        frames=tuple(
            Frame(stem_of[k], pairs.images[k], pairs.mask_name(k), partial(_labels, pairs.masks[k], codes))
            for k in good
        ),
        problems=(*pairs.problems, *problems),
        split=given_split(pairs.listed, stem_of),
        legend=survey.legend(len(labels.classes), {stem_of[key] for key in good}),
        notes=(*labels.notes, *pairs.notes),
        offers=survey.offers(repairs),
        tally=codes.tally,
    )


def _look_at_all(pairs: Pairs, on_progress: Progress | None) -> tuple[dict[str, Seen], list[Problem]]:
    """What each mask holds, by key; masks that cannot be read are problems."""
    enter(on_progress, "looking at masks")
    seen: dict[str, Seen] = {}
    problems = []
    keys = pairs.keys
    for done, (key, found) in enumerate(zip(keys, in_order(_try, [pairs.masks[k] for k in keys]), strict=True), 1):
        if isinstance(found, Seen):
            seen[key] = found
        else:
            fault = found.message.removeprefix(f"{pairs.masks[key].name}: ").rstrip(".")
            problems.append(Problem(pairs.mask_name(key), fault, found.fix))
        if on_progress:
            on_progress(done, len(keys))
    return seen, problems


def _try(path: Path) -> Seen | InvalidMask:
    try:
        return look(path)
    except InvalidMask as error:
        return error


def _holds_black(seen: Mapping[str, Seen]) -> bool:
    return any(one.kind in ("color", "grey3") and (0, 0, 0) in one.colors.values() for one in seen.values())


def _labels(mask: Path, codes: Codes, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 of a mask file that must have its image's size."""
    labels = codes.decode(mask)
    if labels.shape != size:
        height, width = labels.shape
        raise WrongMaskSize(
            f"{mask.name}: the mask is {width}×{height}, its image {size[1]}×{size[0]}.",
            size=(height, width),
            fix="Export the mask at the image's own size, without smoothing.",
        )
    return labels


def _how(seen: Mapping[str, Seen], codes: Codes) -> str:
    kinds = {one.kind for one in seen.values()}
    colored = {kind for kind in kinds if codes.by_color[kind]}
    if colored == kinds:
        return "masks by colour"
    return "masks by label number" if not colored else "masks by colour, those of one channel by label number"


def given_split(listed: Mapping[str, str], stem_of: Mapping[str, str]) -> Split | None:
    """The split that the source lists; frames of other lists and of none are on neither side.

    Args:
        listed: key → "train", "val" or something else.
        stem_of: key → stem, in the frames' order.
    """
    sides: dict[str, list[str]] = {"train": [], "val": [], "": []}
    for key, stem in stem_of.items():
        part = listed.get(key, "")
        sides[part if part in sides else ""].append(stem)
    if not sides["train"] or not sides["val"]:
        return None
    return Split(tuple(sides["train"]), tuple(sides["val"]), left_out=tuple(sides[""]), method="given")
