"""Readers of dataset formats: one small file a format behind one protocol.

A reader only finds out what is there (frames, classes, how masks are written). Checking each pair, converting
and keeping it is the importer's work and the same for all formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, Problem, Split
from segcore.datasets.formats.sink import Sink
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True)
class Frame:
    """An image and a way to its labels.

    `labels((height, width))` returns (H, W) uint8 class ids (255 = ignore) of the upright image, or raises
    InvalidMask (WrongMaskSize where the mask is another size; then `labels(error.size)` gives it as it is). It may
    be called from several threads.
    """

    stem: str
    image: Path
    mask_name: str
    labels: Callable[[tuple[int, int]], np.ndarray]


@dataclass(frozen=True)
class LegendRow:
    """One class that a reader found, as the source writes it.

    `source`: "label 3", "#800000", "category 18 of COCO", … . `pixels`: in all masks, or where they are drawn
    from polygons, None. `best`: up to three stems of frames that show it, the largest areas first.
    `known`: False where no description of the source names it. `frames`: how many show it, None: not counted.
    """

    id: int
    source: str
    pixels: int | None
    best: tuple[str, ...]
    known: bool = True
    frames: int | None = None


@dataclass(frozen=True)
class Reading:
    """What a reader found.

    `classes`: of the labels that `Frame.labels` gives, before `Repairs.mapping`. `legend`: a row a class, in id
    order. `notes`: what a user should know ("classes are shifted by one: YOLO has no background"). `offers`:
    mends that would help. `split` and `groups` (stem → video, episode …) where the source brought them. `tally`:
    what was mended while labels were read, filled by `Frame.labels`. `learned_only`: frames that shall not be scored
    on, for a network began their labels.
    """

    format: str
    evidence: str
    classes: ClassTable
    frames: tuple[Frame, ...]
    problems: tuple[Problem, ...]
    split: Split | None = None
    legend: tuple[LegendRow, ...] = ()
    notes: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    learned_only: bool = False


class Reader(Protocol):
    """Reads one format."""

    name: str
    title: str

    def evidence(self, root: Path) -> str | None:
        """What speaks for this format ("labelmap.txt, 12 classes"); None: it is not. Cheap, decodes nothing."""
        ...

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Find frames and classes; `repairs.mapping` is not the reader's business.

        Raises:
            DatasetError: the folder is not this format, or its description contradicts itself.
        """
        ...


class Writer(Protocol):
    """Writes a dataset in one format."""

    name: str
    title: str

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write all frames and classes; what the format cannot hold becomes a warning of the sink."""
        ...


def readers() -> dict[str, Reader]:
    """All formats by name, in the order in which they are tried."""
    from segcore.datasets.formats.camvid import CamVidReader
    from segcore.datasets.formats.coco.panoptic import PanopticReader
    from segcore.datasets.formats.coco.reader import CocoReader
    from segcore.datasets.formats.folders.reader import FoldersReader
    from segcore.datasets.formats.nnunet import NnUnetReader
    from segcore.datasets.formats.voc.cvat import CvatReader
    from segcore.datasets.formats.voc.reader import VocReader
    from segcore.datasets.formats.yolo.reader import YoloReader

    known: tuple[Reader, ...] = (
        *(FoldersReader(), CvatReader(), VocReader(), CocoReader()),
        *(PanopticReader(), YoloReader(), NnUnetReader(), CamVidReader()),
    )
    return {reader.name: reader for reader in known}


def writers() -> dict[str, Writer]:
    """All formats that can be written, by name."""
    from segcore.datasets.formats.coco.writing import CocoWriter
    from segcore.datasets.formats.folders.writing import FoldersWriter
    from segcore.datasets.formats.nnunet import NnUnetWriter
    from segcore.datasets.formats.voc.cvat import CvatWriter
    from segcore.datasets.formats.voc.reader import VocWriter
    from segcore.datasets.formats.yolo.writing import YoloWriter

    known: tuple[Writer, ...] = (
        *(FoldersWriter(), CvatWriter(), VocWriter()),
        *(CocoWriter(), YoloWriter(), NnUnetWriter()),
    )
    return {writer.name: writer for writer in known}


def candidates(root: Path) -> list[tuple[Reader, str]]:
    """All formats that a folder may be, with what speaks for each; empty where none fits."""
    from segcore.datasets.formats.folders.plain_masks import holds_plain_masks
    from segcore.datasets.formats.folders.reader import FoldersReader

    tried = [(reader, reader.evidence(root)) for reader in readers().values()]
    found = [(reader, evidence) for reader, evidence in tried if evidence is not None]
    if len(found) > 1 and not holds_plain_masks(root):
        found = [(reader, evidence) for reader, evidence in found if reader.name != "folders"]
    if not found and (likely := FoldersReader().likely(root)):  # folders of other names: only where nothing else fits
        return [(FoldersReader(), likely)]
    return found


def choose_reader(root: Path, format_name: str | None = None) -> Reader:
    """The reader of that name, or the one that recognises the folder.

    Raises:
        DatasetError: unknown name; no reader recognises the folder, or several do: the message says which.
    """
    known = readers()
    if format_name:
        if format_name not in known:
            raise DatasetError(f"Unknown format {format_name!r}.", fix=f"Known: {', '.join(known)}.")
        return known[format_name]
    found = candidates(root)
    if len(found) == 1:
        return found[0][0]
    if found:
        shown = "; ".join(f"{reader.name} ({evidence})" for reader, evidence in found)
        raise DatasetError(f"This can be read in several ways: {shown}.", fix="Say which one it is (--format).")
    there = sorted(p.name + ("/" if p.is_dir() else "") for p in root.iterdir())
    shown = ", ".join(there[:8]) + (" …" if len(there) > 8 else "")
    raise DatasetError(
        f"No labelled frames recognised: expected folders 'images' and 'masks', or an export as "
        f"{', '.join(reader.title for reader in list(known.values())[1:])}. Found: {shown or 'nothing'}.",
        fix="Put images into 'images' and masks of the same names (PNG) into 'masks'.",
    )
