"""Reading and unpacking a ZIP: while bytes are read they are counted, because the directory may lie."""

from __future__ import annotations

import errno
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType

from segcore.archive.checks import Limits, check_directory, check_kind
from segcore.errors import DatasetError, SegcoreError, UnsafeArchive

_CHUNK = 1 << 20
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)


class Archive:
    """A ZIP from unknown hands whose directory was checked; a context manager.

    Args:
        path: a real ZIP: no links, no encryption, no doubles, no names that lead outside.
        limits: what it may hold.

    Attributes:
        files: its regular files, without what operating systems leave behind, in the order of its directory.

    Raises:
        UnsafeArchive: it must not be opened.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.path = path
        limits = limits or Limits()
        check_kind(path, limits)
        with _plainly(path):
            self._zip = zipfile.ZipFile(path)
            try:
                with path.open("rb") as raw:
                    found = check_directory(self._zip, raw, limits)
            except BaseException:
                self._zip.close()
                raise
        self._infos = {name: info for info, name in found}
        self.files = tuple(self._infos)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def size(self, name: PurePosixPath) -> int:
        """Bytes of a file, unpacked, as its directory says."""
        return self._infos[name].file_size

    def read(self, name: PurePosixPath) -> bytes:
        """A file's bytes.

        Raises:
            UnsafeArchive: it is damaged, or its directory lied about its size.
        """
        with _plainly(self.path):
            return b"".join(self._blocks(name))

    def copy(self, name: PurePosixPath, place: Path) -> int:
        """Write a file to a new place; the number of its bytes. Raises as `read`."""
        with _plainly(self.path), place.open("xb") as sink:
            return sum(sink.write(block) for block in self._blocks(name))

    def _blocks(self, name: PurePosixPath) -> Iterator[bytes]:
        """A file's bytes, counted: not one more than was promised, and not one less."""
        info = self._infos[name]
        count = 0
        with self._zip.open(info) as source:
            while count <= info.file_size and (block := source.read(_CHUNK)):
                count += len(block)
                if count <= info.file_size:
                    yield block
        if count != info.file_size:
            raise UnsafeArchive(
                f"Entry {info.filename!r}: expected {info.file_size} bytes, received {count}.", fix="Pack it again."
            )


@contextmanager
def _plainly(archive: Path) -> Iterator[None]:
    """What zipfile raises on damage, as errors of ours."""
    try:
        yield
    except SegcoreError:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise DatasetError("The disk is full.", fix="Free some space and try again.") from error
        raise UnsafeArchive(f"{archive.name}: damaged archive ({error}).", fix="Pack it again.") from error


def unpack(
    archive: Path,
    target: Path,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Unpack all regular files of a ZIP below `target`, an existing empty folder.

    Args:
        archive: a real ZIP: no links, no encryption, no doubles, no names that lead outside.
        target: where to; on an error the caller throws it away.
        on_progress: called with (bytes done, bytes in all).

    Returns:
        The number of files written.

    Raises:
        UnsafeArchive: the archive must not be unpacked; where its directory shows it, nothing was written.
        DatasetError: it does not fit on the disk.
    """
    with Archive(archive, limits) as opened:
        total = sum(opened.size(name) for name in opened.files)
        _check_space(target, total)
        done = 0
        for name in opened.files:
            place = target / name
            with _plainly(archive):
                place.parent.mkdir(parents=True, exist_ok=True)
            done += opened.copy(name, place)
            if on_progress:
                on_progress(done, total)
        return len(opened.files)


def _check_space(target: Path, needed: int) -> None:
    free = shutil.disk_usage(target).free
    if needed * 2 > free:
        raise DatasetError(
            f"Unpacking needs about {needed * 2 / 2**20:.0f} MiB, the disk has {free / 2**20:.0f} MiB left.",
            fix="Free some space, or set SEGCORE_HOME to another disk.",
        )
