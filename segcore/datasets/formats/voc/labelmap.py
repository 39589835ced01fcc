"""labelmap.txt of CVAT and Pascal VOC exports: a class a line, `name:r,g,b:parts:actions`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from segcore.classes import IGNORE, MAX_CLASSES, ClassTable, voc_color
from segcore.datasets.formats.masks.raw_masks import Rgb
from segcore.datasets.formats.source_text import read_text
from segcore.errors import DatasetError

BACKGROUND_NAMES = ("background", "_background_", "__background__", "bg")
IGNORE_NAMES = ("ignore", "ignored", "void")
VOID: Rgb = (224, 224, 192)
VOC_NAMES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"),
)
_HEADER = "# label:color_rgb:parts:actions\n"


def is_background(name: str) -> bool:
    """Whether a class of this name is what is left when nothing else is there."""
    return name.casefold() in (*BACKGROUND_NAMES, "unlabeled", "unlabelled", "none", "other")


@dataclass(frozen=True)
class LabelMap:
    """What labels and colours mean.

    `classes`: in id order, background first. `of_line`: for each line of the file (from 0) its class id, or 255.
    `of_color`: colour → class id, or 255. `notes`: what a user should know of it.
    """

    classes: ClassTable
    of_line: tuple[int, ...]
    of_color: dict[Rgb, int]
    notes: tuple[str, ...] = ()


def read_labelmap(path: Path) -> LabelMap:
    """Parse a labelmap.txt.

    Raises:
        DatasetError: a line that is no label, a name or a colour that is there twice; the message names the line.
    """
    lines: list[tuple[str, Rgb | None]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            lines.append(_parse(path, number, line.strip()))
    return explain(path, lines)


def read_label_colors(path: Path) -> LabelMap:
    """Parse a label_colors.txt, as CamVid and CVAT's "CamVid" export have it: a class a line, `r g b name`.

    Raises:
        DatasetError: as `read_labelmap`.
    """
    lines: list[tuple[str, Rgb | None]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        words = line.split(maxsplit=3)
        if not words:
            continue
        if len(words) != 4 or not all(re.fullmatch(r"[0-9]{1,3}", word) and int(word) < 256 for word in words[:3]):
            raise DatasetError(
                f"{path.name}: line {number}: expected r g b name. Received: {line[:80]!r}.",
                fix="Correct that line, such as 128 64 128 road",
            )
        lines.append((words[3].strip()[:100], (int(words[0]), int(words[1]), int(words[2]))))
    return explain(path, lines)


def explain(path: Path, lines: Sequence[tuple[str, Rgb | None]]) -> LabelMap:
    """What labels mean, by names and colours in the order of their numbers.

    Raises:
        DatasetError: a name or a colour that is there twice, none, or too many; the message names the file.
    """
    names = [name for name, _ in lines]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not lines or len(lines) > MAX_CLASSES:
        what = (
            f"the label {twice[0]!r} is there twice" if twice else f"{len(lines)} labels, expected 1 to {MAX_CLASSES}"
        )
        raise DatasetError(f"{path.name}: {what}.", fix=f"Correct {path.name}: a line a label, each name once.")
    return _arrange(path, lines)


def _parse(path: Path, number: int, line: str) -> tuple[str, Rgb | None]:
    fields = line.split(":")
    wrong = DatasetError(
        f"{path.name}: line {number}: expected name:r,g,b:parts:actions. Received: {line[:80]!r}.",
        fix="Correct that line, such as road:128,64,128::",
    )
    if len(fields) != 4 or not fields[0].strip() or len(fields[0]) > 100:
        raise wrong
    if not fields[1].strip():
        return fields[0].strip(), None
    if not re.fullmatch(r"\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*", fields[1], re.ASCII):
        raise wrong
    red, green, blue = (int(part) for part in fields[1].split(","))
    if max(red, green, blue) > 255:
        raise wrong
    return fields[0].strip(), (red, green, blue)


def _arrange(path: Path, lines: Sequence[tuple[str, Rgb | None]]) -> LabelMap:
    """Class ids for lines: background first, ignored labels at 255, the others in the file's order."""
    background = next((i for i, (name, _) in enumerate(lines) if name.casefold() in BACKGROUND_NAMES), None)
    ignored = {i for i, (name, _) in enumerate(lines) if name.casefold() in IGNORE_NAMES and len(lines) > 1}
    order = [i for i in range(len(lines)) if i != background and i not in ignored]
    order = order if background is None else [background, *order]
    if not order:
        raise DatasetError(f"{path.name}: every label is an ignored one.", fix=f"Add the classes to {path.name}.")
    colors = _colors(path, lines)
    of_line = tuple(order.index(i) if i in order else IGNORE for i in range(len(lines)))
    of_color = {colors[i]: of_line[i] for i in range(len(lines))}
    of_color.setdefault(VOID, IGNORE)
    classes = ClassTable.of([lines[i][0] for i in order], ["#{:02x}{:02x}{:02x}".format(*colors[i]) for i in order])
    notes = tuple(f"The label {lines[i][0]!r} is read as ignored (255)." for i in sorted(ignored))
    return LabelMap(classes, of_line, of_color, notes)


