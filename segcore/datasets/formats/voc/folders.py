"""The folders that CVAT's "Segmentation mask" and Pascal VOC share: JPEGImages, SegmentationClass, ImageSets."""

from __future__ import annotations

from pathlib import Path

from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.layout import MASK_SUFFIXES, PARTS, natural
from segcore.datasets.formats.paired_masks import Pairs
from segcore.datasets.formats.source_files import child, keyed, shown
from segcore.datasets.formats.source_text import read_text
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.errors import DatasetError

IMAGES, MASKS = ("JPEGImages", "images"), ("SegmentationClass",)
_SETS = ("ImageSets", "Segmentation")


def find_class_folders(root: Path, home: Path) -> Pairs:
    """Pair images and masks; those that stand alone are problems.

    Args:
        root: what problems are named relative to.
        home: the folder that holds SegmentationClass.

    Raises:
        DatasetError: no image at all.
    """
    masks_in, images_in = child(home, *MASKS), child(home, *IMAGES)
    if masks_in is None or images_in is None:
        raise DatasetError(
            "No folder JPEGImages beside SegmentationClass: the export holds masks without images.",
            fix='Export again with "Save images" switched on, or put the images into JPEGImages.',
        )
    images, faults = keyed(root, images_in, IMAGE_SUFFIXES)
    masks, mask_faults = keyed(root, masks_in, MASK_SUFFIXES)
    listed = _listed(home)
    alone = [
        Problem(shown(root, masks[key]), f"no image {key}.* in {images_in.name}", "Export the images as well.")
        for key in sorted(masks.keys() - images.keys(), key=natural)
    ]
    unlabelled = sorted(images.keys() - masks.keys(), key=natural)
    alone += [
        Problem(shown(root, images[key]), f"no mask {key}.png in {masks_in.name}", "Label it, or leave the image out.")
        for key in unlabelled
        if key in listed or not listed
    ]
    passed = sum(key not in listed for key in unlabelled) if listed else 0
    notes = (f"{passed} images without a mask are in no list of ImageSets and are left out.",) if passed else ()
    return Pairs(root, images, masks, tuple(faults + mask_faults + alone), listed, notes)


def _listed(home: Path) -> dict[str, str]:
    """Key → the list of ImageSets/Segmentation that names it; train and val before all others."""
    sets = child(home, _SETS[0])
    lists = child(sets, _SETS[1]) if sets else None
    found: dict[str, str] = {}
    names = {path: PARTS.get(path.stem.casefold(), path.stem) for path in lists.glob("*.txt")} if lists else {}
    for path in sorted(names, key=lambda p: (names[p] not in ("train", "val"), p.name)):
        for line in read_text(path).splitlines():
            if line.strip():
                found.setdefault(line.strip(), names[path])
    return found
