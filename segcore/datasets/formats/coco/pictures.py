"""The picture files that a COCO document names, wherever the export put them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from segcore.datasets.dataset import Problem
from segcore.datasets.formats.coco.document import Document
from segcore.datasets.formats.folders.layout import PARTS
from segcore.datasets.formats.source_files import files_below, is_inside, leads_out, shown
from segcore.datasets.images import IMAGE_SUFFIXES


class Pictures:
    """All picture files below a folder, found by the names that documents give them.

    A name is tried beside the document, below the folder, below images/ and below a folder called like the part
    (train, val2017 …); then by its last part alone, if only one file has it.

    Args:
        root: what problems are named relative to.
        home: where the dataset begins.
        leave_out: folders that hold masks.
    """

    def __init__(self, root: Path, home: Path, leave_out: tuple[Path, ...] = ()) -> None:
        self._root, self._home = root, home
        self._files: dict[str, Path] = {}
        self._by_name: dict[str, list[Path]] = {}
        for path in files_below(home, IMAGE_SUFFIXES):
            if is_inside(root, path) and not any(path.is_relative_to(folder) for folder in leave_out):
                self._files[path.relative_to(home).as_posix()] = path
                self._by_name.setdefault(path.name, []).append(path)

    def find(self, document: Document, file_name: str) -> Path | Problem:
        """The file of that name, or why there is none."""
        if leads_out(file_name):
            fault = f"the file_name {file_name[:100]!r} leads out of the dataset"
            return Problem(shown(self._root, document.path), fault, "Name pictures relative to the dataset.")
        name = PurePosixPath(file_name.replace("\\", "/"))
        for folder in self._folders(document):
            found = self._files.get((folder / name).as_posix())
            if found:
                return found
        same = self._by_name.get(name.name, [])
        if len(same) == 1:
            return same[0]
        fault = f"no picture {file_name[:100]}" if not same else f"{len(same)} pictures are called {name.name}"
        return Problem(shown(self._root, document.path), fault, "Put it into images/ under the name the JSON gives it.")

    def _folders(self, document: Document) -> list[PurePosixPath]:
        """Where names may begin, relative to the home."""
        beside = PurePosixPath(document.path.parent.relative_to(self._home).as_posix())
        words = [document.path.stem, *document.path.stem.split("_"), document.path.parent.name]
        base = [beside, PurePosixPath(), PurePosixPath("images")]
        return [*base, *(PurePosixPath(*before, word) for word in words for before in ((), ("images",)))]

    def key(self, path: Path) -> str:
        """A picture's path below the home, without suffix."""
        return path.relative_to(self._home).with_suffix("").as_posix()


def part_of(document: Document, home: Path) -> str:
    """train, val or test by the words of a document's name or its folders; empty where none says so."""
    relative = document.path.relative_to(home)
    words = [word for part in (relative.stem, *relative.parts[:-1]) for word in part.split("_")]
    known = (PARTS.get(word.casefold().rstrip("0123456789")) for word in words)
    return next((part for part in known if part), "")
