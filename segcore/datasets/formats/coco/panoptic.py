"""COCO panoptic: a PNG a picture whose colour is a segment's number, R + 256·G + 65536·B, and a JSON that says
which category each segment is. 0 is of no segment: ignored (255). There is no background but what is called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.dataset import Problem
from segcore.datasets.formats import Frame, Progress, Reading
from segcore.datasets.formats.coco.document import (
    Categories,
    Document,
    Listed,
    find_documents,
    number_categories,
    read_document,
)
from segcore.datasets.formats.coco.legend import Legend
from segcore.datasets.formats.coco.pictures import Pictures, part_of
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.left_out import ignore_offer, nothing_left
from segcore.datasets.formats.masks.raw_masks import read_raw
from segcore.datasets.formats.paired_masks import given_split
from segcore.datasets.formats.source_files import files_below, innermost, is_inside, leads_out, shown, stems
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.datasets.repairs import Repairs
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError, InvalidMask, WrongMaskSize

_FIX = "Export the PNG and the JSON together again."


def mask_folders(home: Path) -> list[Path]:
    """Folders of segment PNGs: called like a panoptic JSON, beside it or below the home."""
    names = {path.stem for path in find_documents(home, panoptic=True)}
    folders = {path.parent for path in files_below(home, (".png",))} if names else set()
    return sorted(folder for folder in folders if folder.name in names)


@dataclass(frozen=True)
class _Segments:
    """The segments of one picture: the PNG, and the label of each number. `unknown`: numbers without a category."""

    png: Path
    label_of: dict[int, int]
    unknown: tuple[str, ...]


class PanopticReader:
    """Segments in PNGs."""

    name = "panoptic"
    title = "COCO panoptic"

    def evidence(self, root: Path) -> str | None:
        """A JSON file with segments_info."""
        home = innermost(root, (".json", *IMAGE_SUFFIXES))
        documents = find_documents(home, panoptic=True)
        return f"{', '.join(shown(root, path) for path in documents[:4])} with panoptic segments" if documents else None

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Parse the documents, find pictures and PNGs.

        Raises:
            DatasetError: no such JSON, one that is malformed, or no picture with its PNG.
        """
        del on_progress  # nothing is decoded here
        home = innermost(root, (".json", *IMAGE_SUFFIXES))
        documents = [read_document(root, path) for path in find_documents(home, panoptic=True)]
        if not documents:
            raise DatasetError(
                "No JSON file with COCO's segments_info.", fix="Export as COCO panoptic, with the images."
            )
        categories = number_categories(documents, background=False)
        gathered = _Gathered(root, home, categories, repairs)
        for document in documents:
            gathered.add(document)
        keys = sorted(gathered.found, key=natural)
        if not keys:
            raise nothing_left("No picture with its panoptic PNG.", gathered.problems + gathered.strays, _FIX)
        stem_of, tally = stems(keys), Tally()
        return Reading(
            format=self.name,
            evidence=f"{self.evidence(root)}: {len(keys)} images, {len(categories.classes)} categories",
            classes=categories.classes,
            frames=tuple(gathered.frame(key, stem_of[key], tally) for key in keys),
            problems=(*gathered.problems, *gathered.strays),
            split=given_split(gathered.parts, stem_of),
            legend=gathered.legend.rows(stem_of),
            notes=("Pixels of no segment (0) are ignored (255).",),
            offers=ignore_offer("Ignore segments of categories that are not listed", gathered.strays, repairs),
            tally=tally,
        )


