"""A look at every mask and image header of plain folders, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.layout import Source
from segcore.datasets.formats.masks.near_colors import merge_flat
from segcore.datasets.formats.masks.raw_masks import Scan, scan
from segcore.datasets.images import Header, read_header
from segcore.datasets.parallel import in_order, room_for
from segcore.datasets.stages import Progress, enter
from segcore.errors import InvalidImage, InvalidMask

_SOFT_FIX = "Export masks as PNG without smoothing, or let each pixel take the nearest class's colour."

_MOST_SOFT = 100


@dataclass
class Looked:
    """What was seen: usable masks by stem, files that are not, masks with blurred borders, masks of another size.

    `turned`: stems whose masks fit their image before its EXIF rotation (a subset of `resized`); `upside`: stems
    whose images are turned or mirrored in a way that keeps their size. `flat`: colours inside regions of the soft
    masks (of the first ones, where there are many), with their pixels.
    """

    scans: dict[str, Scan] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    soft: list[str] = field(default_factory=list)
    flat: dict[int, int] = field(default_factory=dict)
    resized: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    upside: list[str] = field(default_factory=list)


def look_at_masks(root: Path, sources: list[Source], *, near: bool, on_progress: Progress | None) -> Looked:
    """Scan all masks; those with blurred borders are problems unless `near` (nearest colours) is allowed."""
    enter(on_progress, "looking at masks")
    looked = Looked()
    for done, (source, seen) in enumerate(zip(sources, in_order(_look, sources), strict=True), 1):
        mask = source.mask.relative_to(root).as_posix()
        if isinstance(seen, InvalidMask):
            looked.problems.append(Problem(mask, fault_of(source.mask, seen), seen.fix))
        else:
            _sort_in(looked, source.stem, mask, *seen, near)
        if on_progress:
            on_progress(done, len(sources))
    return looked


def _look(source: Source) -> tuple[Scan, Header | None] | InvalidMask:
    try:
        with room_for(*_size(source.mask)):
            seen = scan(source.mask)
    except InvalidMask as error:
        return error
    try:
        return seen, read_header(source.image)
    except InvalidImage:  # told when the image is decoded
        return seen, None


def _size(path: Path) -> tuple[int, int]:
    try:
        return read_header(path).stored
    except InvalidImage:  # told when it is decoded
        return 0, 0


def _sort_in(looked: Looked, stem: str, mask: str, seen: Scan, header: Header | None, near: bool) -> None:
    if seen.soft:
        looked.soft.append(mask)
        if len(looked.soft) <= _MOST_SOFT:
            looked.flat = merge_flat([looked.flat, seen.flat])
    if seen.soft and not near:
        looked.problems.append(Problem(mask, "its borders are blurred, so that its values are no classes", _SOFT_FIX))
        return
    looked.scans[stem] = seen
    if header is None:
        return
    if seen.size != header.size:
        looked.resized.append(mask)
    if header.orientation > 1 and seen.size == header.stored:
        (looked.upside if seen.size == header.size else looked.turned).append(mask)


def fault_of(path: Path, error: InvalidMask) -> str:
    """An error's words without the file's name and the full stop."""
    return error.message.removeprefix(f"{path.name}: ").rstrip(".")
