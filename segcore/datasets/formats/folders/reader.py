"""Plain folders: `images/` and `masks/`, paired by stem; the notebook's format and our own exports'."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Split, SplitMethod
from segcore.datasets.formats import Frame, Progress, Reading
from segcore.datasets.formats.folders.description import Description, describe, make_classes
from segcore.datasets.formats.folders.layout import (
    PARTS,
    Naming,
    Paired,
    Source,
    choose_folders,
    find_folders,
    find_one_folder,
    find_unnamed,
    pair_files,
)
from segcore.datasets.formats.folders.legend import legend
from segcore.datasets.formats.folders.masks import Looked, look_at_masks
from segcore.datasets.formats.folders.offers import Finds, offers
from segcore.datasets.formats.masks.chosen_encodings import chosen, nearest_colors
from segcore.datasets.formats.masks.encodings import Encoding, decide
from segcore.datasets.formats.masks.raw_masks import Rgb, Scan
from segcore.datasets.images import read_header
from segcore.datasets.mask_size import wrong_size
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.tally import Tally
from segcore.errors import DatasetError, InvalidImage, InvalidMask

_BACKGROUND_NAMES = ("background", "_background_", "bg", "unlabeled", "unlabelled", "void", "none", "other")


class FoldersReader:
    """Images and masks side by side, at any depth, optionally with dataset.yaml or classes.txt."""

    name = "folders"
    title = "Plain folders (images/ and masks/)"

    def evidence(self, root: Path) -> str | None:
        """An image and a mask folder that stand side by side."""
        found = find_folders(root, describe(_above(root)).masks_dir) or find_folders(root)
        return f"folders {found[0][0].name}/ and {found[0][1].name}/ side by side" if found else None

    def likely(self, root: Path) -> str | None:
        """Two folders of any name whose files have the same names, one of them with label pictures; or one for both."""
        found = find_unnamed(root)
        if not found and (together := find_one_folder(root)):
            return together.words
        shown = f"{found[0][0].name}/ and {found[0][1].name}/" if found else ""
        return f"folders {shown} hold files of the same names, those in the second are masks" if found else None

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair files, look at every mask, decide how they are written.

        Raises:
            DatasetError: no such folders, several datasets in one, no pair, or an unusable description.
        """
        outer = describe(_above(root))
        named = find_folders(root, outer.masks_dir) or find_folders(root)
        named = named or find_unnamed(root)
        together = None if named else find_one_folder(root)
        folders = [(together.folder, together.folder)] if together else choose_folders(root, named)
        home = together.folder if together else folders[0][0].parent
        description = describe([home, home.parent, root] if home != root else [root])
        mask_suffix = repairs.mask_suffix or (together.pattern if together else None)
        naming = Naming(repairs.image_suffix, mask_suffix, repairs.near_colors, together)
        paired = pair_files(root, folders, naming)
        looked = look_at_masks(root, paired.sources, near=repairs.near_colors, on_progress=on_progress)
        mask_of = {s.stem: s.mask.relative_to(root).as_posix() for s in paired.sources}
        if not looked.scans:
            return self._nothing(Finds(paired, looked, None, mask_of), repairs)
        description, encoding = _decide(description, list(looked.scans.values()), repairs)
        made = offers(Finds(paired, looked, encoding, mask_of), repairs)
        return self._reading(root, paired, looked, description, encoding, repairs, made)

    def _reading(
        self,
        root: Path,
        paired: Paired,
        looked: Looked,
        description: Description,
        encoding: Encoding,
        repairs: Repairs,
        made: tuple[Offer, ...],
    ) -> Reading:
        classes, names_from = make_classes(description, encoding.classes, _hex(encoding.colors))
        tally = Tally()
        decode = partial(encoding.decode, unknown_ignore=repairs.unknown_ignore, tally=tally)
        frames = tuple(_frame(root, s, decode, len(classes)) for s in paired.sources if s.stem in looked.scans)
        return Reading(
            format=self.name,
            evidence=encoding.evidence + names_from,
            classes=classes,
            frames=frames,
            problems=tuple(paired.problems + looked.problems),
            split=_given_split(paired.sources, description),
            legend=legend(encoding, looked.scans, len(classes), set(description.names)),
            offers=made,
            groups=_groups(paired.sources, description),
            tally=tally,
        )

    def _nothing(self, finds: Finds, repairs: Repairs) -> Reading:
        """No usable pair: an empty reading where a mend would help, else an error."""
        made = offers(finds, repairs)
        problems = finds.looked.problems + finds.paired.problems
        if made:
            return Reading(self.name, "no usable pair yet", ClassTable(()), (), tuple(problems), offers=made)
        first = problems[0] if problems else None
        raise DatasetError(
            f"No readable pair of image and mask{f'; {first.file}: {first.fault}' if first else ''}.",
            fix=first.fix if first else "Put images and masks of the same names into the two folders.",
        )


