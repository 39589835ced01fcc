"""Where the pictures of a sequence lie: in a folder or in a ZIP, one folder deep or many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from segcore.archive import Archive, is_junk
from segcore.errors import VideoError

FPS = 25.0
"""Pictures a second, where nothing is said."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


class Pictures(Protocol):
    """Pictures in natural order, by their numbers."""

    names: list[PurePosixPath]

    def read(self, number: int) -> bytes:
        """The bytes of a picture file."""
        ...

    def size(self) -> int:
        """Bytes of all of them."""
        ...

    def close(self) -> None:
        """Let go of them."""
        ...


def is_sequence(path: Path) -> bool:
    """Whether it is to be read as pictures: a folder, or a ZIP by its name."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def holds_pictures(path: Path) -> bool:
    """Whether it is a folder with a picture in it, not deeper."""
    return path.is_dir() and any(_is_picture(PurePosixPath(inside.name)) for inside in path.iterdir())


def open_pictures(path: Path) -> Pictures:
    """The pictures of a folder or a ZIP.

    Raises:
        VideoError: it holds no pictures, or several folders of them.
        UnsafeArchive: a ZIP that must not be opened.
    """
    return FolderPictures(path) if path.is_dir() else ZippedPictures(path)


class FolderPictures:
    """See `Pictures`; hidden files are left out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inside = [PurePosixPath(p.name) for p in folder.iterdir() if p.is_file()]
        if not any(_is_picture(p) for p in inside):
            inside = [PurePosixPath(p.relative_to(folder).as_posix()) for p in folder.rglob("*") if p.is_file()]
        self.names = one_folder(folder.name, inside)

    def read(self, number: int) -> bytes:
        """See `Pictures`."""
        return (self.folder / self.names[number]).read_bytes()

    def size(self) -> int:
        """See `Pictures`."""
        return sum((self.folder / name).stat().st_size for name in self.names)

    def close(self) -> None:
        """Nothing is held."""


class ZippedPictures:
    """See `Pictures`; nothing is unpacked to the disk."""

    def __init__(self, path: Path) -> None:
        self._archive = Archive(path)
        try:
            self.names = one_folder(path.name, self._archive.files)
        except BaseException:
            self.close()
            raise

    def read(self, number: int) -> bytes:
        """See `Pictures`."""
        return self._archive.read(self.names[number])

    def size(self) -> int:
        """See `Pictures`."""
        return sum(self._archive.size(name) for name in self.names)

    def close(self) -> None:
        """Close the ZIP."""
        self._archive.close()


def one_folder(title: str, files: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The pictures among files, in natural order, if they all lie in one folder.

    Args:
        title: what the files are in, for messages.
        files: relative paths.

    Raises:
        VideoError: none, or several folders of them.
    """
    found = [p for p in files if _is_picture(p)]
    if not found:
        raise VideoError(f"{title}: no pictures in it.", fix=f"Expected {', '.join(SUFFIXES)} files.")
    folders = sorted({str(p.parent) for p in found})
    if len(folders) > 1:
        some = ", ".join(folders[:4]) + (", …" if len(folders) > 4 else "")
        raise VideoError(
            f"{title}: expected the pictures in one folder. Received: {len(folders)} folders of them ({some}).",
            fix="Choose one of them; each is a video of its own.",
        )
    return sorted(found, key=lambda p: natural(p.name))


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key to sort by: numbers by value, letters by themselves, frame2 before frame10."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _is_picture(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden and not is_junk(str(path))
