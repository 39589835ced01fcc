"""What the labels of mask files mean: a mapping that is applied when a mask is read, and can be taken back.

The files themselves are never changed. Edits are pure: each gives a new mapping. Class ids in them are those of
the mapping's own classes, that is, of what the user sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from segcore.classes import IGNORE, ClassTable
from segcore.errors import DatasetError


class ClassMapping(BaseModel):
    """From stored labels to classes.

    `target[label]` is the class id that a stored label becomes, or 255 (ignored). `classes` are the classes
    that come out; labels beyond `target` are ignored.
    """

    model_config = ConfigDict(frozen=True)

    classes: ClassTable
    target: tuple[int, ...]

    @model_validator(mode="after")
    def _inside(self) -> ClassMapping:
        beyond = sorted({t for t in self.target if t != IGNORE and not 0 <= t < len(self.classes)})
        if beyond:
            raise ValueError(f"expected targets below {len(self.classes)}, or {IGNORE}. Received: {beyond}")
        return self

    @classmethod
    def identity(cls, classes: ClassTable) -> ClassMapping:
        """Every label is the class of its own number."""
        return cls(classes=classes, target=tuple(range(len(classes))))

    @property
    def moves(self) -> bool:
        """Whether any label changes (names and colours alone do not)."""
        return self.target != tuple(range(len(self.classes)))

    def table(self) -> np.ndarray:
        """Look-up table stored label → class id: (256,) uint8, 255 where ignored."""
        table = np.full(256, IGNORE, np.uint8)
        table[: len(self.target)] = self.target
        return table


def rename(mapping: ClassMapping, class_id: int, name: str) -> ClassMapping:
    """Give a class another name.

    Raises:
        DatasetError: no such class; the name is empty, longer than 100 letters or taken.
    """
    _known(mapping, [class_id])
    names = mapping.classes.names
    names[class_id] = name.strip()
    return _made(names, _colors(mapping), mapping.target)


def rename_all(mapping: ClassMapping, names: Sequence[str]) -> ClassMapping:
    """Give all classes names, in id order; so two can exchange theirs.

    Raises:
        DatasetError: not one name a class, or an empty, too long or doubled one.
    """
    if len(names) != len(mapping.classes):
        raise DatasetError(f"Expected {len(mapping.classes)} names, one a class. Received: {len(names)}.")
    return _made([name.strip() for name in names], _colors(mapping), mapping.target)


def recolor(mapping: ClassMapping, class_id: int, color: str) -> ClassMapping:
    """Give a class another colour, "#rrggbb".

    Raises:
        DatasetError: no such class, or not a colour.
    """
    _known(mapping, [class_id])
    colors = _colors(mapping)
    colors[class_id] = color
    return _made(mapping.classes.names, colors, mapping.target)


def repaint(mapping: ClassMapping, colors: Sequence[str]) -> ClassMapping:
    """Give all classes new colours, in id order.

    Raises:
        DatasetError: not one colour a class, or not a colour.
    """
    if len(colors) != len(mapping.classes):
        raise DatasetError(f"Expected {len(mapping.classes)} colours, one a class. Received: {len(colors)}.")
    return _made(mapping.classes.names, list(colors), mapping.target)


def merge(mapping: ClassMapping, class_ids: Iterable[int], into: int) -> ClassMapping:
    """Make several classes one: the pixels of `class_ids` become `into`, which keeps its name and colour.

    The ids of later classes move up.

    Raises:
        DatasetError: no such class.
    """
    gone = set(class_ids) - {into}
    _known(mapping, [*gone, into])
    place = {old: new for new, old in enumerate(i for i in range(len(mapping.classes)) if i not in gone)}
    return _moved(mapping, {old: place[into if old in gone else old] for old in range(len(mapping.classes))}, place)


def drop(mapping: ClassMapping, class_id: int) -> ClassMapping:
    """Take a class out: its pixels are ignored, neither learned nor scored. The ids of later classes move up.

    Where class 0 goes, the next one becomes class 0, which is drawn as the background.

    Raises:
        DatasetError: no such class, or it is the last one.
    """
    _known(mapping, [class_id])
    if len(mapping.classes) == 1:
        raise DatasetError("The last class cannot be left out.", fix="Keep at least one class.")
    place = {old: new for new, old in enumerate(i for i in range(len(mapping.classes)) if i != class_id)}
    return _moved(mapping, place, place)


def reorder(mapping: ClassMapping, order: Sequence[int]) -> ClassMapping:
    """Give the classes new ids: `order[0]` becomes class 0, and so on.

    Raises:
        DatasetError: not every class exactly once.
    """
    if sorted(order) != list(range(len(mapping.classes))):
        raise DatasetError(
            f"Expected each class once, in their new order. Received: {', '.join(map(str, order)) or 'nothing'}.",
            fix=f"Name all ids from 0 to {len(mapping.classes) - 1} once.",
        )
    place = {old: new for new, old in enumerate(order)}
    return _moved(mapping, place, place)


def background(mapping: ClassMapping, class_id: int) -> ClassMapping:
    """Make a class the background: it becomes class 0, the others keep their order.

    Raises:
        DatasetError: no such class.
    """
    _known(mapping, [class_id])
    return reorder(mapping, [class_id, *(i for i in range(len(mapping.classes)) if i != class_id)])


def caught_up(before: ClassMapping, now: ClassMapping) -> ClassMapping:
    """An earlier mapping that also knows the labels that came since: they stay the classes that they are now.

    Args:
        before: a mapping of the same mask files, perhaps of fewer labels.
        now: the present mapping.
    """
    names, colors, target = before.classes.names, _colors(before), list(before.target)
    for class_id in now.target[len(target) :]:
        if class_id == IGNORE:
            target.append(IGNORE)
            continue
        come = now.classes[class_id]
        if come.name not in names:
            names.append(come.name)
            colors.append(come.color)
        target.append(names.index(come.name))
    return _made(names, colors, target)


def _moved(mapping: ClassMapping, becomes: Mapping[int, int], place: Mapping[int, int]) -> ClassMapping:
    """Move labels by `becomes` (old class id → new one; absent: ignored); `place`: new ids of those that stay."""
    stay = sorted(place, key=lambda old: place[old])
    names, colors = mapping.classes.names, _colors(mapping)
    target = tuple(becomes.get(t, IGNORE) for t in mapping.target)
    return _made([names[i] for i in stay], [colors[i] for i in stay], target)


def _made(names: Sequence[str], colors: Sequence[str], target: Sequence[int]) -> ClassMapping:
    try:
        return ClassMapping(classes=ClassTable.of(names, colors), target=tuple(target))
    except ValidationError as error:
        faults = "; ".join(str(e["msg"]).removeprefix("Value error, ") for e in error.errors())
        raise DatasetError(
            f"The classes cannot be changed so: {faults}.", fix="Choose another name or colour."
        ) from error


def _colors(mapping: ClassMapping) -> list[str]:
    return [c.color for c in mapping.classes]


def _known(mapping: ClassMapping, class_ids: Iterable[int]) -> None:
    unknown = sorted(i for i in class_ids if not 0 <= i < len(mapping.classes))
    if unknown:
        shown = ", ".join(f"{c.id} {c.name}" for c in mapping.classes)
        raise DatasetError(f"No class {', '.join(map(str, unknown))}.", fix=f"There are: {shown}.")
