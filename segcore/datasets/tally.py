"""What an import mended, counted: nothing is changed without being told."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_WORDS = {
    "near_colors": "{files} masks with blurred borders: {pixels} pixels became the nearest colour's class",
    "unknown_ignore": "{files} masks with labels of no class: {pixels} pixels are ignored",
    "resize_masks": "{files} masks of another size scaled to their images",
    "turn_masks": "{files} masks turned with their images",
    "mapping": "classes changed as chosen: {pixels} pixels in {files} masks",
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
    return tuple(_WORDS.get(kind, kind + ": {files} masks").format(**counts) for kind, counts in done.items())
