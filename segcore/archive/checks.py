"""What the directory of a ZIP must not say."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from segcore.errors import UnsafeArchive

JUNK = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class Limits:
    """What an archive may hold."""

    entries: int = 50_000
    total_bytes: int = 16 << 30
    entry_bytes: int = 1 << 30
    ratio: float = 200.0
    ratio_from_bytes: int = 32 << 20
    archive_bytes: int = 4 << 30


def is_junk(name: str) -> bool:
    """Whether a path holds only what operating systems leave behind (`__MACOSX`, `.DS_Store`, …)."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(p.lower() in JUNK or p.startswith("._") for p in parts)


def check_kind(archive: Path, limits: Limits) -> None:
    """Refuse what is too large, empty or no ZIP.

    Raises:
        UnsafeArchive: it is.
    """
    size = archive.stat().st_size
    if size > limits.archive_bytes:
        raise UnsafeArchive(
            f"{archive.name}: {size / 2**30:.1f} GiB, the limit is {limits.archive_bytes / 2**30:.0f} GiB.",
            fix="Split it into smaller datasets, or import the folder.",
        )
    with archive.open("rb") as file:
        head = file.read(4)
    if head == b"PK\x05\x06":
        raise UnsafeArchive(f"{archive.name}: the archive is empty.", fix="Pack the files that it should hold.")
    if head != b"PK\x03\x04" or not zipfile.is_zipfile(archive):
        raise UnsafeArchive(f"{archive.name}: not a ZIP archive, whatever its name says.", fix="Pack it as ZIP.")


def check_directory(
    opened: zipfile.ZipFile, raw: BinaryIO, limits: Limits
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """All entries checked; those worth reading, with their safe relative paths.

    Raises:
        UnsafeArchive: a name that leads outside, a link, a double, an overlap, or too much of anything.
    """
    entries = opened.infolist()
    if len(entries) > limits.entries:
        raise UnsafeArchive(
            f"{_name(opened)}: {len(entries)} entries, the limit is {limits.entries}.", fix="Split the archive."
        )
    paths = [_safe_path(info) for info in entries]
    for info in entries:
        _check_entry(info, limits)
    _check_totals(_name(opened), entries, limits)
    _check_clashes(entries, paths)
    _check_overlap(entries, raw, opened.start_dir)
    return [(i, p) for i, p in zip(entries, paths, strict=True) if not i.is_dir() and not is_junk(str(p))]


def _safe_path(info: zipfile.ZipInfo) -> PurePosixPath:
    """The entry's relative path; `orig_filename`, because zipfile cuts names at a NUL without a word."""
    name = info.orig_filename.replace("\\", "/")
    parts = name.rstrip("/").split("/")
    outside = name.startswith("/") or re.match(r"^[A-Za-z]:", name) or any(p in ("", ".", "..") for p in parts)
    odd = any(unicodedata.category(c) in ("Cc", "Cs") for c in name) or any(len(p.encode()) > 255 for p in parts)
    if outside or odd:
        raise UnsafeArchive(
            f"Entry {info.orig_filename!r}: a name that leads outside or cannot be a file's.",
            fix="Pack it again with plain relative names.",
        )
    return PurePosixPath(*parts)


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeArchive(f"Entry {info.filename!r}: a link or a special file.", fix="Pack the files themselves.")
    if info.flag_bits & 0x41:
        raise UnsafeArchive(f"Entry {info.filename!r}: encrypted.", fix="Pack it without a password.")
    if info.file_size > limits.entry_bytes:
        raise UnsafeArchive(
            f"Entry {info.filename!r}: {info.file_size} bytes unpacked, the limit is {limits.entry_bytes}.",
            fix="Leave it out.",
        )


def _name(opened: zipfile.ZipFile) -> str:
    return Path(opened.filename or "archive").name


def _check_totals(name: str, entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in entries)
    packed = sum(info.compress_size for info in entries)
    if total > limits.total_bytes:
        raise UnsafeArchive(
            f"{name}: {total} bytes unpacked, the limit is {limits.total_bytes}.", fix="Split the archive."
        )
    if total > limits.ratio_from_bytes and total > limits.ratio * packed:
        raise UnsafeArchive(
            f"{name}: unpacks to {total / max(packed, 1):.0f} times its size, the limit is {limits.ratio:.0f}.",
            fix="Pack images and masks as JPEG and PNG.",
        )


def _check_clashes(entries: Sequence[zipfile.ZipInfo], paths: Sequence[PurePosixPath]) -> None:
    """No two entries may be the same file on any file system, and no file may be another's folder."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for info, path in zip(entries, paths, strict=True):
        key = _folded(path)
        if not info.is_dir():
            if key in files:
                raise _clash(files[key], str(path))
            files[key] = str(path)
        inside = [path, *path.parents] if info.is_dir() else path.parents
        folders.update({_folded(p): str(path) for p in inside if p.parts})
    for key in files.keys() & folders.keys():
        raise _clash(files[key], folders[key])


def _folded(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


def _clash(one: str, other: str) -> UnsafeArchive:
    return UnsafeArchive(f"Entries {one!r} and {other!r} would be the same file.", fix="Rename one and pack it again.")


def _check_overlap(entries: Sequence[zipfile.ZipInfo], raw: BinaryIO, directory: int) -> None:
    """Each entry's bytes must lie before the next entry's: overlaps make small files unpack to huge ones."""
    ordered = sorted(entries, key=lambda info: info.header_offset)
    starts = [info.header_offset for info in ordered[1:]] + [directory]
    for info, following in zip(ordered, starts, strict=True):
        raw.seek(info.header_offset)
        header = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
        end = info.header_offset + _LOCAL_HEADER.size + header[9] + header[10] + info.compress_size
        if header[0] != b"PK\x03\x04" or end > following:
            raise UnsafeArchive(f"Entry {info.filename!r} overlaps another.", fix="Pack it again.")
