"""What a user made of the legend before the import: names, colours, which classes are one, which are ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.drafts import DraftClass
from segcore.datasets.mapping import ClassMapping
from segcore.errors import DatasetError


@dataclass(frozen=True)
class Row:
    """One class of the legend as the user wants it. `into`: its own id; that of the class it joins; None: ignored."""

    id: int
    name: str
    color: str
    into: int | None

    @property
    def kept(self) -> bool:
        """Whether it becomes a class of its own."""
        return self.into == self.id


def rows_of(legend: Sequence[DraftClass]) -> dict[int, Row]:
    """The legend as it was found, every row a class of its own, by id."""
    return {c.id: Row(c.id, c.name, c.color, c.id) for c in legend}


def join(rows: Mapping[int, Row], row_id: int, into: int | None) -> dict[int, Row]:
    """The rows after one joins another, is ignored (None) or stands alone again; what had joined it goes along."""
    moved = {row_id} if into == row_id else {r.id for r in rows.values() if r.id == row_id or r.into == row_id}
    return {i: replace(row, into=into) if i in moved else row for i, row in rows.items()}


def mapping_of(rows: Mapping[int, Row], legend: Sequence[DraftClass]) -> ClassMapping | None:
    """The mapping from the labels of the legend to the classes that are left; None where nothing was changed.

    Raises:
        DatasetError: no class is left, one has no name, or two have the same.
    """
    if all(rows[c.id] == Row(c.id, c.name, c.color, c.id) for c in legend):
        return None
    kept = [rows[i] for i in sorted(rows) if rows[i].kept]
    _check([row.name.strip() for row in kept])
    place = {row.id: number for number, row in enumerate(kept)}
    target = [IGNORE] * (max(rows) + 1)
    for row in rows.values():
        target[row.id] = IGNORE if row.into is None else place[row.into]
    classes = ClassTable.of([row.name.strip() for row in kept], [row.color for row in kept])
    return ClassMapping(classes=classes, target=tuple(target))


def _check(names: Sequence[str]) -> None:
    if not names:
        raise DatasetError("Every class is ignored: nothing is left to learn.", fix="Keep at least one.")
    if "" in names:
        raise DatasetError("A class has no name.", fix="Give it one, or ignore it.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DatasetError(f"Two classes are called {twice[0]!r}.", fix="Rename one, or make it part of the other.")
