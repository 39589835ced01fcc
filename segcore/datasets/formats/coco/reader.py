"""COCO instances: one JSON or one a part, polygons or run lengths, pictures beside.

What no annotation covers is the background, class 0; categories follow in the order of their ids, which may have
gaps. Overlapping regions: the smaller one is on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from segcore.datasets.formats.coco.regions import paint_regions, region_area
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.left_out import ignore_offer, nothing_left
from segcore.datasets.formats.paired_masks import given_split
from segcore.datasets.formats.source_files import innermost, shown, stems
from segcore.datasets.images import IMAGE_SUFFIXES, MAX_PIXELS
from segcore.datasets.repairs import Repairs
from segcore.datasets.stages import enter
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError, InvalidMask, WrongMaskSize

_FIX = "Correct that annotation in the annotation tool, and export again."
_SHOWN = 4


def _find(root: Path) -> tuple[Path, list[Path]] | None:
    home = innermost(root, (".json", *IMAGE_SUFFIXES))
    documents = find_documents(home, panoptic=False)
    return (home, documents) if documents else None


@dataclass
class _Found:
    """What all documents hold together, by the pictures' keys."""

    images: dict[str, Path] = field(default_factory=dict)
    listed: dict[str, tuple[Document, Listed]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    strays: list[Problem] = field(default_factory=list)

    def frame(self, root: Path, key: str, stem: str, categories: Categories, tally: Tally) -> Frame:
        """One picture with the way to its labels."""
        document, image = self.listed[key]
        labels = partial(_labels, image, categories, tally)
        return Frame(stem, self.images[key], shown(root, document.path), labels)


class CocoReader:
    """Regions in JSON."""

    name = "coco"
    title = "COCO instances"

    def evidence(self, root: Path) -> str | None:
        """A JSON file with COCO's keys and regions."""
        found = _find(root)
        return f"{', '.join(shown(root, path) for path in found[1][:_SHOWN])} with COCO's regions" if found else None

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Parse the documents, find their pictures, check every region.

        Raises:
            DatasetError: no such JSON, one that is malformed, or no picture of it is there.
        """
        found = _find(root)
        if found is None:
            raise DatasetError(
                "No JSON file with COCO's images, annotations and segmentation.",
                fix="Export as COCO 1.0 (instances), with the images.",
            )
        home, paths = found
        documents = [read_document(root, path) for path in paths]
        categories = number_categories(documents, background=True)
        all_found = _gather(root, home, documents)
        legend = Legend(categories)
        _check_all(root, all_found, categories, legend, repairs, on_progress)
        keys = sorted(all_found.images, key=natural)
        if not keys:
            problems = all_found.problems + all_found.strays
            raise nothing_left("No picture with usable annotations.", problems, "Export the images as well.")
        stem_of, tally = stems(keys), Tally()
        count = sum(len(document.images) for document in documents)
        return Reading(
            format=self.name,
            evidence=f"{self.evidence(root)}: {count} images, {len(categories.of_category)} categories",
            classes=categories.classes,
            frames=tuple(all_found.frame(root, key, stem_of[key], categories, tally) for key in keys),
            problems=(*all_found.problems, *all_found.strays),
            split=given_split(all_found.parts, stem_of),
            legend=legend.rows(stem_of),
            notes=(*categories.notes, *legend.notes()),
            offers=ignore_offer("Ignore regions of categories that are not listed", all_found.strays, repairs),
            tally=tally,
        )


def _gather(root: Path, home: Path, documents: list[Document]) -> _Found:
    """The pictures that documents name; each belongs to the first document that names it."""
    pictures, found = Pictures(root, home), _Found()
    for document in documents:
        found.problems += document.problems
        for image in document.images.values():
            path = pictures.find(document, image.file_name)
            if isinstance(path, Problem):
                found.problems.append(path)
            elif pictures.key(path) in found.images:
                fault = f"{image.file_name[:100]} is listed twice"
                found.problems.append(Problem(shown(root, document.path), fault, "List each picture once."))
            else:
                key = pictures.key(path)
                found.images[key], found.listed[key] = path, (document, image)
                found.parts[key] = part_of(document, home)
    return found


def _check_all(
    root: Path, found: _Found, categories: Categories, legend: Legend, repairs: Repairs, on_progress: Progress | None
) -> None:
    """Check every region; pictures with a faulty one are left out."""
    enter(on_progress, "checking regions")
    total = len(found.listed)
    for done, (key, (document, image)) in enumerate(list(found.listed.items()), 1):
        where = shown(root, document.path)
        try:
            unknown = _check(image, categories, key, legend)
        except ValueError as error:
            found.problems.append(Problem(where, f"{image.file_name[:100]}: {error}", _FIX))
            del found.images[key]
            continue
        if unknown and not repairs.unknown_ignore:
            fault = f"{image.file_name[:100]}: category {', '.join(unknown[:_SHOWN])} is not listed"
            fix = "List it under categories, or have such regions ignored (repair: unknown-ignore)."
            found.strays.append(Problem(where, fault, fix))
            del found.images[key]
        if on_progress:
            on_progress(done, total)


def _check(image: Listed, categories: Categories, key: str, legend: Legend) -> list[str]:
    """Categories of a picture's annotations that are not listed.

    Raises:
        ValueError: a region that cannot be; the message names the annotation.
    """
    if image.size and image.size[0] * image.size[1] > MAX_PIXELS:
        raise ValueError(f"listed as {image.size[1]}×{image.size[0]}, more than {MAX_PIXELS // 1_000_000} megapixels")
    unknown: list[str] = []
    areas: dict[int, float] = {}
    for annotation in image.annotations:
        size = image.size or _own_size(annotation)
        try:
            pixels = region_area(annotation, size)
        except ValueError as error:
            raise ValueError(f"annotation {str(annotation.get('id'))[:20]}: {error}") from error
        label = _label(categories, annotation)
        if label == IGNORE:
            unknown.append(str(annotation.get("category_id"))[:20])
        areas[label] = areas.get(label, 0.0) + pixels
        legend.crowds += annotation.get("iscrowd") == 1
    legend.add(key, areas)
    return sorted(set(unknown))


def _own_size(annotation: dict[str, Any]) -> tuple[int, int]:
    """A size to check against where the picture's is not given: the mask's own, or COCO's largest."""
    region = annotation.get("segmentation")
    size = region.get("size") if isinstance(region, dict) else None
    if isinstance(size, list) and len(size) == 2 and all(isinstance(s, int) and 0 < s < 1 << 16 for s in size):
        return size[0], size[1]
    return (1 << 16) - 1, (1 << 16) - 1


def _label(categories: Categories, annotation: Mapping[str, Any]) -> int:
    number = annotation.get("category_id")
    return categories.of_category.get(number, IGNORE) if isinstance(number, int) else IGNORE


def _labels(image: Listed, categories: Categories, tally: Tally, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 of a picture that must have the size the document says."""
    if image.size and image.size != size:
        height, width = image.size
        raise WrongMaskSize(
            f"{image.file_name}: listed as {width}×{height}, the picture is {size[1]}×{size[0]}.",
            size=image.size,
            fix="Export with the original pictures, or have the masks scaled to them (repair: resize-masks).",
        )
    try:
        labels = paint_regions(image.annotations, partial(_label, categories), size)
    except ValueError as error:
        raise InvalidMask(f"{image.file_name}: {error}.", fix=_FIX) from error
    tally.add("unknown_ignore", int((labels == IGNORE).sum()))
    return labels
