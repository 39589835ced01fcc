"""The classes of a dataset: id, name, colour. Id 0 is the background; 255 in a mask means "ignore"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from segcore.errors import ConfigError

IGNORE = 255
"""Label of pixels that are neither trained on nor scored."""

MAX_CLASSES = 255

PALETTE = ("#000000", "#ff0000", "#00ff00", "#0000ff", "#ffa500", "#ffc0cb", "#00ffff", "#ff00ff")
"""The notebook's colours: black, red, lime, blue, orange, pink, cyan, magenta."""

SAFE_PALETTE = (
    *("#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00"),
    *("#cc79a7", "#882255", "#ffffff", "#225522", "#332288", "#bbbbbb", "#99ddff"),
)
"""Colours that people with any kind of colour blindness can tell apart: Okabe and Ito's eight, then six that lie
farthest from them (of Paul Tol's schemes). Any two differ by 10 or more (CIEDE2000) to every kind of eye."""


def safe_colors(count: int) -> list[str]:
    """Colours for so many classes, "#rrggbb", all different; the first 14 are `SAFE_PALETTE`, beyond it lighter
    and darker shades of them, which not every eye can tell apart.

    Args:
        count: 0..255.
    """
    colors = list(SAFE_PALETTE)
    share = 0.5
    while len(colors) < count:
        shades = [_shade(color, toward, share) for toward in (255, 0) for color in SAFE_PALETTE[1:]]
        colors += [shade for shade in dict.fromkeys(shades) if shade not in colors]
        share *= 0.8
    return colors[:count]


def _shade(color: str, toward: int, share: float) -> str:
    """A colour mixed with white (255) or black (0)."""
    mixed = (round(int(color[at : at + 2], 16) * (1 - share) + toward * share) for at in (1, 3, 5))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def default_color(class_id: int) -> str:
    """The colour of a class that was given none: the notebook's eight, then Pascal VOC's map.

    Args:
        class_id: 0..254.

    Returns:
        "#rrggbb".
    """
    if class_id < len(PALETTE):
        return PALETTE[class_id]
    return "#{:02x}{:02x}{:02x}".format(*voc_color(class_id))


def voc_color(class_id: int) -> tuple[int, int, int]:
    """Pascal VOC's colour map: the bits of the id, spread over the high bits of red, green, blue."""
    red = green = blue = 0
    rest = class_id
    for bit in range(7, -1, -1):
        red |= (rest & 1) << bit
        green |= (rest >> 1 & 1) << bit
        blue |= (rest >> 2 & 1) << bit
        rest >>= 3
    return red, green, blue


class SegClass(BaseModel):
    """One class of a dataset."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(ge=0, lt=MAX_CLASSES)
    name: str = Field(min_length=1, max_length=100)
    color: str

    @field_validator("color")
    @classmethod
    def _hex(cls, value: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError(f"expected a colour as #rrggbb. Received: {value!r}")
        return value.lower()

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as (red, green, blue), each 0..255."""
        return int(self.color[1:3], 16), int(self.color[3:5], 16), int(self.color[5:7], 16)


class ClassTable(RootModel[tuple[SegClass, ...]]):
    """All classes of a dataset, ordered by id, ids 0..n-1 without a gap, names unique."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _contiguous(self) -> ClassTable:
        ids = [c.id for c in self.root]
        if ids != list(range(len(ids))):
            raise ValueError(f"expected class ids 0..n-1 in order. Received: {ids}")
        names = [c.name for c in self.root]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"expected unique class names. Received twice: {', '.join(twice)}")
        return self

    @classmethod
    def of(cls, names: Sequence[str], colors: Iterable[str] | None = None) -> ClassTable:
        """A table from names in id order; colours default to `default_color`."""
        given = list(colors) if colors is not None else [default_color(i) for i in range(len(names))]
        return cls(tuple(SegClass(id=i, name=n, color=c) for i, (n, c) in enumerate(zip(names, given, strict=True))))

    def __len__(self) -> int:
        return len(self.root)

    def __iter__(self) -> Iterator[SegClass]:  # type: ignore[override]
        return iter(self.root)

    def __getitem__(self, class_id: int) -> SegClass:
        return self.root[class_id]

    @property
    def names(self) -> list[str]:
        """Names in id order."""
        return [c.name for c in self.root]

    def find(self, wanted: str) -> int:
        """The id of a class by its name or its id; a name goes before a number.

        Raises:
            ConfigError: there is none.
        """
        if wanted in self.names:
            return self.names.index(wanted)
        if wanted.isdecimal() and int(wanted) < len(self):
            return int(wanted)
        known = ", ".join(f"{c.id} {c.name}" for c in self.root)
        raise ConfigError(f"Expected a class by name or id: {known}. Received: {wanted}.")

    def color_table(self) -> np.ndarray:
        """Look-up table label → colour: (256, 3) uint8 RGB; labels without a class, and 255, are black."""
        table = np.zeros((256, 3), np.uint8)
        for c in self.root:
            table[c.id] = c.rgb
        return table