def _colors(path: Path, lines: Sequence[tuple[str, Rgb | None]]) -> list[Rgb]:
    """A colour a line; Pascal VOC's for all where one is missing."""
    given = [color for _, color in lines]
    colors = [voc_color(i) for i in range(len(lines))] if None in given else [c for c in given if c is not None]
    for i, color in enumerate(colors):
        if color in colors[:i]:
            first, second = lines[colors.index(color)][0], lines[i][0]
            raise DatasetError(
                f"{path.name}: {first!r} and {second!r} have the same colour {','.join(map(str, color))}.",
                fix="Give each label a colour of its own in the annotation tool, and export again.",
            )
    return colors


def with_background(labels: LabelMap) -> LabelMap:
    """The same with a black background added as class 0, where no label is black or called background."""
    has_name = any(c.name.casefold() in BACKGROUND_NAMES for c in labels.classes)
    if has_name or (0, 0, 0) in labels.of_color or len(labels.classes) >= MAX_CLASSES:
        return labels
    classes = ClassTable.of(["background", *labels.classes.names], ["#000000", *(c.color for c in labels.classes)])
    return LabelMap(
        classes,
        tuple(i if i == IGNORE else i + 1 for i in labels.of_line),
        {(0, 0, 0): 0} | {rgb: i if i == IGNORE else i + 1 for rgb, i in labels.of_color.items()},
        (*labels.notes, "Black is the background, which the list of labels leaves out."),
    )


def voc_labels() -> LabelMap:
    """Pascal VOC's 21 classes, for masks without a labelmap."""
    colors = [voc_color(i) for i in range(len(VOC_NAMES))]
    classes = ClassTable.of(VOC_NAMES, ["#{:02x}{:02x}{:02x}".format(*c) for c in colors])
    ids = tuple(range(len(VOC_NAMES)))
    return LabelMap(classes, ids, dict(zip(colors, ids, strict=True)) | {VOID: IGNORE})


def write_labelmap(names: Sequence[str], colors: Sequence[Rgb]) -> bytes:
    """The text of a labelmap.txt."""
    lines = [f"{name}:{','.join(map(str, color))}::\n" for name, color in zip(names, colors, strict=True)]
    return (_HEADER + "".join(lines)).encode()


def plain_names(classes: ClassTable) -> tuple[list[str], list[str]]:
    """Names that a labelmap can hold (no colon, no line break, no leading #), and warnings where one had to change."""
    names: list[str] = []
    warnings = []
    for c in classes:
        plain = re.sub(r"[:\s]+", " ", c.name).strip().lstrip("#").strip() or f"class {c.id}"
        plain = f"{plain} class" if plain.casefold() in IGNORE_NAMES else plain
        name, number = plain, 2
        while name in names:
            name, number = f"{plain} {number}", number + 1
        names.append(name)
        if name != c.name:
            warnings.append(
                f"The class {c.name!r} is written as {name!r}: a labelmap keeps ':', '#' and 'ignore' for itself."
            )
    return names, warnings


def distinct_colors(classes: ClassTable) -> tuple[list[Rgb], list[str]]:
    """A colour for each class that no other has, and warnings where one had to change."""
    taken: set[Rgb] = {VOID}
    own = {c.rgb for c in classes}
    colors: list[Rgb] = []
    warnings = []
    for c in classes:
        rgb = c.rgb
        if rgb in taken:
            rgb = next(v for v in chain(map(voc_color, range(1, 256)), _greys_and_blues()) if v not in taken | own)
            warnings.append(f"The colour of {c.name!r} is written as {','.join(map(str, rgb))}: its own is taken.")
        taken.add(rgb)
        colors.append(rgb)
    return colors, warnings


def _greys_and_blues() -> Iterator[Rgb]:
    """Colours enough for any table, when Pascal VOC's are all taken."""
    yield from ((grey, grey, blue) for grey in range(256) for blue in range(1, 256))
