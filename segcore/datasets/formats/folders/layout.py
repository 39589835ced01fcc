"""Find image and mask folders, at any depth, and pair their files by stem."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from segcore.archive import is_junk
from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.affixes import core
from segcore.datasets.formats.folders.alike import find_alike
from segcore.datasets.formats.folders.together import Together, find_together, keeper
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.errors import DatasetError

IMAGE_FOLDERS = ("images", "image", "imgs", "img", "frames", "jpegimages")
MASK_FOLDERS = ("masks", "mask", "segmentationclass", "annotations", "labels")
MASK_SUFFIXES = (".png", ".bmp", ".tif", ".tiff")
LOSSY_SUFFIXES = (".jpg", ".jpeg", ".webp")
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
    """One image file with its mask file; `part` where a folder's name says train, val or test.

    `folder`: the image's folder below the image folder ("" where it lies there itself).
    """

    stem: str
    image: Path
    mask: Path
    part: str | None
    folder: str = ""


@dataclass(frozen=True)
class Naming:
    """How files are paired: patterns of names (see `affixes`), and whether masks may be JPEG or WebP.

    `together`: the one folder that holds both, if so.
    """

    image: str | None = None
    mask: str | None = None
    lossy: bool = False
    together: Together | None = None


@dataclass
class Paired:
    """What was paired and what was not; `lone_…` are names without suffix, `lossy` masks that were refused."""

    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lone_images: list[str] = field(default_factory=list)
    lone_masks: list[str] = field(default_factory=list)
    lossy: list[str] = field(default_factory=list)


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


def find_unnamed(root: Path) -> list[tuple[Path, Path]]:
    """(image folder, mask folder) neighbours of any name, told by the files in them."""
    return find_alike(list(_folders(root)))


def find_one_folder(root: Path) -> Together | None:
    """One folder that holds images and masks."""
    return find_together(folder for folder, _ in _folders(root))


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    level = [root]
    for _ in range(_DEPTH):
        below = []
        for folder in level:
            names = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
            names = [name for name in names if not is_junk(name)]
            yield folder, names
            lower = {name.lower() for name in names}
            pair = {*IMAGE_FOLDERS, *MASK_FOLDERS} if lower & {*IMAGE_FOLDERS} and lower & {*MASK_FOLDERS} else set()
            below += [folder / name for name in names if name.lower() not in pair]
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


def pair_files(root: Path, folders: list[tuple[Path, Path]], naming: Naming | None = None) -> Paired:
    """Pair images and masks by relative path without suffix, in natural order; the unpaired are problems."""
    paired = Paired()
    for images, masks in folders:
        _pair_one(root, images, masks, naming or Naming(), paired)
    paired.sources = _unique_stems(root, paired.sources)
    return paired


def _pair_one(root: Path, images: Path, masks: Path, naming: Naming, paired: Paired) -> None:
    allowed = (*MASK_SUFFIXES, *LOSSY_SUFFIXES) if naming.lossy else MASK_SUFFIXES
    image_of, faults = _by_stem(root, images, IMAGE_SUFFIXES, naming.image, keeper(naming.together, masks=False))
    mask_of, mask_faults = _by_stem(root, masks, allowed, naming.mask, keeper(naming.together, masks=True))
    paired.problems += faults + mask_faults
    lossy = [root / p.file for p in mask_faults if Path(p.file).suffix.lower() in LOSSY_SUFFIXES and not naming.lossy]
    paired.lossy += [_shown(root, path) for path in lossy]
    refused = {path.relative_to(masks).with_suffix("").as_posix() for path in lossy}
    for key in sorted(image_of, key=natural):
        if key in refused and key not in mask_of:
            continue
        if key not in mask_of:
            fault = f"no mask {key}.png in {masks.relative_to(root)}"
            paired.problems.append(Problem(_shown(root, image_of[key]), fault, _FIX_NAMES))
            paired.lone_images.append(image_of[key].stem)
            continue
        above = [*Path(key).parent.parts, images.parent.name] if images.parent != root else Path(key).parent.parts
        part = next((PARTS[p.lower()] for p in above if p.lower() in PARTS), None)
        paired.sources.append(Source(image_of[key].stem, image_of[key], mask_of[key], part, _folder(key)))
    for key in sorted(mask_of.keys() - image_of.keys(), key=natural):
        fault = f"no image {key}.* in {images.relative_to(root)}"
        paired.problems.append(Problem(_shown(root, mask_of[key]), fault, _FIX_NAMES))
        paired.lone_masks.append(mask_of[key].stem)


def _folder(key: str) -> str:
    parent = Path(key).parent.as_posix()
    return "" if parent == "." else parent


def _by_stem(
    root: Path, folder: Path, suffixes: tuple[str, ...], pattern: str | None, keep: Callable[[Path], bool] | None
) -> tuple[dict[str, Path], list[Problem]]:
    """Files of these suffixes by path below `folder` without suffix; doubles and strangers are problems.

    Names that fit the pattern go by what it leaves of them, unless another file has that very name. `keep`: which
    files are looked at; None: all.
    """
    found: dict[str, Path] = {}
    problems = []
    for path in sorted(filter(keep, _files(folder)), key=lambda p: core(p.stem, pattern) not in (None, p.stem)):
        shared = core(path.stem, pattern)
        key = path.relative_to(folder).with_name(shared or path.stem).as_posix()
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
    if path.suffix.lower() in LOSSY_SUFFIXES and suffixes == MASK_SUFFIXES:
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
        result.append(replace(source, stem=stem))
    return sorted(result, key=lambda s: natural(s.stem))


def _shown(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
