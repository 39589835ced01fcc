"""Whether plain folders of images and masks are there beside another format's own files."""

from __future__ import annotations

from pathlib import Path

from segcore.datasets.formats.layout import find_folders
from segcore.datasets.formats.panoptic import mask_folders
from segcore.datasets.formats.source_files import files_below
from segcore.datasets.images import IMAGE_SUFFIXES


def holds_plain_masks(root: Path) -> bool:
    """Whether any mask folder holds pictures that are not panoptic segments.

    `images/` beside `labels/` or `annotations/` looks like plain folders, also where text or JSON is all that is in it.
    """
    segments = mask_folders(root)
    return any(
        not any(path.is_relative_to(folder) for folder in segments)
        for _, masks in find_folders(root)
        for path in files_below(masks, IMAGE_SUFFIXES)
    )
