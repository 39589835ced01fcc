"""What COCO's annotations show of each class: in how many pictures, and where the most of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from segcore.datasets.formats import LegendRow
from segcore.datasets.formats.coco.document import Categories

_BEST = 3


class Legend:
    """Grows picture by picture; `crowds` counts annotations of crowds."""

    def __init__(self, categories: Categories) -> None:
        self._categories = categories
        self._best: dict[int, list[tuple[float, str]]] = {}
        self._frames: Counter[int] = Counter()
        self._first: list[str] = []
        self.crowds = 0

    def add(self, key: str, areas: Mapping[int, float]) -> None:
        """Count one picture: label → pixels, about."""
        if len(self._first) < _BEST:
            self._first.append(key)
        for label, pixels in areas.items():
            self._frames[label] += 1
            best = sorted([*self._best.get(label, []), (pixels, key)], key=lambda one: -one[0])
            self._best[label] = best[:_BEST]

    def rows(self, stem_of: Mapping[str, str]) -> tuple[LegendRow, ...]:
        """A row a class; pictures that were left out are passed over."""
        number_of = {label: number for number, label in self._categories.of_category.items()}
        rows = []
        for c in self._categories.classes:
            keys = [key for _, key in self._best.get(c.id, [])] if c.id in number_of else self._first
            best = tuple(stem_of[key] for key in keys if key in stem_of)
            source = f"category {number_of[c.id]}" if c.id in number_of else "no annotation"
            rows.append(LegendRow(c.id, source, None, best, frames=self._frames[c.id] if c.id in number_of else None))
        return tuple(rows)

    def notes(self) -> tuple[str, ...]:
        """What a user should know."""
        if not self.crowds:
            return ()
        return (f"{self.crowds} regions of crowds (iscrowd) are read like single objects.",)
