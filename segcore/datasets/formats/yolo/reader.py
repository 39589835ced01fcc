"""YOLO segmentation: images/ and labels/ with a text file a picture, data.yaml with the names.

YOLO has no background: 0 becomes the background here, and its classes move up by one (unless the first of them
is called background). Overlapping objects: the smaller one is on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Problem
from segcore.datasets.formats import Frame, LegendRow, Progress, Reading
from segcore.datasets.formats.folders.description import Description, describe, make_classes
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.left_out import ignore_offer, nothing_left
from segcore.datasets.formats.paired_masks import given_split
from segcore.datasets.formats.polygons import area
from segcore.datasets.formats.source_files import shown, stems
from segcore.datasets.formats.voc.labelmap import BACKGROUND_NAMES
from segcore.datasets.formats.yolo.files import find_yolo, label_files, pair, parts_of_pictures
from segcore.datasets.formats.yolo.labels import Shape, paint_shapes, read_shapes
from segcore.datasets.repairs import Repairs
from segcore.datasets.stages import enter
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError, InvalidMask

_BEST = 3


class YoloReader:
    """Polygons in text files."""

    name = "yolo"
    title = "YOLO segmentation (polygons in text files)"

    def evidence(self, root: Path) -> str | None:
        """images/ and labels/ with text files whose rows are polygons."""
        found = find_yolo(root)
        if found is None:
            return None
        count = sum(len(label_files(labels)) for _, labels in found.sides)
        names = describe([found.home, *(labels for _, labels in found.sides)]).names
        named = f", {len(names)} names" if names else ""
        return f"labels/ with {count} text files of polygons{named}"

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Parse every text file.

        Raises:
            DatasetError: no such folders, no picture with a text file, or unusable names.
        """
        found = find_yolo(root)
        if found is None:
            raise DatasetError(
                "No folders images/ and labels/ with text files of polygons.",
                fix="YOLO segmentation has images/a.jpg beside labels/a.txt, a row an object: class x1 y1 x2 y2 …",
            )
        description = describe([found.home, *(labels for _, labels in found.sides)])
        images, labels, problems = pair(root, found)
        keys = sorted(images.keys() & labels.keys(), key=natural)
        shapes, faults = _parse_all(root, {key: labels[key] for key in keys}, on_progress)
        if not shapes:
            raise nothing_left(
                "No picture has a readable text file of its name.", faults + problems, "Add labels/*.txt."
            )
        numbering = _number(description, max((i for one in shapes.values() for i in one.shares), default=-1))
        strays = [] if repairs.unknown_ignore else _strays(root, labels, shapes, numbering)
        bad = {problem.file for problem in strays}
        good = {key for key in shapes if shown(root, labels[key]) not in bad}
        tally, stem_of = Tally(), {key: stem for key, stem in stems(keys).items() if key in good}
        return Reading(
            format=self.name,
            evidence=f"{self.evidence(root)}{numbering.named}",
            classes=numbering.classes,
            frames=tuple(
                Frame(stem, images[key], shown(root, labels[key]), partial(_labels, labels[key], numbering, tally))
                for key, stem in stem_of.items()
            ),
            problems=(*problems, *faults, *strays),
            split=given_split(parts_of_pictures(found, description, images), stem_of),
            legend=_legend(numbering, shapes, stem_of),
            notes=numbering.notes,
            offers=ignore_offer("Ignore objects of classes without a name", strays, repairs),
            tally=tally,
        )


@dataclass(frozen=True)
class _Objects:
    """The objects of one picture: class of the file → share of the picture, overlaps counted twice."""

    shares: dict[int, float]


@dataclass(frozen=True)
class _Numbering:
    """From YOLO's classes to labels: moved up by `shift`; what is beyond the named ones has none."""

    classes: ClassTable
    shift: int
    named: str = ""
    notes: tuple[str, ...] = field(default=())

    def label(self, class_id: int) -> int:
        """255 where no class has this number."""
        label = class_id + self.shift
        return label if label < len(self.classes) else IGNORE


def _parse_all(
    root: Path, labels: Mapping[str, Path], on_progress: Progress | None
) -> tuple[dict[str, _Objects], list[Problem]]:
    """The objects of every text file; those with a faulty row are problems."""
    enter(on_progress, "reading polygons")
    shapes: dict[str, _Objects] = {}
    problems = []
    for done, (key, path) in enumerate(labels.items(), 1):
        try:
            shapes[key] = _Objects(_shares(read_shapes(path)))
        except InvalidMask as error:
            fault = error.message.removeprefix(f"{path.name}: ").rstrip(".")
            problems.append(Problem(shown(root, path), fault, error.fix))
        if on_progress:
            on_progress(done, len(labels))
    return shapes, problems


def _shares(shapes: Sequence[Shape]) -> dict[int, float]:
    shares: dict[int, float] = {}
    for shape in shapes:
        shares[shape.class_id] = shares.get(shape.class_id, 0.0) + area(shape.corners)
    return shares


def _number(description: Description, top: int) -> _Numbering:
    """The class table with a background put first, unless YOLO's first class is called so."""
    own_background = description.names.get(0, "").casefold() in BACKGROUND_NAMES
    shift = 0 if own_background else 1
    shifted = Description(
        file=description.file,
        names=({} if own_background else {0: "background"}) | {i + shift: n for i, n in description.names.items()},
        colors={i + shift: color for i, color in description.colors.items()},
    )
    count = max(description.names, default=top) + 1 + shift
    classes, _ = make_classes(shifted, count, {})
    note = "Classes are moved up by one: YOLO has no background, here it is class 0."
    named = f"; names from {description.file}" if description.names else "; no names given"
    return _Numbering(classes, shift, named, (note,) if shift else ())


def _strays(
    root: Path, labels: Mapping[str, Path], shapes: Mapping[str, _Objects], numbering: _Numbering
) -> list[Problem]:
    """Files with a class that has no name."""
    problems = []
    for key, objects in shapes.items():
        beyond = sorted(i for i in objects.shares if numbering.label(i) == IGNORE)
        if beyond:
            fault = f"class {', '.join(map(str, beyond[:5]))} has no name ({len(numbering.classes)} classes)"
            fix = "Name it in data.yaml, or have its objects ignored (repair: unknown-ignore)."
            problems.append(Problem(shown(root, labels[key]), fault, fix))
    return problems


def _labels(file: Path, numbering: _Numbering, tally: Tally, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 at the picture's size."""
    labels = paint_shapes(read_shapes(file), numbering.label, size)
    tally.add("unknown_ignore", int((labels == IGNORE).sum()))
    return labels


def _legend(numbering: _Numbering, shapes: Mapping[str, _Objects], stem_of: Mapping[str, str]) -> tuple[LegendRow, ...]:
    """A row a class, its largest objects first; the background is what no object covers."""
    best: dict[int, list[tuple[float, str]]] = {}
    frames: Counter[int] = Counter()
    for key, stem in stem_of.items():
        for class_id, share in shapes[key].shares.items():
            label = numbering.label(class_id)
            frames[label] += 1
            best[label] = sorted([*best.get(label, []), (share, stem)], key=lambda one: -one[0])[:_BEST]
    rows = []
    for c in numbering.classes:
        uncovered = numbering.shift == 1 and c.id == 0
        source = "no object" if uncovered else f"class {c.id - numbering.shift}"
        some = tuple(list(stem_of.values())[:_BEST]) if uncovered else tuple(stem for _, stem in best.get(c.id, []))
        rows.append(LegendRow(c.id, source, None, some, frames=None if uncovered else frames[c.id]))
    return tuple(rows)
