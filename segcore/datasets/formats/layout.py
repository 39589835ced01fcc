"""Find image and mask folders, at any depth, and pair their files by stem."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segcore.datasets.archive import is_junk
from segcore.datasets.dataset import Problem
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.errors import DatasetError

IMAGE_FOLDERS = ("images", "image", "imgs", "img", "frames")
MASK_FOLDERS = ("masks", "mask", "annotations", "labels")
MASK_SUFFIXES = (".png", ".bmp", ".tif", ".tiff")
PARTS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
_DEPTH = 5
_FIX_NAMES = "Give the image and its mask the same name, such as images/a.jpg and masks/a.png."


@dataclass(frozen=True)
class Source:
    """One image file with its mask file; `part` where a folder's name says train, val or test."""

    stem: str
    image: Path
    mask: Path
    part: str | None


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort key: digits by value, so that frame_2 comes before frame_10."""
    return [(0, int(p), p) if p.isascii() and p.isdigit() else (1, 0, p) for p in re.split(r"([0-9]+)", text) if p]


def find_folders(root: Path, masks_dir: str | None = None) -> list[tuple[Path, Path]]:
    """All (image folder, mask folder) neighbours below `root`, shallowest first.

    Args:
        root: where to look; hidden and junk folders are passed over.
        masks_dir: the mask folder's name where dataset.yaml gives it.
    """
    masks = (masks_dir.lower(),) if masks_dir else MASK_FOLDERS
    found = []
    for folder, names in _folders(root):
        lower = {name.lower(): name for name in names}
        image = next((lower[n] for n in IMAGE_FOLDERS if n in lower), None)
        mask = next((lower[n] for n in masks if n in lower and lower[n] != image), None)
        if image and mask:
            found.append((folder / image, folder / mask))
    return found


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    level = [root]
    for _ in range(_DEPTH):
        below = []
        for folder in level:
            names = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
            names = [name for name in names if not is_junk(name)]
            yield folder, names
            below += [folder / name for name in names if name.lower() not in (*IMAGE_FOLDERS, *MASK_FOLDERS)]
        level = below


def choose_folders(root: Path, found: list[tuple[Path, Path]]) -> list[tuple[Path, Path]]:
    """One dataset's folders: the shallowest, or several that are its train, val and test parts.

    Raises:
        DatasetError: none, or several datasets side by side.
    """
    if not found:
        raise DatasetError("No folders 'images' and 'masks' side by side.", fix="Name them 'images' and 'masks'.")
    depth = len(found[0][0].parts)
    same = [pair for pair in found if len(pair[0].parts) == depth]
    if len(same) > 1 and any(images.parent.name.lower() not in PARTS for images, _ in same):
        names = ", ".join(str(images.parent.relative_to(root)) for images, _ in same)
        raise DatasetError(f"Several datasets in one: {names}.", fix="Import them one by one.")
    return same


def pair_files(root: Path, folders: list[tuple[Path, Path]]) -> tuple[list[Source], list[Problem]]:
    """Pair images and masks by relative path without suffix, in natural order; the unpaired are problems."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for images, masks in folders:
        some, faults = _pair_one(root, images, masks)
        sources += some
        problems += faults
    return _unique_stems(root, sources), problems


def _pair_one(root: Path, images: Path, masks: Path) -> tuple[list[Source], list[Problem]]:
    image_of, faults = _by_stem(root, images, IMAGE_SUFFIXES)
    mask_of, mask_faults = _by_stem(root, masks, MASK_SUFFIXES)
    problems = faults + mask_faults
    sources = []
    for key in sorted(image_of, key=natural):
        if key not in mask_of:
            fault = f"no mask {key}.png in {masks.relative_to(root)}"
            problems.append(Problem(_shown(root, image_of[key]), fault, _FIX_NAMES))
            continue
        above = [*Path(key).parent.parts, images.parent.name] if images.parent != root else Path(key).parent.parts
        part = next((PARTS[p.lower()] for p in above if p.lower() in PARTS), None)
        sources.append(Source(Path(key).name, image_of[key], mask_of[key], part))
    for key in sorted(mask_of.keys() - image_of.keys(), key=natural):
        fault = f"no image {key}.* in {images.relative_to(root)}"
        problems.append(Problem(_shown(root, mask_of[key]), fault, _FIX_NAMES))
    return sources, problems


def _by_stem(root: Path, folder: Path, suffixes: tuple[str, ...]) -> tuple[dict[str, Path], list[Problem]]:
    """Files of these suffixes by path below `folder` without suffix; doubles and strangers are problems."""
    found: dict[str, Path] = {}
    problems = []
    for path in _files(folder):
        key = path.relative_to(folder).with_suffix("").as_posix()
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(Problem(_shown(root, path), "a link that leads out of the folder", "Copy the file itself."))
        elif path.suffix.lower() not in suffixes:
            problems.append(Problem(_shown(root, path), *_stranger(path, suffixes)))
        elif key in found:
            fault = f"the same name as {found[key].name}"
            problems.append(Problem(_shown(root, path), fault, "Keep one of the two, or rename one."))
        else:
            found[key] = path
    return found, problems


def _stranger(path: Path, suffixes: tuple[str, ...]) -> tuple[str, str]:
    if path.suffix.lower() in (".jpg", ".jpeg", ".webp") and suffixes is MASK_SUFFIXES:
        return "a mask as JPEG or WebP, which blurs labels at borders", "Export masks as PNG."
    if path.suffix.lower() in (".svg", ".svgz"):
        return "an SVG drawing, refused (it can hold scripts)", "Export it as PNG."
    return f"not a picture ({path.suffix or 'no suffix'})", f"Remove it, or save it as {suffixes[0]}."


def _files(folder: Path) -> Iterator[Path]:
    for where, inside, names in os.walk(folder):
        inside[:] = sorted((n for n in inside if not n.startswith(".") and not is_junk(n)), key=natural)
        for name in sorted(names, key=natural):
            if not is_junk(name) and not name.startswith("."):
                yield Path(where) / name


def _unique_stems(root: Path, sources: list[Source]) -> list[Source]:
    """Where subfolders hold equal names, the folders' names go before the stem."""
    count = Counter(s.stem.casefold() for s in sources)
    result = []
    for source in sources:
        stem = source.stem
        if count[stem.casefold()] > 1:
            stem = "_".join(source.image.relative_to(root).with_suffix("").parts)
        result.append(Source(stem, source.image, source.mask, source.part))
    return sorted(result, key=lambda s: natural(s.stem))


def _shown(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