class _Gathered:
    """Pictures with their segments, by the pictures' keys; grows document by document."""

    def __init__(self, root: Path, home: Path, categories: Categories, repairs: Repairs) -> None:
        self._root, self._home, self._categories = root, home, categories
        self._ignore = repairs.unknown_ignore
        self._pictures = Pictures(root, home, tuple(mask_folders(home)))
        self.legend = Legend(categories)
        self.images: dict[str, Path] = {}
        self.found: dict[str, _Segments] = {}
        self.parts: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.strays: list[Problem] = []

    def add(self, document: Document) -> None:
        """The pictures of one document."""
        self.problems += document.problems
        where = shown(self._root, document.path)
        for image in document.images.values():
            try:
                segments, areas = self._segments(document, image)
            except ValueError as error:
                self.problems.append(Problem(where, f"{image.file_name[:100]}: {error}", _FIX))
                continue
            path = self._pictures.find(document, image.file_name)
            if isinstance(path, Problem):
                self.problems.append(path)
            elif segments.unknown and not self._ignore:
                fault = f"{image.file_name[:100]}: category {', '.join(segments.unknown[:4])} is not listed"
                fix = "List it under categories, or have such segments ignored (repair: unknown-ignore)."
                self.strays.append(Problem(where, fault, fix))
            else:
                key = self._pictures.key(path)
                self.images[key], self.found[key] = path, segments
                self.parts[key] = part_of(document, self._home)
                self.legend.add(key, areas)

    def frame(self, key: str, stem: str, tally: Tally) -> Frame:
        """One picture with the way to its labels."""
        segments = self.found[key]
        labels = partial(_labels, segments, self._ignore, tally)
        return Frame(stem, self.images[key], shown(self._root, segments.png), labels)

    def _segments(self, document: Document, image: Listed) -> tuple[_Segments, dict[int, float]]:
        """The PNG and the labels of a picture's segments, and the pixels of each label.

        Raises:
            ValueError: no annotation, several, no PNG, or segments without a number.
        """
        if len(image.annotations) != 1:
            raise ValueError(f"{len(image.annotations)} annotations, expected one with segments_info")
        annotation = image.annotations[0]
        rows, name = annotation.get("segments_info"), annotation.get("file_name")
        if not isinstance(rows, list) or not isinstance(name, str):
            raise ValueError("its annotation has no segments_info or no file_name")
        if leads_out(name):
            raise ValueError(f"the file_name {name[:100]!r} leads out of the dataset")
        label_of: dict[int, int] = {0: IGNORE}
        unknown: set[str] = set()
        areas: dict[int, float] = {}
        for row in rows:
            number, label = self._segment(row)
            label_of[number] = label
            if label == IGNORE:
                unknown.add(str(row.get("category_id"))[:20])
            pixels = row.get("area")
            areas[label] = areas.get(label, 0.0) + (pixels if isinstance(pixels, (int, float)) else 0)
        return _Segments(self._png(document, name), label_of, tuple(sorted(unknown))), areas

    def _segment(self, row: Any) -> tuple[int, int]:
        number = row.get("id") if isinstance(row, dict) else None
        if not isinstance(number, int) or not 0 < number < 1 << 24:
            raise ValueError(f"a segment without a number from 1 to {(1 << 24) - 1}")
        category = row.get("category_id")
        return number, self._categories.of_category.get(category, IGNORE) if isinstance(category, int) else IGNORE

    def _png(self, document: Document, name: str) -> Path:
        """The segment PNG: beside the JSON in a folder of its name, or beside it."""
        beside = document.path.parent
        for folder in (beside / document.path.stem, self._home / document.path.stem, beside, self._home):
            if (folder / name).is_file() and is_inside(self._root, folder / name):
                return folder / name
        raise ValueError(f"no PNG {name[:100]} in {document.path.stem}/")


def _labels(segments: _Segments, ignore: bool, tally: Tally, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 of a segment PNG that must have its picture's size."""
    raw = read_raw(segments.png)
    numbers: np.ndarray = raw.codes.astype(np.uint32)
    if raw.kind == "color":
        numbers = numbers >> 16 | numbers & 0xFF00 | (numbers & 0xFF) << 16
    elif raw.kind == "grey3":
        numbers = numbers * 0x010101
    if numbers.shape != size:
        height, width = numbers.shape
        raise WrongMaskSize(
            f"{segments.png.name}: the mask is {width}×{height}, its image {size[1]}×{size[0]}.",
            size=(height, width),
            fix="Export the PNG at the picture's own size.",
        )
    found, counts = np.unique(numbers, return_counts=True)
    strays = [number for number in found.tolist() if number not in segments.label_of]
    if strays and not ignore:
        raise InvalidMask(
            f"{segments.png.name}: segment {', '.join(map(str, strays[:5]))} is not in segments_info.",
            fix=f"{_FIX} Or have such pixels ignored (repair: unknown-ignore).",
        )
    meant = np.array([segments.label_of.get(number, IGNORE) for number in found.tolist()], np.uint8)
    tally.add("unknown_ignore", int(counts[(meant == IGNORE) & (found != 0)].sum()))
    return meant[np.searchsorted(found, numbers)]
