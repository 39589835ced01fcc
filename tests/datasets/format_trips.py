"""Datasets made of label maps, written in a format and read again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, Pair, Split
from segcore.datasets.formats import Reading, candidates, readers, writers
from segcore.datasets.formats.sink import FolderSink
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.repairs import Repairs

CLASSES = ClassTable.of(["background", "road", "wet road", "tree"], ["#000000", "#804080", "#00ff10", "#0010ff"])


def made(
    root: Path,
    maps: Sequence[np.ndarray],
    classes: ClassTable = CLASSES,
    split: Split | None = None,
    suffix: str = ".png",
) -> Dataset:
    """A dataset of these label maps (H, W) uint8, with noise as images, named f_0, f_1, …"""
    pairs = []
    (root / "images").mkdir(parents=True)
    (root / "masks").mkdir()
    for number, labels in enumerate(maps):
        stem = f"f_{number}"
        image, mask = root / "images" / f"{stem}{suffix}", root / "masks" / f"{stem}.png"
        noise = np.random.default_rng(number).integers(0, 256, (*labels.shape, 3), np.uint8)
        Image.fromarray(noise).save(image)
        Image.fromarray(labels).save(mask)
        pairs.append(Pair(stem, image, mask))
    stems = tuple(pair.stem for pair in pairs)
    split = split or Split(stems[:-1], stems[-1:], method="given")
    return Dataset("made", root, classes, tuple(pairs), split, "", {}, classes, ClassMapping.identity(classes))


def written(dataset: Dataset, format_name: str, folder: Path) -> list[str]:
    """Write a dataset below a folder; its warnings."""
    folder.mkdir(parents=True)
    sink = FolderSink(folder)
    writers()[format_name].write(dataset, sink)
    return sink.warnings


def read(folder: Path, format_name: str | None = None, repairs: Repairs | None = None) -> Reading:
    """Read a folder; the format must be recognised as the only one."""
    found = [reader.name for reader, _ in candidates(folder)]
    if format_name:
        assert found == [format_name]
    return readers()[found[0]].read(folder, repairs or Repairs())


def labels_of(reading: Reading) -> dict[str, np.ndarray]:
    """The labels of all frames by stem, at their images' sizes."""
    found = {}
    for frame in reading.frames:
        with Image.open(frame.image) as picture:
            width, height = picture.size
        found[frame.stem] = frame.labels((height, width))
    return found


def miou(found: np.ndarray, true: np.ndarray, classes: int) -> float:
    """Mean over the classes with a union; 255 counts as a class of its own."""
    ids = [*range(classes), 255]
    unions = [((found == i) | (true == i)).sum() for i in ids]
    inters = [((found == i) & (true == i)).sum() for i in ids]
    return float(np.mean([i / u for i, u in zip(inters, unions, strict=True) if u]))
