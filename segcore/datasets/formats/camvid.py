"""CamVid as SegNet split it: `train/` beside `trainannot/`, `val/` beside `valannot/`; label 11 is void.

Masks hold one channel: 0 to 10 are the classes below, 11 and 255 are ignored. With a label_colors.txt (`r g b name`),
as CVAT's "CamVid" export has it, its classes take their place and masks may hold its colours.
"""

from __future__ import annotations

from pathlib import Path

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Problem
from segcore.datasets.formats import Progress, Reading
from segcore.datasets.formats.folders.layout import MASK_SUFFIXES, PARTS, natural
from segcore.datasets.formats.paired_masks import Explained, Pairs, read_pairs
from segcore.datasets.formats.source_files import child, file_in, has_files, homes, keyed, shown
from segcore.datasets.formats.voc.labelmap import LabelMap, read_label_colors
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError

NAMES = (
    *("sky", "building", "pole", "road", "pavement", "tree"),
    *("sign", "fence", "car", "pedestrian", "bicyclist"),
)
COLORS = (
    *("#808080", "#800000", "#c0c080", "#804080", "#3c28de", "#808000"),
    *("#c08080", "#404080", "#400080", "#404000", "#0080c0"),
)
_SUFFIX, _COLORS_FILE = "annot", "label_colors.txt"
_PARTS = PARTS | {"default": "default"}


def _find(root: Path) -> tuple[Path, list[str]] | None:
    """Where the parts stand, and their folders' names; two at least, or a train part."""
    for home in homes(root):
        parts = [name for name in _PARTS if has_files(child(home, name + _SUFFIX), MASK_SUFFIXES) and child(home, name)]
        if parts:
            return home, parts
    return None


class CamVidReader:
    """Folders of images, each beside a folder of the same name with `annot` added."""

    name = "camvid"
    title = "CamVid (SegNet's folders)"

    def evidence(self, root: Path) -> str | None:
        """`train/` and `trainannot/` side by side."""
        found = _find(root)
        return " and ".join(f"{part}/ beside {part}{_SUFFIX}/" for part in found[1]) if found else None

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair images and masks of every part; the parts are the split.

        Raises:
            DatasetError: no such folders, or no pair.
        """
        found = _find(root)
        if found is None:
            raise DatasetError("No folders train/ and trainannot/ side by side.", fix="Name them as CamVid does.")
        home, parts = found
        file = file_in(home, _COLORS_FILE)
        labels = read_label_colors(file) if file else _camvid()
        evidence = f"{self.evidence(root)}, {len(labels.classes)} classes{f' of {file.name}' if file else ' and void'}"
        described = file.name if file else "a label_colors.txt (without one, labels are 0 to 11)"
        what = Explained(self.name, evidence, labels, described)
        return read_pairs(_pairs(root, home, parts), what, repairs, on_progress)


def _camvid() -> LabelMap:
    """CamVid's own classes; label 11 is void."""
    return LabelMap(
        classes=ClassTable.of(NAMES, COLORS),
        of_line=(*range(len(NAMES)), IGNORE),
        of_color={},
        notes=(f"Label {len(NAMES)} (void) is read as ignored (255).",),
    )


def _pairs(root: Path, home: Path, parts: list[str]) -> Pairs:
    """Images and masks of all parts, by `<part>/<stem>`."""
    images: dict[str, Path] = {}
    masks: dict[str, Path] = {}
    problems: list[Problem] = []
    listed: dict[str, str] = {}
    for part in parts:
        for into, folder, suffixes in (
            (images, child(home, part), IMAGE_SUFFIXES),
            (masks, child(home, part + _SUFFIX), MASK_SUFFIXES),
        ):
            found, faults = keyed(root, folder or home, suffixes)
            into |= {f"{part}/{key}": path for key, path in found.items()}
            problems += faults
    for key in sorted(images.keys() ^ masks.keys(), key=natural):
        alone, other = (images[key], "mask") if key in images else (masks[key], "image")
        problems.append(Problem(shown(root, alone), f"no {other} of this name", "Add it, or remove this file."))
    for key in images:
        listed[key] = _PARTS[key.split("/")[0]]
    return Pairs(root, images, masks, tuple(problems), listed)
