"""Images and masks in one folder: a.jpg beside a.png, or a.jpg beside a_mask.png."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from segcore.datasets.formats.folders.affixes import WHOLE, core, patterns_of
from segcore.datasets.formats.folders.alike import is_flat
from segcore.datasets.images import IMAGE_SUFFIXES

_LOSSLESS = (".png", ".bmp", ".tif", ".tiff")
_SHARED = 0.5
"""The share of images that must have a mask."""
_MASKS = 0.2
"""The share of files that masks are, at least."""


@dataclass(frozen=True)
class Together:
    """One folder that holds both; `pattern`: of the masks' names ("*": the same, but lossless beside JPEG)."""

    folder: Path
    pattern: str

    def holds(self, path: Path, *, masks: bool) -> bool:
        """Whether a file is one of the masks, or of the images."""
        if path.parent != self.folder or path.suffix.lower() not in IMAGE_SUFFIXES:
            return False
        return self._is_mask(path) == masks

    def _is_mask(self, path: Path) -> bool:
        if self.pattern == WHOLE:
            return path.suffix.lower() in _LOSSLESS
        return core(path.stem, self.pattern) is not None

    @property
    def words(self) -> str:
        """What speaks for it."""
        if self.pattern == WHOLE:
            return "one folder with a JPEG picture and a PNG mask of the same name for each frame"
        return f"one folder, masks are those called {self.pattern}"


def find_together(folders: Iterable[Path]) -> Together | None:
    """The first folder that holds images and their masks side by side; decodes a few of them."""
    for folder in folders:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and p.is_file())
        files = [p for p in files if not p.name.startswith(".")]
        counts = Counter(pattern for p in files for pattern in set(patterns_of(p.stem)))
        common = sorted(pattern for pattern, count in counts.items() if count >= _MASKS * len(files))
        found = [Together(folder, pattern) for pattern in common]
        best = max(found, key=lambda together: _pairs(together, files), default=None)
        if best and _fits(best, files):
            return best
    return None


def _pairs(together: Together, files: list[Path]) -> int:
    """How many images have a mask."""
    masks = {core(p.stem, together.pattern) for p in files if together.holds(p, masks=True)}
    return len(masks & {p.stem for p in files if together.holds(p, masks=False)})


def _fits(together: Together, files: list[Path]) -> bool:
    images = [p for p in files if together.holds(p, masks=False)]
    masks = [p for p in files if together.holds(p, masks=True)]
    enough = _pairs(together, files) >= max(1.0, _SHARED * len(images))
    return enough and is_flat(masks) and not is_flat(images)


def keeper(together: Together | None, *, masks: bool) -> Callable[[Path], bool] | None:
    """A filter of files for one side; None: all."""
    return (lambda path: together.holds(path, masks=masks)) if together else None
