"""Write a ZIP of large things: block by block, onto the disk, under its name only when it is whole."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from segcore.errors import DiskFull

_PACKED = (".mp4", ".mov", ".webm", ".mkv", ".jpg", ".png", ".zip", ".parquet", ".pdf")
"""Packing these again gains nothing."""
_BLOCK = 1 << 20
_MARGIN = 100_000_000


class ZipOut:
    """A ZIP in the making; see `new_zip`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, path: Path, name: str, on_bytes: Callable[[int], None] = lambda _count: None) -> None:
        """Copy a file into it.

        Args:
            path: of the file.
            name: in the ZIP.
            on_bytes: called with the size of each block.
        """
        info = zipfile.ZipInfo.from_file(path, name)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        with path.open("rb") as source, self._archive.open(info, "w") as out:
            while block := source.read(_BLOCK):
                out.write(block)
                on_bytes(len(block))

    @contextmanager
    def entry(self, name: str) -> Iterator[IO[bytes]]:
        """A file to write to, within the ZIP; one at a time."""
        info = zipfile.ZipInfo(name, time.localtime()[:6])
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._archive.open(info, "w", force_zip64=True) as out:
            yield out


@contextmanager
def new_zip(target: Path) -> Iterator[ZipOut]:
    """A ZIP that appears when the block ends without an error, and leaves nothing otherwise."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(partial, "w") as archive:
            yield ZipOut(archive)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def check_room(folder: Path, needed: int, fix: str) -> None:
    """Refuse what the disk has no room for.

    Args:
        folder: where the ZIP goes; exists.
        needed: bytes that it takes at most.
        fix: what to do instead.

    Raises:
        DiskFull: it would not leave 100 MB.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + _MARGIN:
        raise DiskFull(
            f"The ZIP takes {needed / 1e6:.0f} MB; {free / 1e6:.0f} MB are free on the disk of {folder}.", fix=fix
        )
