"""All frames of a dataset as arrays, and which of them a filter lets through. No Streamlit, no pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from segcore.datasets.health import Finding
from segcore.datasets.store import Dataset, Pair

Side = Literal["all", "train", "val", "out"]
"""train: learned from; val: scored on; out: on neither side."""

SIDES: tuple[Side, ...] = get_args(Side)


@dataclass(frozen=True)
class Filters:
    """What is asked for; each of them narrows the choice.

    Attributes:
        find: part of a frame's name.
        side: of the split.
        shows, lacks: class ids that each frame must have, or must not have.
        finding: a finding's key, see `key_of`; "" for none.
    """

    find: str = ""
    side: Side = "all"
    shows: tuple[int, ...] = ()
    lacks: tuple[int, ...] = ()
    finding: str = ""

    @classmethod
    def from_address(cls, params: Mapping[str, str], classes: int) -> Filters:
        """What an address asks for; what makes no sense there is left out."""
        side = params.get("side", "all")
        return cls(
            find=params.get("find", "").strip(),
            side=side if side in SIDES else "all",
            shows=_ids(params.get("shows", ""), classes),
            lacks=_ids(params.get("lacks", ""), classes),
            finding=params.get("finding", ""),
        )


def _ids(text: str, classes: int) -> tuple[int, ...]:
    ids = {int(part) for part in text.split(",") if part.isascii() and part.isdigit()}
    return tuple(sorted(i for i in ids if i < classes))


def key_of(finding: Finding) -> str:
    """A finding's name in an address: its code, and the class where it is about one ("rare-class:3")."""
    return finding.code if finding.class_id is None else f"{finding.code}:{finding.class_id}"


def named(findings: Iterable[Finding], key: str) -> list[Finding]:
    """The findings of a key; a code alone names all of that code."""
    return [f for f in findings if key and key in (f.code, key_of(f))]


@dataclass(frozen=True)
class Catalog:
    """A dataset's frames in their order.

    Attributes:
        pairs: n of them.
        names: (n,) their stems in small letters.
        sides: (n,) of `Side`.
        pixels: (n, classes) int64, pixels of each class in each frame.
        sizes: (n,) pixels of each frame.
        places: stem → its number.
    """

    pairs: tuple[Pair, ...]
    names: tuple[str, ...]
    sides: np.ndarray
    pixels: np.ndarray
    sizes: np.ndarray
    places: dict[str, int]

    @classmethod
    def of(cls, dataset: Dataset) -> Catalog:
        """Looks at every frame's entry once; no picture is opened."""
        train, val = set(dataset.split.train), set(dataset.split.val)
        stems = [pair.stem for pair in dataset.pairs]
        return cls(
            pairs=dataset.pairs,
            names=tuple(stem.lower() for stem in stems),
            sides=np.array(["train" if s in train else "val" if s in val else "out" for s in stems], "U5"),
            pixels=dataset.pixels(),
            sizes=np.array([int(np.prod(dataset.size_of(stem))) for stem in stems], np.int64),
            places={stem: number for number, stem in enumerate(stems)},
        )

    def matching(self, filters: Filters, findings: Iterable[Finding] = ()) -> np.ndarray:
        """Numbers of the frames that pass every filter: in their order, those of a finding in the finding's."""
        keep = np.ones(len(self.pairs), bool)
        if filters.side != "all":
            keep &= self.sides == filters.side
        for class_id in filters.shows:
            keep &= self.pixels[:, class_id] > 0
        for class_id in filters.lacks:
            keep &= self.pixels[:, class_id] == 0
        if filters.find:
            wanted = filters.find.lower()
            keep &= np.fromiter((wanted in name for name in self.names), bool, len(self.names))
        if not filters.finding:
            return np.flatnonzero(keep)
        stems = dict.fromkeys(stem for finding in named(findings, filters.finding) for stem in finding.stems)
        numbers = [self.places[stem] for stem in stems if stem in self.places]
        return np.array([number for number in numbers if keep[number]], np.intp)

    def shares(self, number: int) -> tuple[np.ndarray, float]:
        """Share of each class in a frame, and the share that is ignored; together 1."""
        size = max(1, int(self.sizes[number]))
        shares = self.pixels[number] / size
        return shares, float(max(0.0, 1 - shares.sum()))


def beside(chosen: np.ndarray, number: int) -> tuple[int | None, int | None, int | None]:
    """Where a frame stands among the chosen ones, and those before and after it.

    Returns:
        Its place from 0, the number before, the number after; None where there is none. After a frame that is
        not among the chosen comes the first of them.
    """
    places = np.flatnonzero(chosen == number)
    if not len(places):
        return None, None, int(chosen[0]) if len(chosen) else None
    at = int(places[0])
    return (
        at,
        int(chosen[at - 1]) if at > 0 else None,
        int(chosen[at + 1]) if at + 1 < len(chosen) else None,
    )
