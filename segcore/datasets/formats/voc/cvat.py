"""CVAT's "Segmentation mask 1.1": labelmap.txt, JPEGImages/, SegmentationClass/ in the labelmap's colours.

Nothing is lost either way, but the colours of two classes must differ.
"""

from __future__ import annotations

from pathlib import Path

from segcore.datasets.dataset import Dataset
from segcore.datasets.formats import Progress, Reading
from segcore.datasets.formats.folders.layout import MASK_SUFFIXES
from segcore.datasets.formats.paired_masks import Explained, read_pairs
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.source_files import child, file_in, files_below, homes
from segcore.datasets.formats.voc.folders import MASKS, find_class_folders
from segcore.datasets.formats.voc.labelmap import (
    VOID,
    distinct_colors,
    plain_names,
    read_labelmap,
    write_labelmap,
)
from segcore.datasets.formats.voc.writing import write_class_folders
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError

_MAP = "labelmap.txt"


def _home(root: Path) -> Path | None:
    return next((home for home in homes(root) if child(home, *MASKS) and file_in(home, _MAP)), None)


class CvatReader:
    """Masks explained by a labelmap.txt; those of one channel hold line numbers, the others colours."""

    name = "cvat"
    title = "CVAT segmentation mask"

    def evidence(self, root: Path) -> str | None:
        """labelmap.txt beside SegmentationClass."""
        home = _home(root)
        found, masks = (file_in(home, _MAP), child(home, *MASKS)) if home else (None, None)
        if found is None or masks is None:
            return None
        count = sum(1 for _ in files_below(masks, MASK_SUFFIXES))
        try:
            classes = f"{len(read_labelmap(found).classes)} classes"
        except DatasetError:
            classes = "an unreadable class list"
        return f"{found.name} with {classes}, {masks.name}/ with {count} masks"

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair images and masks, and explain the masks by the labelmap.

        Raises:
            DatasetError: no labelmap or an unusable one, no images, or no pair.
        """
        home = _home(root)
        found = file_in(home, _MAP) if home else None
        if home is None or found is None:
            raise DatasetError(
                "No labelmap.txt beside a folder SegmentationClass.",
                fix='Export from CVAT as "Segmentation mask 1.1" with "Save images" switched on.',
            )
        labels = read_labelmap(found)
        evidence = f"{found.name} with {len(labels.classes)} classes"
        return read_pairs(find_class_folders(root, home), Explained(self.name, evidence, labels), repairs, on_progress)


class CvatWriter:
    """Three-channel masks in class colours; ignored pixels are written as a label `ignore`."""

    name = "cvat"
    title = "CVAT segmentation mask 1.1"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write labelmap.txt, images, masks and lists of stems."""
        names, renamed = plain_names(dataset.classes)
        colors, recolored = distinct_colors(dataset.classes)
        sink.warnings += renamed + recolored
        sink.add_bytes(_MAP, write_labelmap([*names, "ignore"], [*colors, VOID]))
        write_class_folders(dataset, sink, colors, as_colors=True, on_progress=on_progress)
