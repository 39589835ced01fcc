"""COCO's JSON, checked: pictures, categories, annotations; what does not fit together is named, not guessed."""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from segcore.classes import MAX_CLASSES, ClassTable
from segcore.datasets.dataset import Problem
from segcore.datasets.formats.source_files import files_below, is_inside, shown
from segcore.datasets.formats.source_text import read_json
from segcore.datasets.formats.voc.labelmap import BACKGROUND_NAMES
from segcore.errors import DatasetError

_MAX_SIDE = 65_535
_DEPTH = 3
_FIX = "Export it again, or correct it."


@dataclass
class Listed:
    """One picture of a document, with its annotations as they are written."""

    id: int | str
    file_name: str
    size: tuple[int, int] | None
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Document:
    """One JSON file. `categories`: id → name, in the file's order."""

    path: Path
    categories: dict[int, str]
    images: dict[int | str, Listed]
    problems: list[Problem] = field(default_factory=list)


def find_documents(home: Path, panoptic: bool) -> list[Path]:
    """JSON files that hold COCO's keys, at most three folders deep; nothing is parsed.

    Args:
        home: where to look.
        panoptic: those with segments_info; else those with a segmentation.
    """
    wanted = b'"segments_info"' if panoptic else b'"segmentation"'
    found = [
        path
        for path in files_below(home, (".json",))
        if len(path.relative_to(home).parts) <= _DEPTH
        and is_inside(home, path)
        and _holds(path, (b'"images"', b'"annotations"'))
    ]
    found = [p for p in found if _holds(p, (wanted,)) or (not panoptic and _is_empty_task(p))]
    named = [p for p in found if p.name.casefold().startswith("instances")]
    return named if named and not panoptic else found


def _holds(path: Path, words: Iterable[bytes]) -> bool:
    """Whether all of these stand in a file, which may be large."""
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return all(text.find(word) >= 0 for word in words)


def _is_empty_task(path: Path) -> bool:
    """COCO's keys without a single annotation: nothing was labelled."""
    others = (b'"bbox"', b'"segments_info"')
    return _holds(path, (b'"categories"',)) and not any(_holds(path, (word,)) for word in others)


def read_document(root: Path, path: Path) -> Document:
    """Parse one JSON file.

    Raises:
        DatasetError: not JSON, or lists that it must have are missing or malformed.
    """
    data = read_json(path)
    lists: dict[str, list[dict[str, Any]]] = {}
    for key in ("images", "categories", "annotations"):
        rows = data.get(key)
        if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
            raise DatasetError(f"{path.name}: expected a list {key!r} of objects.", fix=_FIX)
        lists[key] = rows
    document = Document(path, _categories(path, lists["categories"]), {})
    _add_images(root, document, lists["images"])
    _add_annotations(root, document, lists["annotations"])
    return document


def _categories(path: Path, rows: list[dict[str, Any]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for row in rows:
        number, name = row.get("id"), row.get("name")
        if not isinstance(number, int) or isinstance(number, bool) or number < 0 or not isinstance(name, str):
            raise DatasetError(f"{path.name}: a category without a whole id and a name: {str(row)[:80]}.", fix=_FIX)
        if number in found:
            raise DatasetError(f"{path.name}: two categories have the id {number}.", fix="Give each its own id.")
        found[number] = name.strip()
    if not found:
        raise DatasetError(f"{path.name}: no categories.", fix="Add the classes to the export.")
    return found


def _add_images(root: Path, document: Document, rows: list[dict[str, Any]]) -> None:
    """Pictures by id; rows without id or name, doubled ids and impossible sizes are problems."""
    for at, row in enumerate(rows):
        number, name = row.get("id"), row.get("file_name")
        if not isinstance(number, (int, str)) or not isinstance(name, str) or not name:
            document.problems.append(Problem(_at(root, document), f"image {at + 1} has no id or file_name", _FIX))
        elif number in document.images:
            fault = f"two images have the id {number}: {document.images[number].file_name} and {name[:100]}"
            document.problems.append(Problem(_at(root, document), fault, "Give each image its own id."))
        else:
            document.images[number] = Listed(number, name, _size(row))


def _size(row: dict[str, Any]) -> tuple[int, int] | None:
    """(height, width) as the file says; None where it does not, or says what cannot be."""
    sides = (row.get("height"), row.get("width"))
    if all(isinstance(s, (int, float)) and math.isfinite(s) and s == int(s) and 0 < s <= _MAX_SIDE for s in sides):
        return int(sides[0] or 0), int(sides[1] or 0)
    return None


def _add_annotations(root: Path, document: Document, rows: list[dict[str, Any]]) -> None:
    """Hand annotations to their pictures; those of pictures that are not listed are one problem."""
    dangling = []
    for row in rows:
        number = row.get("image_id")
        image = document.images.get(number) if isinstance(number, (int, str)) else None
        if image is None:
            dangling.append(str(row.get("image_id"))[:20])
        else:
            image.annotations.append(row)
    if dangling:
        shown_ids = ", ".join(sorted(set(dangling))[:5])
        fault = f"{len(dangling)} annotations belong to images that are not listed (image_id {shown_ids})"
        document.problems.append(Problem(_at(root, document), fault, "Export images and annotations together."))


def _at(root: Path, document: Document) -> str:
    return shown(root, document.path)


@dataclass(frozen=True)
class Categories:
    """Class ids for categories of all documents, and what a user should know of it."""

    classes: ClassTable
    of_category: dict[int, int]
    notes: tuple[str, ...] = ()


def number_categories(documents: list[Document], *, background: bool) -> Categories:
    """Classes in the order of the categories' ids.

    Args:
        documents: of one dataset.
        background: pictures have places that no annotation covers: they are class 0.

    Raises:
        DatasetError: documents contradict each other, two names are equal, or there are too many.
    """
    names: dict[int, str] = {}
    for document in documents:
        for number, name in document.categories.items():
            if names.setdefault(number, name) != name:
                raise DatasetError(
                    f"{document.path.name}: category {number} is {name!r}, in another file {names[number]!r}.",
                    fix="Export all parts with the same categories.",
                )
    own = next((i for i in sorted(names) if names[i].casefold() in BACKGROUND_NAMES), None)
    order = [own, *(i for i in sorted(names) if i != own)] if own is not None else sorted(names)
    added = background and own is None
    titles = (["background"] if added else []) + [names[i] for i in order]
    if len(titles) >= MAX_CLASSES:
        raise DatasetError(f"{len(titles)} categories, expected fewer than {MAX_CLASSES}.", fix="Merge some of them.")
    try:
        classes = ClassTable.of(titles)
    except ValidationError as error:
        faults = "; ".join(str(e["msg"]) for e in error.errors())
        raise DatasetError(f"{documents[0].path.name}: categories: {faults}.", fix="Rename them.") from error
    note = "Class 0 is the background: what no annotation covers."
    return Categories(classes, {number: at + added for at, number in enumerate(order)}, (note,) if added else ())