def _groups(sources: list[Source], description: Description) -> dict[str, str]:
    """Those of the description, else the images' folders where several hold several frames each."""
    if description.groups:
        return {s.stem: description.groups[s.stem] for s in sources if s.stem in description.groups}
    folders = {s.folder for s in sources}
    if 1 < len(folders) < len(sources) and not folders <= {*PARTS, ""}:
        return {s.stem: s.folder for s in sources}
    return {}


def _above(root: Path) -> list[Path]:
    """Where a description may stand: here, or in the one folder that a ZIP often wraps everything in."""
    inside = [p for p in sorted(root.iterdir()) if p.is_dir() and not p.name.startswith((".", "__"))]
    return [root, *inside[:1]] if len(inside) == 1 else [root]


def _decide(description: Description, scans: list[Scan], repairs: Repairs) -> tuple[Description, Encoding]:
    """How masks are written, and the description with a background added where its names leave it out."""
    colors = {i: _rgb(c) for i, c in description.colors.items()}
    if repairs.encoding:
        return description, chosen(repairs.encoding, scans, colors)
    if repairs.near_colors and any(s.soft or s.kind == "color" for s in scans):
        return description, nearest_colors(scans, colors)
    named = len(description.names) or None
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


def _frame(root: Path, source: Source, decode: Callable[[Path], np.ndarray], classes: int) -> Frame:
    return Frame(
        stem=source.stem,
        image=source.image,
        mask_name=source.mask.relative_to(root).as_posix(),
        labels=partial(_labels, source.mask, decode, classes),
    )


def _labels(mask: Path, decode: Callable[[Path], np.ndarray], classes: int, size: tuple[int, int]) -> np.ndarray:
    """Labels (H, W) uint8 of a mask file that must have its image's size."""
    with suppress(InvalidImage):  # what is wrong with it is told when it is decoded
        stored = read_header(mask).size
        if stored != size:
            raise wrong_size(mask.name, stored, size)
    labels = decode(mask)
    if labels[labels != IGNORE].max(initial=0) >= classes:
        raise InvalidMask(f"{mask.name}: labels beyond the {classes} classes.", fix="Name every class in classes.txt.")
    return labels


def _given_split(sources: list[Source], description: Description) -> Split | None:
    """The split that the source brought: ours, listed in text files, or by folders' names."""
    stems = [s.stem for s in sources]
    own = description.split
    part_of = {s.stem: description.parts.get(s.stem) or s.part for s in sources}
    if isinstance(own.get("train"), list) and isinstance(own.get("val"), list):
        part_of = {str(s): part for part in ("train", "val", "left_out") for s in own.get(part) or []}
    train = tuple(s for s in stems if part_of.get(s) == "train")
    val = tuple(s for s in stems if part_of.get(s) == "val")
    if not train or not val:
        return None
    left_out = tuple(s for s in stems if part_of.get(s) == "left_out")
    seed, block, gap = (n if isinstance(n := own.get(key), int) else 0 for key in ("seed", "block", "gap"))
    method: SplitMethod = next((m for m in get_args(SplitMethod) if m == own.get("method")), "given")
    return Split(train, val, seed, block, left_out, method, gap=gap)


def _rgb(color: str) -> Rgb:
    try:
        number = int(color.removeprefix("#"), 16)
    except ValueError as error:
        raise DatasetError(f"colors: expected #rrggbb. Received: {color!r}.", fix="Correct dataset.yaml.") from error
    return number >> 16 & 255, number >> 8 & 255, number & 255


def _hex(colors: dict[int, Rgb]) -> dict[int, str]:
    return {i: "#{:02x}{:02x}{:02x}".format(*rgb) for i, rgb in colors.items()}
