"""What a report is made of. Texts are plain: whoever writes HTML or PDF escapes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Paragraph:
    """Sentences; `small` for what is beside the point."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """Sentences, each on its own."""

    items: Sequence[str]


@dataclass(frozen=True)
class Command:
    """A line to type."""

    text: str


@dataclass(frozen=True)
class Cell:
    """Of a table; `color`: "#rrggbb" of a square before the text, "" for none."""

    text: str
    color: str = ""


@dataclass(frozen=True)
class Table:
    """Rows below a head.

    Attributes:
        head: a text a column; empty: none.
        rows: as many cells each as columns.
        left: how many columns, from the left, hold words; the others hold numbers and stand to the right.
        note: below it.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    left: int = 1
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes:
        content: JPEG or PNG.
        kind: "image/jpeg" or "image/png".
        alt: for those who cannot see it.
        caption: below it.
        svg: the same to any size; empty where it is a photograph.
        wide: share of the text's width.
    """

    content: bytes
    kind: Literal["image/jpeg", "image/png"]
    alt: str
    caption: str = ""
    svg: bytes = b""
    wide: float = 1.0


@dataclass(frozen=True)
class Pictures:
    """Pictures of one shape, so many side by side."""

    pictures: Sequence[Picture]
    columns: int = 1


Block = Paragraph | Bullets | Command | Table | Picture | Pictures


@dataclass(frozen=True)
class Section:
    """A heading with what is below it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A report. `subtitle` stands below the title, `made` at its end and on each page of the PDF."""

    title: str
    subtitle: str
    made: str
    sections: Sequence[Section] = field(default_factory=tuple)
