"""From what a reader found to a complete dataset folder: pair by pair checked, converted and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from segcore.datasets.dataset import Pair, Problem, Split
from segcore.datasets.formats import Frame, Reading
from segcore.datasets.images import keep_image, write_index_mask
from segcore.datasets.manifest import write_description, write_record
from segcore.datasets.splits import split_blocks
from segcore.errors import DatasetError, InvalidImage, InvalidMask, SegcoreError

Progress = Callable[[int, int], None]


@dataclass
class Kept:
    """What was kept so far; grows pair by pair, holds no pixels."""

    pairs: list[Pair] = field(default_factory=list)
    frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


def build(
    reading: Reading, source: Path, folder: Path, *, strict: bool = False, on_progress: Progress | None = None
) -> Kept:
    """Write a complete dataset into `folder` (empty, not yet visible to anyone).

    Args:
        reading: what the reader found below `source`.
        source: the root that problems are named relative to.
        folder: receives images/, masks/, dataset.yaml, train.txt, val.txt, import.json.
        strict: any problem is an error.
        on_progress: called with (pairs done, pairs in all).

    Raises:
        DatasetError: no good pair, or with `strict` any problem; every fault is listed.
    """
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    kept = Kept(problems=list(reading.problems))
    for done, frame in enumerate(reading.frames, 1):
        _keep(frame, source, folder, kept)
        if on_progress:
            on_progress(done, len(reading.frames))
    if not kept.pairs or (strict and kept.problems):
        raise _refused(kept)
    write_description(folder, reading.classes, _split(reading, kept), kept.pairs)
    write_record(folder, _record(reading, kept))
    return kept


def _keep(frame: Frame, source: Path, folder: Path, kept: Kept) -> None:
    """Check one pair and keep it, or note why not."""
    image: Path | None = None
    try:
        image, size = keep_image(frame.image, folder / "images", frame.stem)
        labels = frame.labels(size)
    except (InvalidImage, InvalidMask) as error:
        name = frame.image.relative_to(source).as_posix() if isinstance(error, InvalidImage) else frame.mask_name
        kept.problems.append(_problem(name, error))
        if image:
            image.unlink()
        return
    mask = folder / "masks" / f"{frame.stem}.png"
    write_index_mask(mask, labels)
    kept.pairs.append(Pair(frame.stem, image, mask))
    counts = np.bincount(labels.ravel(), minlength=256)
    kept.frames[frame.stem] = {
        "size": [size[1], size[0]],
        "pixels": {str(i): int(counts[i]) for i in np.flatnonzero(counts)},
    }
    _digest(kept.digest, frame.stem, image, labels)


def _problem(name: str, error: SegcoreError) -> Problem:
    fault = error.message.removeprefix(f"{Path(name).name}: ").rstrip(".")
    return Problem(name, fault, error.fix)


def _digest(digest: Any, stem: str, image: Path, labels: np.ndarray) -> None:
    """Add one pair: its stem, the image's bytes, the labels' pixels (however their file is compressed)."""
    digest.update(f"{stem}\n{labels.shape}\n".encode())
    with image.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update(hashlib.sha256(labels.tobytes()).digest())


def _refused(kept: Kept) -> DatasetError:
    shown = "; ".join(f"{p.file}: {p.fault}" for p in kept.problems[:5])
    more = f"; and {len(kept.problems) - 5} more" if len(kept.problems) > 5 else ""
    lead = f"{len(kept.problems)} problems" if kept.pairs else "No usable pair of image and mask"
    return DatasetError(f"{lead}: {shown}{more}." if shown else f"{lead}.", fix=kept.problems[0].fix if shown else "")


def _split(reading: Reading, kept: Kept) -> Split:
    """The source's own split as far as its frames were kept, else blocks of neighbours."""
    stems = [pair.stem for pair in kept.pairs]
    if reading.split:
        train = tuple(s for s in reading.split.train if s in kept.frames)
        val = tuple(s for s in reading.split.val if s in kept.frames)
        if train and val:
            return Split(train, val, reading.split.seed, reading.split.block)
    presence = [[kept.frames[s]["pixels"].get(str(i), 0) for i in range(len(reading.classes))] for s in stems]
    return split_blocks(stems, np.array(presence))


def _record(reading: Reading, kept: Kept) -> dict[str, Any]:
    return {
        "format": reading.format,
        "evidence": reading.evidence,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "content_hash": kept.digest.hexdigest(),
        "problems": [p.as_dict() for p in kept.problems],
        "images": {pair.stem: pair.image.name for pair in kept.pairs},
        "frames": kept.frames,
    }
