"""Further labelled frames come to a dataset: all of them or none.

Files are written under names that no frame has yet; nobody sees them until import.json names them, which is
replaced in one step, last of all. So a kill in the middle leaves the dataset as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.class_joining import Joined, join_classes, without
from segcore.datasets.conversion import Conversion, written_classes
from segcore.datasets.dataset import Dataset, Pair, Problem, Split
from segcore.datasets.formats import Frame, Reading
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.health import write_report
from segcore.datasets.images import read_index_mask
from segcore.datasets.importing import Kept, content_hash, keep_all, refused
from segcore.datasets.manifest import read_dataset, read_record, write_description, write_record
from segcore.datasets.repairs import Repairs
from segcore.datasets.splits import extend_split
from segcore.datasets.splits.copies import without_copies
from segcore.datasets.stages import Progress
from segcore.datasets.staging import alone
from segcore.errors import DatasetError

_THERE = "a frame of this name is in the dataset already"
_THERE_FIX = "Rename it, or allow frames to be replaced."


@dataclass(frozen=True)
class Added:
    """What came: stems of new and of replaced frames, files that were left out, what was mended."""

    new: tuple[str, ...]
    replaced: tuple[str, ...]
    problems: tuple[Problem, ...]
    repaired: dict[str, dict[str, int]]


def add_frames(
    dataset: Dataset,
    reading: Reading,
    source: Path,
    work: Path,
    *,
    repairs: Repairs,
    replace: bool = False,
    strict: bool = False,
    on_progress: Progress | None = None,
) -> Added:
    """Convert the frames of a reading and let them join a dataset.

    Args:
        dataset: takes them.
        reading: what the reader found below `source`.
        source: the root that problems are named relative to.
        work: an empty folder on the dataset's disk.
        repairs: what may be mended.
        replace: frames of the same name take the place of those that are there; else they are problems.
        strict: any problem is an error.
        on_progress: called with (frames done, frames in all).

    Raises:
        DatasetError: no frame can be added, or with `strict` any problem; the dataset is as it was.
    """
    joined = join_classes(dataset, written_classes(reading, repairs), () if repairs.mapping else reading.legend)
    conversion = changed(Conversion.of(reading, source, repairs), into=joined.table)
    names = {pair.stem.casefold(): pair.stem for pair in dataset.pairs}
    wanted, there = _wanted(reading, names, replace)
    kept = keep_all(changed(reading, frames=tuple(wanted)), conversion, work, on_progress)
    kept.problems += there
    if not kept.pairs or (strict and kept.problems):
        raise refused(kept)
    joined = without(joined, dataset, _labels_used(kept))
    old = {stem for stem in kept.frames if stem.casefold() in names}
    with alone(dataset.root):
        _publish(_unchanged(dataset), reading, kept, joined)
        for pair in dataset.pairs:
            if pair.stem in old:
                pair.image.unlink(missing_ok=True)
                pair.mask.unlink(missing_ok=True)
    write_report(dataset.root)
    new = tuple(stem for stem in kept.frames if stem not in old)
    return Added(new, tuple(sorted(old, key=natural)), tuple(kept.problems), conversion.tally.as_dict())


def _unchanged(dataset: Dataset) -> Dataset:
    """The dataset as it is now, its split changed perhaps, but neither frames nor classes."""
    now = read_dataset(dataset.root)
    if (now.mapping, now.stored_classes, now.pairs) != (dataset.mapping, dataset.stored_classes, dataset.pairs):
        raise DatasetError(
            f"Frames or classes of {dataset.name!r} were changed while frames were being added.",
            fix="Add the frames again.",
        )
    return now


def _wanted(reading: Reading, names: Mapping[str, str], replace: bool) -> tuple[list[Frame], list[Problem]]:
    """Frames to convert, under the names that the dataset has for them; those that are there are problems."""
    wanted, problems = [], []
    for frame in reading.frames:
        there = names.get(frame.stem.casefold())
        if there is None:
            wanted.append(frame)
        elif replace:
            wanted.append(changed(frame, stem=there))
        else:
            problems.append(Problem(frame.mask_name, f"{_THERE} ({there})", _THERE_FIX))
    return wanted, problems


def _labels_used(kept: Kept) -> set[int]:
    return {int(label) for facts in kept.frames.values() for label in facts["pixels"]} - {IGNORE}


def _publish(dataset: Dataset, reading: Reading, kept: Kept, joined: Joined) -> None:
    """Move files into place, then dataset.yaml, then import.json, which makes the frames visible."""
    record = read_record(dataset.root)
    moved = [_place(dataset, pair, record["images"]) for pair in kept.pairs]
    record["images"] |= {pair.stem: pair.image.name for pair in moved}
    record["frames"] |= kept.frames
    _complete(dataset, record["frames"])
    stems = sorted(record["images"], key=natural)
    record["images"] = {stem: record["images"][stem] for stem in stems}
    record["content_hash"] = content_hash(stems, record["frames"])
    record.setdefault("added", []).append(_chronicle(reading, kept))
    new = {pair.stem for pair in moved} - {pair.stem for pair in dataset.pairs}
    pairs = [p for p in dataset.pairs if p.stem not in kept.frames] + moved
    groups = {**dataset.groups, **{s: g for s, g in reading.groups.items() if s in new}} if dataset.groups else {}
    split = _split(dataset, sorted(new, key=natural), record["frames"], joined, groups, reading.learned_only)
    write_description(dataset.root, joined.stored, split, pairs, mapping=joined.mapping, groups=groups)
    write_record(dataset.root, record)


def _place(dataset: Dataset, pair: Pair, images: Mapping[str, str]) -> Pair:
    """Move a frame's files under a name that no listed frame has; leftovers of a killed addition are overwritten."""
    taken = {Path(name).stem.casefold() for name in images.values()}
    name, number = pair.stem, 1
    while name.casefold() in taken:
        name, number = f"{pair.stem}~{number}", number + 1
    image = pair.image.replace(dataset.root / "images" / f"{name}{pair.image.suffix}")
    mask = pair.mask.replace(dataset.root / "masks" / f"{name}.png")
    return Pair(pair.stem, image, mask)


