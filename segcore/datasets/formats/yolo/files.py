"""Where a YOLO dataset keeps its pictures and text files: at the top, or in train/, val/ and test/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.description import Description
from segcore.datasets.formats.folders.layout import PARTS, natural
from segcore.datasets.formats.source_files import child, files_below, homes, keyed, shown
from segcore.datasets.images import IMAGE_SUFFIXES

_LISTS = ("classes.txt", "obj.names", "train.txt", "val.txt", "test.txt", "readme.txt")
_LOOKED_AT = 20


@dataclass(frozen=True)
class YoloFolders:
    """Where a dataset begins, and its (images, labels) folders."""

    home: Path
    sides: tuple[tuple[Path, Path], ...]


def find_yolo(root: Path) -> YoloFolders | None:
    """images/ beside labels/, at the top or in train/, val/, test/ (each with both, as Roboflow writes them)."""
    for home in homes(root):
        parts = [folder for name in PARTS if (folder := child(home, name))]
        sides = []
        for place in (home, *parts):
            images, labels = child(place, "images"), child(place, "labels")
            if images and labels and _holds_polygons(labels):
                sides.append((images, labels))
        if sides:
            return YoloFolders(home, tuple(sides))
    return None


def label_files(labels: Path) -> list[Path]:
    return [path for path in files_below(labels, (".txt",)) if path.name.casefold() not in _LISTS]


def _holds_polygons(labels: Path) -> bool:
    """Whether the first rows begin with a class number and coordinates (boxes are told apart later)."""
    files = (path for path in files_below(labels, (".txt",)) if path.name.casefold() not in _LISTS)
    first_rows = []
    for path in islice(files, _LOOKED_AT):
        with path.open("rb") as file:
            first_rows.append(file.read(4096).removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].split())
    rows = [row for row in first_rows if row]
    return bool(first_rows) and all(len(row) >= 5 and row[0].isdigit() for row in rows)


def pair(root: Path, found: YoloFolders) -> tuple[dict[str, Path], dict[str, Path], list[Problem]]:
    """Pictures and text files by their path below the dataset, without `images/` and suffix."""
    images: dict[str, Path] = {}
    labels: dict[str, Path] = {}
    problems: list[Problem] = []
    for image_folder, label_folder in found.sides:
        side = image_folder.parent.relative_to(found.home).as_posix()
        before = "" if side == "." else f"{side}/"
        for into, folder, suffixes in ((images, image_folder, IMAGE_SUFFIXES), (labels, label_folder, (".txt",))):
            some, faults = keyed(root, folder, suffixes)
            into |= {before + key: p for key, p in some.items() if p.name.casefold() not in _LISTS}
            problems += faults
    for key in sorted(images.keys() - labels.keys(), key=natural):
        name = PurePosixPath(key).name
        fix = f"Label it; where it shows no object, put an empty {name}.txt into labels."
        problems.append(Problem(shown(root, images[key]), f"no {name}.txt in labels", fix))
    for key in sorted(labels.keys() - images.keys(), key=natural):
        fault = f"no picture {PurePosixPath(key).name}.* in images"
        problems.append(Problem(shown(root, labels[key]), fault, "Add the picture, or remove this file."))
    return images, labels, problems


def parts_of_pictures(found: YoloFolders, description: Description, images: Mapping[str, Path]) -> dict[str, str]:
    """Key → train, val …: by the lists of data.yaml, else by a folder's name on the way to the picture."""
    parts = {}
    for key, path in images.items():
        above = path.relative_to(found.home).parts[:-1]
        by_folder = next((PARTS[part.casefold()] for part in above if part.casefold() in PARTS), "")
        parts[key] = description.parts.get(path.stem) or by_folder
    return parts
