"""Write YOLO segmentation: a row an outer border, holes, ignored pixels and the background are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import yaml

from segcore.classes import IGNORE
from segcore.datasets.dataset import Dataset, read_labels
from segcore.datasets.formats import Progress
from segcore.datasets.formats.polygons import outlines
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.voc.labelmap import is_background
from segcore.datasets.formats.voc.writing import parts_of
from segcore.datasets.formats.yolo.labels import Shape, paint_shapes, row


@dataclass
class _Losses:
    """What could not be written, counted over all frames."""

    ignored: int = 0
    changed: int = 0
    frames: int = 0

    def warnings(self) -> list[str]:
        """In words."""
        found = []
        if self.ignored:
            found.append(
                f"{self.ignored} ignored pixels (255) become background or the object around them: "
                "YOLO cannot say that a pixel is ignored."
            )
        if self.changed:
            found.append(
                f"{self.changed} pixels in {self.frames} frames change their class: "
                "YOLO's polygons have no holes, so what shines through a hole is lost."
            )
        return found


class YoloWriter:
    """images/<part>/, labels/<part>/ and data.yaml; classes without the background, from 0."""

    name = "yolo"
    title = "YOLO segmentation"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write every frame, then paint what was written and count what differs."""
        shift = 1 if is_background(dataset.classes[0].name) else 0
        if not shift:
            sink.warnings.append(
                f"The class {dataset.classes[0].name!r} is written as objects: YOLO has no background. "
                "Read again, a background comes first and all classes move up by one."
            )
        losses = _Losses()
        part_of = {stem: part for part, stems in parts_of(dataset) for stem in stems}
        for done, pair in enumerate(dataset.pairs, 1):
            labels, part = read_labels(pair), part_of[pair.stem]
            shapes = shapes_of(labels, shift)
            text = "".join(row(s.class_id, s.corners, labels.shape) + "\n" for s in shapes)
            sink.add_file(f"images/{part}/{pair.stem}{pair.image.suffix}", pair.image)
            sink.add_bytes(f"labels/{part}/{pair.stem}.txt", text.encode())
            _compare(labels, shapes, shift, losses)
            if on_progress:
                on_progress(done, len(dataset.pairs))
        names = {c.id - shift: c.name for c in dataset.classes if c.id >= shift}
        colors = {c.id - shift: c.color for c in dataset.classes if c.id >= shift}
        data = {"path": ".", "train": "images/train", "val": "images/val", "names": names, "colors": colors}
        sink.add_bytes("data.yaml", yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode())
        sink.warnings += losses.warnings()


def shapes_of(labels: np.ndarray, shift: int) -> list[Shape]:
    """The outer borders of every class's regions, corners in pixels.

    Args:
        labels: (H, W) uint8; 255 is passed over.
        shift: what is taken off a label; labels below it are the background.
    """
    present = [int(label) for label in np.unique(labels) if label >= shift and label != IGNORE]
    return [
        Shape(label - shift, outline.points)
        for label in present
        for outline in outlines(labels == label)
        if not outline.is_hole
    ]


def _compare(labels: np.ndarray, shapes: Sequence[Shape], shift: int, losses: _Losses) -> None:
    """Paint what was written, and count the pixels that became another class."""
    shares = [Shape(s.class_id, s.corners / np.array([labels.shape[1], labels.shape[0]])) for s in shapes]
    painted = paint_shapes(shares, lambda class_id: class_id + shift, (labels.shape[0], labels.shape[1]))
    ignored = labels == IGNORE
    changed = int(((painted != labels) & ~ignored).sum())
    losses.ignored += int(ignored.sum())
    losses.changed += changed
    losses.frames += bool(changed)
