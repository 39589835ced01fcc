"""What the masks of a dataset hold together: the legend, what no class has, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from segcore.classes import IGNORE
from segcore.datasets.dataset import Problem
from segcore.datasets.formats import LegendRow
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.voc.masks import Codes, Seen
from segcore.datasets.repairs import Offer, OfferKind, Repairs

_BEST = 3
_BLURRED = 20
_LISTED = 5
_TITLES: dict[OfferKind, str] = {
    "near_colors": "Read blurred borders as the nearest class",
    "unknown_ignore": "Ignore what is of no class",
}


@dataclass
class Stray:
    """A colour or label of no class: where it is, and whether a repair takes care of it."""

    mended: bool
    pixels: int = 0
    files: list[str] = field(default_factory=list)


@dataclass
class Survey:
    """Grows mask by mask, holds no pixels; of each class the three frames with most of it."""

    pixels: Counter[int] = field(default_factory=Counter)
    frames: Counter[int] = field(default_factory=Counter)
    best: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    strays: dict[str, Stray] = field(default_factory=dict)

    def add(self, stem: str, file: str, seen: Seen, codes: Codes) -> None:
        """Count one mask."""
        per_class: Counter[int] = Counter()
        for code, count in seen.counts.items():
            label = codes.exact(seen.kind, code, seen.colors[code])
            name = codes.name_of(seen.kind, code, seen.colors[code])
            if label is None:
                stray = self.strays.setdefault(name, Stray(mended=codes.mends(seen.kind)))
                stray.pixels += count
                stray.files.append(file)
            elif label != IGNORE:
                self.sources.setdefault(label, name.removeprefix("colour "))
                per_class[label] += count
        for label, count in per_class.items():
            self.pixels[label] += count
            self.frames[label] += 1
            best = sorted([*self.best.get(label, []), (count, stem)], key=lambda one: -one[0])
            self.best[label] = best[:_BEST]

    def legend(self, classes: int, usable: Collection[str]) -> tuple[LegendRow, ...]:
        """A row a class, those that no mask holds too.

        Args:
            classes: how many there are.
            usable: stems of frames that may be shown.
        """
        return tuple(
            LegendRow(
                id=i,
                source=self.sources.get(i, "in no mask"),
                pixels=self.pixels[i],
                best=tuple(stem for _, stem in self.best.get(i, []) if stem in usable),
                frames=self.frames[i],
            )
            for i in range(classes)
        )

    def problems(self, codes: Codes) -> list[Problem]:
        """The files with something of no class that no repair takes care of."""
        of_file: dict[str, list[str]] = {}
        for name, stray in self._open().items():
            for file in stray.files:
                of_file.setdefault(file, []).append(name)
        found = []
        for file in sorted(of_file, key=natural):
            names = sorted(of_file[file], key=natural)
            more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
            found.append(Problem(file, f"{', '.join(names[:_LISTED])}{more} of no class", codes.fix))
        return found

    def offers(self, repairs: Repairs) -> tuple[Offer, ...]:
        """Nearest class where borders are blurred, ignoring what is of no class in any case."""
        strays = self._open()
        if not strays:
            return ()
        files = tuple(sorted({file for stray in strays.values() for file in stray.files}, key=natural))
        count = sum(stray.pixels for stray in strays.values())
        common = sorted(strays.items(), key=lambda item: -item[1].pixels)[:_LISTED]
        detail = ", ".join(f"{name} ({stray.pixels} pixels)" for name, stray in common)
        detail += f" and {len(strays) - _LISTED} more" if len(strays) > _LISTED else ""
        blurred = len(strays) > _BLURRED and all(name.startswith("colour") for name in strays)
        kinds: tuple[OfferKind, ...] = ("near_colors", "unknown_ignore") if blurred else ("unknown_ignore",)
        return tuple(
            Offer(
                kind=kind,
                title=_TITLES[kind],
                detail=detail,
                files=files,
                count=count,
                repairs=repairs.model_copy(update={kind: True}),
            )
            for kind in kinds
        )

    def _open(self) -> dict[str, Stray]:
        return {name: stray for name, stray in self.strays.items() if not stray.mended}
