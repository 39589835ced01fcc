"""Whether plain folders of images and masks are there beside another format's own files."""

from __future__ import annotations

from pathlib import Path

from segcore.datasets.formats.coco.panoptic import mask_folders
from segcore.datasets.formats.folders.layout import find_folders
from segcore.datasets.formats.source_files import file_in, files_below
from segcore.datasets.formats.voc.folders import MASKS
from segcore.datasets.formats.voc.reader import has_voc_palette
from segcore.datasets.images import IMAGE_SUFFIXES


def holds_plain_masks(root: Path) -> bool:
    """Whether any mask folder holds pictures that no other format explains.

    `images/` beside `labels/` or `annotations/` looks like plain folders, also where text or JSON is all that is
    in it, or panoptic segments. SegmentationClass is explained by a labelmap.txt, or by Pascal VOC's own palette.
    """
    segments = mask_folders(root)
    return any(
        not any(path.is_relative_to(folder) for folder in segments)
        for _, masks in find_folders(root)
        if not _is_explained(masks)
        for path in files_below(masks, IMAGE_SUFFIXES)
    )


def _is_explained(masks: Path) -> bool:
    if masks.name.casefold() not in (name.casefold() for name in MASKS):
        return False
    return file_in(masks.parent, "labelmap.txt") is not None or has_voc_palette(masks)
