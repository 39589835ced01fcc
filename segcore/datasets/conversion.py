"""One labelled frame from a source to the store: checked, mended as allowed, measured, written.

Runs on several threads, a frame each; large pictures one at a time, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.dataset import Problem
from segcore.datasets.facts import measure
from segcore.datasets.formats import Frame, Reading
from segcore.datasets.images import Header, keep_image, read_header, write_index_mask
from segcore.datasets.mask_size import scaled, turned
from segcore.datasets.parallel import room_for
from segcore.datasets.repairs import Repairs
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError, InvalidImage, InvalidMask, SegcoreError, WrongMaskSize


@dataclass(frozen=True)
class Converted:
    """A frame that was kept: its files, what was measured of it (`facts.measure` and `labels_sha256`)."""

    stem: str
    image: Path
    mask: Path
    facts: dict[str, Any]


@dataclass(frozen=True)
class Conversion:
    """How the frames of one source become labelled frames of a dataset.

    `table`: label of the reading → class as the user chose, (256,) uint8; `into`: that → label of a dataset that
    is there already; None: the same.
    """

    source: Path
    repairs: Repairs
    tally: Tally
    table: np.ndarray | None = None
    into: np.ndarray | None = None

    @classmethod
    def of(cls, reading: Reading, source: Path, repairs: Repairs) -> Conversion:
        """For an import.

        Raises:
            DatasetError: the mapping does not fit the classes that were found.
        """
        mapping = repairs.mapping
        if mapping is None:
            return cls(source, repairs, reading.tally)
        if len(mapping.target) != len(reading.classes):
            raise DatasetError(
                f"The class mapping has {len(mapping.target)} rows, the source {len(reading.classes)} classes.",
                fix="Give each class of the source a target, 255 to ignore it.",
            )
        if not len(mapping.classes):
            raise DatasetError("The class mapping leaves no class.", fix="Keep at least one class.")
        return cls(source, repairs, reading.tally, mapping.table() if mapping.moves else None)

    def keep(self, frame: Frame, folder: Path, stem: str) -> Converted | Problem:
        """Check a frame and write it to images/ and masks/ of `folder`; a problem leaves nothing there."""
        image: Path | None = None
        try:
            header = read_header(frame.image)
            with room_for(*header.size):
                image, _, pixels = keep_image(frame.image, folder / "images", stem)
                labels = self.labels(frame, header)
                mask = folder / "masks" / f"{stem}.png"
                write_index_mask(mask, labels)
                facts = measure(pixels, labels, image)
        except (InvalidImage, InvalidMask) as error:
            if image:
                image.unlink()
            return self.problem(frame, error)
        facts["labels_sha256"] = hashlib.sha256(labels.tobytes()).hexdigest()
        return Converted(stem, image, mask, facts)

    def labels(self, frame: Frame, header: Header) -> np.ndarray:
        """Labels of a frame at its image's upright size, mended as allowed: (H, W) uint8.

        Raises:
            InvalidMask: unreadable, or not to be mended.
        """
        labels = self._turned(frame, header)
        if labels is None:
            labels = self._fitting(frame, header.size)
        if self.table is not None:
            before, labels = labels, self.table[labels]
            self.tally.add("mapping", int((before != labels).sum()))
        return labels if self.into is None else self.into[labels]

    def _turned(self, frame: Frame, header: Header) -> np.ndarray | None:
        """Labels drawn before the EXIF rotation, turned with it; None where they were not."""
        if not self.repairs.turn_masks or header.orientation == 1:
            return None
        try:
            labels = turned(frame.labels(header.stored), header.orientation)
        except WrongMaskSize:
            return None
        self.tally.add("turn_masks", labels.size)
        return labels

    def _fitting(self, frame: Frame, size: tuple[int, int]) -> np.ndarray:
        try:
            return frame.labels(size)
        except WrongMaskSize as error:
            if not self.repairs.resize_masks:
                raise
            labels = scaled(frame.labels(error.size), size)
        self.tally.add("resize_masks", labels.size)
        return labels

    def problem(self, frame: Frame, error: SegcoreError) -> Problem:
        """An error as a line of the report."""
        of_image = isinstance(error, InvalidImage)
        name = shown(frame.image, self.source) if of_image else frame.mask_name
        fault = error.message.removeprefix(f"{Path(name).name}: ").rstrip(".")
        return Problem(name, fault, error.fix)


def shown(path: Path, root: Path) -> str:
    """A file's name for people: relative to the source where it lies in it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def written_classes(reading: Reading, repairs: Repairs) -> ClassTable:
    """The classes of the masks that an import writes."""
    return repairs.mapping.classes if repairs.mapping else reading.classes
