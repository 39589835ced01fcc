"""From what a reader found to a complete dataset folder: pair by pair checked, mended, converted and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from segcore.access import current
from segcore.datasets.conversion import Conversion, Converted, shown, written_classes
from segcore.datasets.dataset import Pair, Problem, Split
from segcore.datasets.formats import Frame, Reading
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.health import write_report
from segcore.datasets.manifest import write_description, write_record
from segcore.datasets.parallel import in_order
from segcore.datasets.repairs import Repairs
from segcore.datasets.splits import propose_split
from segcore.datasets.stages import Progress, enter
from segcore.errors import DatasetError

_LONGEST_STEM = 200


@dataclass
class Kept:
    """What was kept so far; grows frame by frame, holds no pixels."""

    pairs: list[Pair] = field(default_factory=list)
    frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def build(
    reading: Reading,
    source: Path,
    folder: Path,
    *,
    repairs: Repairs | None = None,
    strict: bool = False,
    on_progress: Progress | None = None,
) -> Kept:
    """Write a complete dataset into `folder` (empty, not yet visible to anyone).

    Args:
        reading: what the reader found below `source`, with these `repairs`.
        source: the root that problems are named relative to.
        folder: receives images/, masks/, dataset.yaml, train.txt, val.txt, import.json, health.json.
        repairs: what may be mended; None: nothing.
        strict: any problem is an error.
        on_progress: called with (pairs done, pairs in all).

    Raises:
        DatasetError: no good pair, or with `strict` any problem; every fault is listed.
    """
    repairs = repairs or Repairs()
    conversion = Conversion.of(reading, source, repairs)
    kept = keep_all(reading, conversion, folder, on_progress)
    if not kept.pairs or (strict and kept.problems):
        raise refused(kept)
    classes = written_classes(reading, repairs)
    groups = {s: g for s, g in reading.groups.items() if s in kept.frames}
    write_description(folder, classes, _split(reading, kept, len(classes), groups), kept.pairs, groups=groups)
    write_record(folder, _record(reading, kept, conversion))
    enter(on_progress, "checking")
    write_report(folder)
    return kept


def keep_all(reading: Reading, conversion: Conversion, folder: Path, on_progress: Progress | None) -> Kept:
    """Convert all frames of a reading into images/ and masks/ of `folder`, in natural order."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    enter(on_progress, "importing")
    frames, doubles = _unlike(sorted(reading.frames, key=lambda f: natural(f.stem)), conversion.source)
    kept = Kept(problems=[*reading.problems, *doubles])
    results = in_order(lambda frame: conversion.keep(frame, folder, frame.stem), frames)
    for done, result in enumerate(results, 1):
        if isinstance(result, Problem):
            kept.problems.append(result)
        else:
            _add(kept, result)
        if on_progress:
            on_progress(done, len(frames))
    return kept


def _add(kept: Kept, frame: Converted) -> None:
    kept.pairs.append(Pair(frame.stem, frame.image, frame.mask))
    kept.frames[frame.stem] = frame.facts


def _unlike(frames: Sequence[Frame], source: Path) -> tuple[list[Frame], list[Problem]]:
    """Frames whose names can be files' beside each other on any system; the others are problems."""
    seen: set[str] = set()
    good, problems = [], []
    for frame in frames:
        if not frame.stem or len(frame.stem) > _LONGEST_STEM or {"/", "\\", "\0"} & set(frame.stem):
            fault = "a name that cannot be a file's"
        elif frame.stem.casefold() in seen:
            fault = f"a second frame called {frame.stem}"
        else:
            seen.add(frame.stem.casefold())
            good.append(frame)
            continue
        problems.append(Problem(shown(frame.image, source), fault, "Rename it."))
    return good, problems


def content_hash(stems: Sequence[str], frames: Mapping[str, Mapping[str, Any]]) -> str:
    """The hash of all frames: stems, image files and labels' pixels (however their files are compressed).

    Args:
        stems: in natural order.
        frames: stem → facts with `size`, `sha256`, `labels_sha256`.
    """
    digest = hashlib.sha256()
    for stem in stems:
        facts = frames[stem]
        width, height = facts["size"]
        digest.update(f"{stem}\n{(height, width)}\n".encode())
        digest.update(bytes.fromhex(facts["sha256"]) + bytes.fromhex(facts["labels_sha256"]))
    return digest.hexdigest()


def refused(kept: Kept) -> DatasetError:
    """Why nothing was imported: every fault, the first with its mend."""
    named = "; ".join(f"{p.file}: {p.fault}" for p in kept.problems[:5])
    more = f"; and {len(kept.problems) - 5} more" if len(kept.problems) > 5 else ""
    count = f"{len(kept.problems)} problem{'s' * (len(kept.problems) != 1)}"
    lead = count if kept.pairs else "No usable pair of image and mask"
    return DatasetError(f"{lead}: {named}{more}." if named else f"{lead}.", fix=kept.problems[0].fix if named else "")


def presence(frames: Mapping[str, Mapping[str, Any]], stems: Sequence[str], classes: int) -> np.ndarray:
    """Pixels of each class in each frame: (len(stems), classes) int64."""
    counts = [[frames[s]["pixels"].get(str(i), 0) for i in range(classes)] for s in stems]
    return np.array(counts, np.int64).reshape(len(stems), classes)


def _split(reading: Reading, kept: Kept, classes: int, groups: Mapping[str, str]) -> Split:
    """The source's own split as far as its frames were kept, else one without neighbours on two sides."""
    stems = [pair.stem for pair in kept.pairs]
    if reading.split:
        train = tuple(s for s in reading.split.train if s in kept.frames)
        val = tuple(s for s in reading.split.val if s in kept.frames)
        if train and val:
            left_out = tuple(s for s in reading.split.left_out if s in kept.frames)
            return replace(reading.split, train=train, val=val, left_out=left_out)
    looks = {stem: facts["phash"] for stem, facts in kept.frames.items()}
    return propose_split(stems, presence(kept.frames, stems, classes), groups=groups or None, looks=looks)


def _record(reading: Reading, kept: Kept, conversion: Conversion) -> dict[str, Any]:
    return {
        "format": reading.format,
        "evidence": reading.evidence,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "owner": current().email,
        "content_hash": content_hash([pair.stem for pair in kept.pairs], kept.frames),
        "problems": [p.as_dict() for p in kept.problems],
        "notes": list(reading.notes),
        "repairs": conversion.repairs.model_dump(mode="json", exclude_defaults=True),
        "repaired": conversion.tally.as_dict(),
        "classes_found": reading.classes.model_dump(mode="json"),
        "images": {pair.stem: pair.image.name for pair in kept.pairs},
        "frames": kept.frames,
    }
