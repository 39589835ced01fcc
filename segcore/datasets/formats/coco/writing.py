"""Write COCO instances: each connected region one annotation with run lengths; ignored pixels are lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Dataset, Pair, read_labels
from segcore.datasets.formats import Progress
from segcore.datasets.formats.coco.rle import encode_parts
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.voc.labelmap import is_background
from segcore.datasets.formats.voc.writing import parts_of


class CocoWriter:
    """images/<part>/ and annotations/instances_<part>.json; categories without the background, from 1."""

    name = "coco"
    title = "COCO instances (run lengths)"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write a document for each side of the split."""
        first = 1 if is_background(dataset.classes[0].name) else 0
        if not first:
            sink.warnings.append(
                f"The class {dataset.classes[0].name!r} is written as regions: COCO has no background. "
                "Read again, a background comes first and all classes move up by one."
            )
        pair_of = {pair.stem: pair for pair in dataset.pairs}
        done = ignored = 0
        for part, stems in parts_of(dataset):
            document = _Document(dataset.classes, first)
            for stem in stems:
                pair = pair_of[stem]
                labels = read_labels(pair)
                ignored += int((labels == IGNORE).sum())
                document.add(pair, labels)
                sink.add_file(f"images/{part}/{pair.stem}{pair.image.suffix}", pair.image)
                done += 1
                if on_progress:
                    on_progress(done, len(dataset.pairs))
            sink.add_bytes(f"annotations/instances_{part}.json", document.dump())
        if ignored:
            sink.warnings.append(f"{ignored} ignored pixels (255) become background: COCO has no label for them.")


class _Document:
    """One JSON, annotations held as text so that many stay small."""

    def __init__(self, classes: ClassTable, first: int) -> None:
        self._classes, self._first = classes, first
        self._images: list[dict[str, Any]] = []
        self._annotations: list[str] = []

    def add(self, pair: Pair, labels: np.ndarray) -> None:
        """One picture and its regions."""
        number = len(self._images) + 1
        height, width = labels.shape
        file_name = f"{pair.stem}{pair.image.suffix}"
        self._images.append({"id": number, "file_name": file_name, "width": width, "height": height})
        for region in regions(labels, self._first):
            row = {"id": len(self._annotations) + 1, "image_id": number, **region}
            self._annotations.append(json.dumps(row, separators=(",", ":")))

    def dump(self) -> bytes:
        """The document, UTF-8."""
        categories = [
            {"id": c.id - self._first + 1, "name": c.name, "supercategory": ""}
            for c in self._classes
            if c.id >= self._first
        ]
        head = json.dumps({"images": self._images, "categories": categories}, ensure_ascii=False)
        return (head[:-1] + ', "annotations": [\n' + ",\n".join(self._annotations) + "\n]}\n").encode()


def regions(labels: np.ndarray, first: int) -> Iterator[dict[str, Any]]:
    """Each connected region (corners count) of each class, with category (from 1), run lengths, area and box.

    Args:
        labels: (H, W) uint8; 255 is passed over.
        first: the lowest label that is written, category 1.
    """
    for label in np.unique(labels).tolist():
        if label < first or label == IGNORE:
            continue
        _, parts, stats, _ = cv2.connectedComponentsWithStats((labels == label).astype(np.uint8), connectivity=8)
        for number, counts in encode_parts(parts).items():
            packed = coco_mask.frPyObjects({"counts": counts, "size": list(labels.shape)}, *labels.shape)
            x, y, width, height, pixels = stats[number].tolist()
            yield {
                "category_id": label - first + 1,
                "segmentation": {"size": list(labels.shape), "counts": packed["counts"].decode()},
                "area": pixels,
                "bbox": [x, y, width, height],
                "iscrowd": 0,
            }
