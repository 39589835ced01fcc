"""Masks that come without their images: the images are taken from where the frames were given out for labelling."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from segcore.archive import is_junk
from segcore.datasets.formats.folders.layout import IMAGE_FOLDERS, MASK_FOLDERS
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.datasets.stages import Progress
from segcore.datasets.unpacked import unpacked
from segcore.errors import DatasetError

_IMAGES_OF = {"segmentationclass": "JPEGImages"}
"""What the image folder beside a mask folder is called, where it is not "images"."""


def with_images(source: Path, images: Path, work: Path, on_progress: Progress | None = None) -> Path:
    """A copy of a source of masks with the images of the same names beside them.

    Args:
        source: a folder with a mask folder (masks/, SegmentationClass/ …) somewhere inside.
        images: a folder or a ZIP with pictures at any depth, such as the task that was labelled.
        work: an empty folder for the copy.
        on_progress: called while `images` is unpacked.

    Returns:
        The folder to read.

    Raises:
        DatasetError: no mask folder, or no picture of a mask's name; UnsafeArchive where `images` is one.
    """
    whole = work / "whole"
    shutil.copytree(source, whole, symlinks=True)
    masks = _mask_folder(whole)
    target = masks.parent / _IMAGES_OF.get(masks.name.lower(), "images")
    pictures = _by_stem(unpacked(images, work, on_progress), besides=MASK_FOLDERS)
    found = 0
    for stem, mask in _by_stem(masks).items():
        picture = pictures.get(stem)
        place = target / mask.relative_to(masks).with_suffix(picture.suffix if picture else "")
        if picture and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, place)
            found += 1
    if not found:
        raise DatasetError(
            f"{images.name}: no picture has the name of a mask in {masks.name}.",
            fix="Name the task that was labelled, or a folder with its images.",
        )
    return whole


def _mask_folder(root: Path) -> Path:
    """The first mask folder, shallowest first."""
    folders = sorted(
        (Path(where) / n for where, inside, _ in os.walk(root) for n in inside), key=lambda p: len(p.parts)
    )
    for folder in folders:
        if folder.name.lower() in MASK_FOLDERS and folder.name.lower() not in IMAGE_FOLDERS:
            return folder
    raise DatasetError("No folder of masks.", fix="Export the masks as PNG pictures, such as CVAT's Segmentation mask.")


def _by_stem(folder: Path, besides: tuple[str, ...] = ()) -> dict[str, Path]:
    """Regular picture files at any depth by their names without suffix; folders of the given names are passed over."""
    found: dict[str, Path] = {}
    for where, inside, names in os.walk(folder):
        inside[:] = sorted(n for n in inside if n.lower() not in besides and not n.startswith("."))
        for name in sorted(names):
            path = Path(where) / name
            if path.suffix.lower() in IMAGE_SUFFIXES and not is_junk(name) and not path.is_symlink():
                found.setdefault(path.stem, path)
    return found