def _complete(dataset: Dataset, frames: dict[str, dict[str, Any]]) -> None:
    """Hashes of frames that came before hashes were kept by frame."""
    for pair in dataset.pairs:
        facts = frames[pair.stem]
        if "labels_sha256" not in facts:
            facts["labels_sha256"] = hashlib.sha256(read_index_mask(pair.mask).tobytes()).hexdigest()
        if "sha256" not in facts:
            facts["sha256"] = hashlib.sha256(pair.image.read_bytes()).hexdigest()


def _split(
    dataset: Dataset,
    new: list[str],
    frames: Mapping[str, Mapping[str, Any]],
    joined: Joined,
    groups: Mapping[str, str],
    learned_only: bool,
) -> Split:
    """The split with the new frames on sides that leak nothing."""
    if not new:
        return dataset.split
    old = [pair.stem for pair in dataset.pairs]
    target = joined.mapping.table()
    presence = np.zeros((len(old) + len(new), len(joined.mapping.classes)), np.int64)
    for row, stem in zip(presence, [*old, *new], strict=True):
        for label, count in frames[stem]["pixels"].items():
            if (class_id := int(target[int(label)])) != IGNORE:
                row[class_id] += count
    split = extend_split(dataset.split, old, new, presence, groups or None, learned_only=learned_only)
    if not learned_only:
        return split
    looks = {stem: str(facts["phash"]) for stem, facts in frames.items() if "phash" in facts}
    return without_copies(split, new, looks)


def _chronicle(reading: Reading, kept: Kept) -> dict[str, Any]:
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "format": reading.format,
        "evidence": reading.evidence,
        "frames": len(kept.frames),
        "problems": [p.as_dict() for p in kept.problems],
    }
