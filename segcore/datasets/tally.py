"""What an import mended, counted: nothing is changed without being told."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_WORDS = {
    "near_colors": "Blurred borders: {pixels} in {masks} took the class of the nearest colour",
    "unknown_ignore": "Labels of no class: {pixels} in {masks} are ignored",
    "resize_masks": "Another size: {masks} scaled to the size of the image",
    "turn_masks": "EXIF rotation: {masks} turned with the image",
    "mapping": "Classes changed as chosen: {pixels} in {masks}",
}


@dataclass
class Tally:
    """How many masks and pixels each mend changed; counted from several threads."""

    files: dict[str, int] = field(default_factory=dict)
    pixels: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, kind: str, pixels: int) -> None:
        """One more mask was changed in so many pixels; none is no change."""
        if pixels:
            with self._lock:
                self.files[kind] = self.files.get(kind, 0) + 1
                self.pixels[kind] = self.pixels.get(kind, 0) + pixels

    def as_dict(self) -> dict[str, dict[str, int]]:
        """For JSON: kind → {files, pixels}."""
        return {kind: {"files": self.files[kind], "pixels": self.pixels[kind]} for kind in sorted(self.files)}


def in_words(done: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """What `Tally.as_dict` holds, a sentence a mend."""
    return tuple(
        _WORDS.get(kind, kind + ": {masks}").format(
            masks=_some(counts["files"], "mask"), pixels=_some(counts["pixels"], "pixel")
        )
        for kind, counts in done.items()
    )


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
