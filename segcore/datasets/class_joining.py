"""New labelled frames meet a dataset's classes: the same name is the same class, other names come to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segcore.classes import IGNORE, MAX_CLASSES, ClassTable, SegClass, default_color
from segcore.datasets.dataset import Dataset
from segcore.datasets.formats import LegendRow
from segcore.datasets.mapping import ClassMapping
from segcore.errors import DatasetError


@dataclass(frozen=True)
class Joined:
    """A dataset's classes with new ones.

    `stored`: of the mask files; `mapping`: from those to the dataset's classes; `table`: label of the new frames →
    label of the mask files, (256,) uint8, 255 stays ignored. `fresh`: stored labels that are new.
    """

    stored: ClassTable
    mapping: ClassMapping
    table: np.ndarray
    fresh: tuple[int, ...]


def join_classes(dataset: Dataset, incoming: ClassTable, legend: tuple[LegendRow, ...] = ()) -> Joined:
    """Find a stored label for each class of new frames.

    A class goes by its name among the dataset's classes, else among those of its mask files (a class that was
    merged or left out stays so). Classes that their source does not name go by their colour, or by their number.
    What is left becomes a new class, if any pixel has it.

    Args:
        dataset: takes the frames.
        incoming: classes of the new frames.
        legend: what is known of them: named or not, how many pixels.

    Raises:
        DatasetError: more than 255 classes.
    """
    rows = {row.id: row for row in legend}
    table = np.full(256, IGNORE, np.uint8)
    fresh: list[SegClass] = []
    first = max(len(dataset.stored_classes), len(dataset.mapping.target))
    for new in incoming:
        label = _label_of(dataset, new, rows.get(new.id))
        if label is None:
            row = rows.get(new.id)
            if row is not None and row.pixels == 0:
                continue
            label = first + len(fresh)
            if label >= MAX_CLASSES:
                raise DatasetError(f"More than {MAX_CLASSES} classes.", fix="Merge some of them first.")
            fresh.append(new)
        table[new.id] = label
    return _joined(dataset, fresh, first, table)


def without(joined: Joined, dataset: Dataset, used: set[int]) -> Joined:
    """The same without new classes at the end that no pixel has."""
    kept = list(joined.fresh)
    while kept and kept[-1] not in used:
        kept.pop()
    if len(kept) == len(joined.fresh):
        return joined
    fresh = [joined.stored[label] for label in kept]
    return _joined(dataset, fresh, joined.fresh[0], joined.table)


def _joined(dataset: Dataset, fresh: list[SegClass], first: int, table: np.ndarray) -> Joined:
    before, mapping = dataset.stored_classes, dataset.mapping
    gap = [f"label {i}" for i in range(len(before), first)]
    names = _unlike([*before.names, *gap], fresh)
    colors = [c.color for c in before] + [default_color(i) for i in range(len(before), first)]
    stored = ClassTable.of(names, colors + [c.color for c in fresh])
    own = _unlike(mapping.classes.names, fresh)
    classes = ClassTable.of(own, [c.color for c in mapping.classes] + [c.color for c in fresh])
    target = [*mapping.target, *[IGNORE] * (first - len(mapping.target))]
    target += range(len(mapping.classes), len(classes))
    fresh_labels = tuple(range(first, first + len(fresh)))
    return Joined(stored, ClassMapping(classes=classes, target=tuple(target)), table, fresh_labels)


def _unlike(names: list[str], fresh: list[SegClass]) -> list[str]:
    """All names, each once: a new one that is taken gets a number."""
    taken = list(names)
    for new in fresh:
        name, number = new.name, 2
        while name in taken:
            name, number = f"{new.name} {number}", number + 1
        taken.append(name)
    return taken


def _label_of(dataset: Dataset, new: SegClass, row: LegendRow | None) -> int | None:
    """The stored label of a class that is there already."""
    here = {c.name.casefold().strip(): c.id for c in dataset.classes}
    if (class_id := here.get(new.name.casefold().strip())) is not None:
        return _stored_for(dataset, class_id)
    stored = {c.name.casefold().strip(): c.id for c in dataset.stored_classes}
    if (label := stored.get(new.name.casefold().strip())) is not None:
        return label
    if row is None or row.known:
        return None
    if row.source.startswith("#"):
        alike = [c.id for c in dataset.classes if c.color == new.color]
        return _stored_for(dataset, alike[0]) if alike else None
    return _stored_for(dataset, new.id) if new.id < len(dataset.classes) else None


def _stored_for(dataset: Dataset, class_id: int) -> int | None:
    """A stored label that becomes this class: one of the same name, else the first; None where none does."""
    labels = [label for label, target in enumerate(dataset.mapping.target) if target == class_id]
    name = dataset.classes[class_id].name
    stored = dataset.stored_classes
    named = [label for label in labels if label < len(stored) and stored[label].name == name]
    return next(iter(named or labels), None)
