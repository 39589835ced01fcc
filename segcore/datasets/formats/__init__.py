"""Readers of dataset formats: one small file a format behind one protocol.

A reader only finds out what is there (frames, classes, how masks are written). Checking each pair, converting
and keeping it is the importer's work and the same for all formats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.dataset import Problem, Split
from segcore.errors import DatasetError

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True)
class Frame:
    """An image and a way to its labels.

    `labels((height, width))` returns (H, W) uint8 class ids (255 = ignore) of the upright image, or raises
    InvalidMask.
    """

    stem: str
    image: Path
    mask_name: str
    labels: Callable[[tuple[int, int]], np.ndarray]


@dataclass(frozen=True)
class Reading:
    """What a reader found; `split` where the source brought one."""

    format: str
    evidence: str
    classes: ClassTable
    frames: tuple[Frame, ...]
    problems: tuple[Problem, ...]
    split: Split | None = None


class Reader(Protocol):
    """Reads one format."""

    name: str
    title: str

    def recognises(self, root: Path) -> bool:
        """Whether this folder looks like the format; cheap, decodes nothing."""
        ...

    def read(self, root: Path, on_progress: Progress | None = None) -> Reading:
        """Find frames and classes.

        Raises:
            DatasetError: the folder is not this format, or its description contradicts itself.
        """
        ...


def readers() -> dict[str, Reader]:
    """All formats by name, in the order in which they are tried."""
    from segcore.datasets.formats.folders import FoldersReader

    known: tuple[Reader, ...] = (FoldersReader(),)
    return {reader.name: reader for reader in known}


def choose_reader(root: Path, format_name: str | None = None) -> Reader:
    """The reader of that name, or the first that recognises the folder.

    Raises:
        DatasetError: unknown name, or no reader recognises the folder; the message says what is there.
    """
    known = readers()
    if format_name:
        if format_name not in known:
            raise DatasetError(f"Unknown format {format_name!r}.", fix=f"Known: {', '.join(known)}.")
        return known[format_name]
    for reader in known.values():
        if reader.recognises(root):
            return reader
    there = sorted(p.name + ("/" if p.is_dir() else "") for p in root.iterdir())
    shown = ", ".join(there[:8]) + (" …" if len(there) > 8 else "")
    raise DatasetError(
        f"No labelled frames recognised: expected folders 'images' and 'masks'. Found: {shown or 'nothing'}.",
        fix="Put images into 'images' and masks of the same names (PNG) into 'masks'.",
    )
