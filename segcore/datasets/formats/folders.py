"""Plain folders: `images/` and `masks/`, paired by stem; the notebook's format and our own exports'."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Problem, Split
from segcore.datasets.formats import Frame, Progress, Reading
from segcore.datasets.formats.description import Description, describe, make_classes
from segcore.datasets.formats.encodings import Encoding, decide
from segcore.datasets.formats.layout import Source, choose_folders, find_folders, pair_files
from segcore.datasets.formats.raw_masks import Rgb, Scan, scan
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError, InvalidMask

_BACKGROUND_NAMES = ("background", "_background_", "bg", "unlabeled", "unlabelled", "void", "none", "other")


class FoldersReader:
    """Images and masks side by side, at any depth, optionally with dataset.yaml or classes.txt."""

    name = "folders"
    title = "Plain folders (images/ and masks/)"

    def evidence(self, root: Path) -> str | None:
        """An image and a mask folder that stand side by side."""
        found = find_folders(root, describe(_above(root)).masks_dir) or find_folders(root)
        return f"folders {found[0][0].name}/ and {found[0][1].name}/ side by side" if found else None

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair files, look at every mask, decide how they are written.

        Raises:
            DatasetError: no such folders, several datasets in one, no pair, or an unusable description.
        """
        del repairs
        outer = describe(_above(root))
        folders = choose_folders(root, find_folders(root, outer.masks_dir) or find_folders(root))
        home = folders[0][0].parent
        description = describe([home, home.parent, root] if home != root else [root])
        sources, problems = pair_files(root, folders)
        scans, faults = _scan_all(root, sources, on_progress)
        if not scans:
            first = (faults + problems)[0] if faults + problems else None
            raise DatasetError(
                f"No readable pair of image and mask{f'; {first.file}: {first.fault}' if first else ''}.",
                fix=first.fix if first else "Put images and masks of the same names into the two folders.",
            )
        description, encoding = _decide(description, list(scans.values()))
        classes, names_from = make_classes(description, encoding.classes, _hex(encoding.colors))
        frames = tuple(_frame(root, s, encoding, classes) for s in sources if s.stem in scans)
        return Reading(
            format=self.name,
            evidence=encoding.evidence + names_from,
            classes=classes,
            frames=frames,
            problems=tuple(problems + faults),
            split=_given_split(sources, description),
        )


def _above(root: Path) -> list[Path]:
    """Where a description may stand: here, or in the one folder that a ZIP often wraps everything in."""
    inside = [p for p in sorted(root.iterdir()) if p.is_dir() and not p.name.startswith((".", "__"))]
    return [root, *inside[:1]] if len(inside) == 1 else [root]


def _scan_all(root: Path, sources: list[Source], on_progress: Progress | None) -> tuple[dict[str, Scan], list[Problem]]:
    scans: dict[str, Scan] = {}
    problems: list[Problem] = []
    for done, source in enumerate(sources, 1):
        try:
            scans[source.stem] = scan(source.mask)
        except InvalidMask as error:
            problems.append(Problem(source.mask.relative_to(root).as_posix(), _fault(source.mask, error), error.fix))
        if on_progress:
            on_progress(done, len(sources))
    return scans, problems


def _fault(path: Path, error: InvalidMask) -> str:
    return error.message.removeprefix(f"{path.name}: ").rstrip(".")


def _decide(description: Description, scans: list[Scan]) -> tuple[Description, Encoding]:
    """How masks are written, and the description with a background added where its names leave it out."""
    named = len(description.names) or None
    colors = {i: _rgb(c) for i, c in description.colors.items()}
    if (
        not named
        or description.names.get(0, "").casefold() in _BACKGROUND_NAMES
        or not description.file.endswith("txt")
    ):
        return description, decide(scans, named, colors)
    free = decide(scans, None, colors)
    if free.classes != named + 1:
        return description, decide(scans, named, colors)
    shifted = {0: "background"} | {i + 1: name for i, name in description.names.items()}
    return replace(description, names=shifted, file=f"{description.file} (background added)"), free


def _frame(root: Path, source: Source, encoding: Encoding, classes: ClassTable) -> Frame:
    return Frame(
        stem=source.stem,
        image=source.image,
        mask_name=source.mask.relative_to(root).as_posix(),
        labels=partial(_labels, source.mask, encoding, len(classes)),
    )


def _labels(mask: Path, encoding: Encoding, classes: int, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 of a mask file that must have its image's size."""
    labels = encoding.decode(mask)
    if labels.shape != size:
        height, width = labels.shape
        raise InvalidMask(
            f"{mask.name}: the mask is {width}×{height}, its image {size[1]}×{size[0]}.",
            fix=_size_fix(labels.shape, size),
        )
    if labels[labels != IGNORE].max(initial=0) >= classes:
        raise InvalidMask(f"{mask.name}: labels beyond the {classes} classes.", fix="Name every class in classes.txt.")
    return labels


def _size_fix(mask: tuple[int, ...], image: tuple[int, int]) -> str:
    if mask == image[::-1]:
        return "The image is turned by its EXIF data: draw the mask on the upright image, or rotate the mask."
    return "Export the mask at the image's own size, without smoothing."


def _given_split(sources: list[Source], description: Description) -> Split | None:
    """The split that the source brought: ours, listed in text files, or by folders' names."""
    stems = [s.stem for s in sources]
    own = description.split
    part_of = {s.stem: description.parts.get(s.stem) or s.part for s in sources}
    if isinstance(own.get("train"), list) and isinstance(own.get("val"), list):
        part_of = {str(s): part for part in ("train", "val") for s in own[part]}
    train = tuple(s for s in stems if part_of.get(s) == "train")
    val = tuple(s for s in stems if part_of.get(s) == "val")
    if not train or not val:
        return None
    seed, block = own.get("seed", 0), own.get("block", 0)
    return Split(train, val, seed if isinstance(seed, int) else 0, block if isinstance(block, int) else 0)


def _rgb(color: str) -> Rgb:
    try:
        number = int(color.removeprefix("#"), 16)
    except ValueError as error:
        raise DatasetError(f"colors: expected #rrggbb. Received: {color!r}.", fix="Correct dataset.yaml.") from error
    return number >> 16 & 255, number >> 8 & 255, number & 255


def _hex(colors: dict[int, Rgb]) -> dict[int, str]:
    return {i: "#{:02x}{:02x}{:02x}".format(*rgb) for i, rgb in colors.items()}
