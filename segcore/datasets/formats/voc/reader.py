"""Pascal VOC segmentation: JPEGImages/, SegmentationClass/ as palette PNGs, ImageSets/Segmentation/.

Without a labelmap.txt the classes are VOC's 21 in their order; 255 (and its colour 224,224,192) is ignored.
Written with a labelmap.txt, which CVAT and Datumaro put there too, so that names are kept.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from segcore.classes import voc_color
from segcore.datasets.dataset import Dataset
from segcore.datasets.formats import Progress, Reading
from segcore.datasets.formats.folders.layout import MASK_SUFFIXES
from segcore.datasets.formats.paired_masks import Explained, read_pairs
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.source_files import child, file_in, files_below, homes
from segcore.datasets.formats.voc.folders import MASKS, find_class_folders
from segcore.datasets.formats.voc.labelmap import (
    VOC_NAMES,
    VOID,
    distinct_colors,
    plain_names,
    voc_labels,
    write_labelmap,
)
from segcore.datasets.formats.voc.writing import write_class_folders
from segcore.datasets.images import DECODE_ERRORS, open_picture
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError, InvalidImage

_LOOKED_AT = 8
_COLORS = [channel for i in range(len(VOC_NAMES)) for channel in voc_color(i)]


def _home(root: Path) -> Path | None:
    """SegmentationClass without a labelmap.txt (with one, the masks are explained: CVAT's reader)."""
    places = (home for home in homes(root) if child(home, *MASKS) and not file_in(home, "labelmap.txt"))
    return next(places, None)


def has_voc_palette(masks: Path) -> bool:
    """Whether the first masks are palette PNGs with Pascal VOC's own colours; no more than a few are opened."""
    first = list(islice(files_below(masks, (".png",)), _LOOKED_AT))
    return bool(first) and all(_palette(path) == _COLORS for path in first)


def _palette(path: Path) -> list[int]:
    """The colours of VOC's classes by a mask's palette; none where it has no palette."""
    try:
        with open_picture(path) as picture:
            return (picture.getpalette("RGB") or [])[: len(_COLORS)]
    except (InvalidImage, *DECODE_ERRORS):
        return []


class VocReader:
    """VOC's own 21 classes."""

    name = "voc"
    title = "Pascal VOC segmentation"

    def evidence(self, root: Path) -> str | None:
        """SegmentationClass, and no labelmap.txt."""
        home = _home(root)
        masks = child(home, *MASKS) if home else None
        if masks is None:
            return None
        count = sum(1 for _ in files_below(masks, MASK_SUFFIXES))
        return f"{masks.name}/ with {count} masks, no labelmap.txt: the 21 classes of Pascal VOC"

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair images and masks.

        Raises:
            DatasetError: no SegmentationClass, no images, or no pair.
        """
        home = _home(root)
        if home is None:
            raise DatasetError(
                "No folder SegmentationClass (without a labelmap.txt).",
                fix="Pascal VOC has JPEGImages, SegmentationClass and ImageSets/Segmentation side by side.",
            )
        evidence = "SegmentationClass/ without labelmap.txt: the 21 classes of Pascal VOC"
        what = Explained(self.name, evidence, voc_labels(), "a labelmap.txt")
        return read_pairs(find_class_folders(root, home), what, repairs, on_progress)


class VocWriter:
    """Palette PNGs: index = class, palette = class colours; 255 is ignored, its colour the label map's `ignore`."""

    name = "voc"
    title = "Pascal VOC segmentation"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write labelmap.txt, images, masks and lists of stems."""
        names, renamed = plain_names(dataset.classes)
        colors, recolored = distinct_colors(dataset.classes)
        sink.warnings += renamed + recolored
        sink.add_bytes("labelmap.txt", write_labelmap([*names, "ignore"], [*colors, VOID]))
        write_class_folders(dataset, sink, colors, as_colors=False, on_progress=on_progress)
