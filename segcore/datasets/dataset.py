"""What a dataset is: pairs of an image and a mask, classes, a split; and what an import reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.images import read_index_mask
from segcore.datasets.mapping import ClassMapping

Part = Literal["train", "val", "all"]


@dataclass(frozen=True)
class Pair:
    """One labelled frame: an upright image and its (H, W) uint8 index mask of the same size.

    `table` maps the mask file's labels to the dataset's classes (256 bytes; empty: they are the same).
    Read labels with `read_labels`, never from the file alone.
    """

    stem: str
    image: Path
    mask: Path
    table: bytes = b""


def read_labels(pair: Pair) -> np.ndarray:
    """The labels of a frame in the dataset's classes: (H, W) uint8, 255 = ignored.

    Raises:
        InvalidMask: the mask file is damaged.
    """
    labels = read_index_mask(pair.mask)
    return np.frombuffer(pair.table, np.uint8)[labels] if pair.table else labels


SplitMethod = Literal["blocks", "groups", "given", "folds", "by hand"]


@dataclass(frozen=True)
class Split:
    """Which stems are trained on and which are only scored.

    `block` is the shortest run of neighbouring frames that stay on one side; 0 where there are none. `gap`: a frame
    to learn from is more than so many steps of its video away from every scored one. `left_out` are on neither
    side: the neighbours of scored frames, too like them to be learned from. `method`: how it was made; "given" is
    the source's own, "by hand" a user's. `fold`: (which one, of how many), both from 1, for a set split into folds.
    """

    train: tuple[str, ...]
    val: tuple[str, ...]
    seed: int = 0
    block: int = 0
    left_out: tuple[str, ...] = ()
    method: SplitMethod = "blocks"
    fold: tuple[int, int] | None = None
    gap: int = 0


@dataclass(frozen=True)
class Problem:
    """One file that was left out of an import, why, and how to mend it."""

    file: str
    fault: str
    fix: str

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"file": self.file, "fault": self.fault, "fix": self.fix}


@dataclass(frozen=True)
class ImportReport:
    """What came out of an import; `repaired`: what was mended, a sentence each.

    `added`: of an addition, how many frames came to those that were there (replaced ones included).
    """

    name: str
    pairs: int
    classes: ClassTable
    problems: tuple[Problem, ...]
    format: str
    evidence: str
    repaired: tuple[str, ...] = ()
    added: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON, as `segcore dataset import --json` prints it."""
        return {
            "name": self.name,
            "pairs": self.pairs,
            "classes": self.classes.model_dump(),
            "problems": [p.as_dict() for p in self.problems],
            "format": self.format,
            "evidence": self.evidence,
            "repaired": list(self.repaired),
        } | ({} if self.added is None else {"added": self.added})


@dataclass(frozen=True)
class Dataset:
    """A dataset of the store, opened.

    `classes` are what comes out when masks are read; `stored_classes` what the mask files hold, and `mapping` the
    way from these to those. `source` says where it came from: `format`, `evidence`, `created` (ISO, UTC), and
    `frames`: for each stem what was measured (`facts.measure`), by stored label; at the least `size` [width, height]
    and `pixels` {label as text: count}, 255 (ignore) included. `groups`: stem → video, episode, folder …, where known.
    """

    name: str
    root: Path
    classes: ClassTable
    pairs: tuple[Pair, ...]
    split: Split
    content_hash: str
    source: dict[str, Any]
    stored_classes: ClassTable
    mapping: ClassMapping
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Who imported it; "" where nobody knows."""
        return str(self.source.get("owner") or "")

    def part(self, which: Part) -> tuple[Pair, ...]:
        """The pairs of one side of the split, in natural order of their stems."""
        if which == "all":
            return self.pairs
        wanted = set(self.split.train if which == "train" else self.split.val)
        return tuple(pair for pair in self.pairs if pair.stem in wanted)

    def size_of(self, stem: str) -> tuple[int, int]:
        """(height, width) of a frame in pixels, without opening it."""
        width, height = self.source["frames"][stem]["size"]
        return height, width

    def pixels(self, which: Part = "all") -> np.ndarray:
        """How many pixels of each class each frame has: (pairs, classes) int64, ignored pixels left out."""
        pairs = self.part(which)
        target = self.mapping.table().tolist()
        table = np.zeros((len(pairs), len(self.classes)), np.int64)
        for row, pair in zip(table, pairs, strict=True):
            for label, count in self.source["frames"][pair.stem]["pixels"].items():
                if (class_id := target[int(label)]) != IGNORE:
                    row[class_id] += count
        return table
