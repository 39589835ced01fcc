"""Small archives that unpack to huge ones are refused before anything is written."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from hostile_files import files_below, overlapping_zip

from segcore.archive import Limits, unpack
from segcore.errors import UnsafeArchive


def _refused(archive: Path, target: Path, match: str, limits: Limits | None = None) -> None:
    target.mkdir()
    started = time.perf_counter()
    with pytest.raises(UnsafeArchive, match=match):
        unpack(archive, target, limits)
    assert time.perf_counter() - started < 10  # unpacked, it would take minutes
    assert files_below(target) == []


def test_h02_overlapping_entries(tmp_path: Path) -> None:
    archive = overlapping_zip(tmp_path / "a.zip")
    assert archive.stat().st_size < 4000
    _refused(archive, tmp_path / "1", "overlaps", Limits(ratio=1e9))
    _refused(archive, tmp_path / "2", "overlaps|times its size")


def test_h02_ratio(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(64 << 20))
    _refused(tmp_path / "a.zip", tmp_path / "out", "times its size")


def test_h02_count_and_sizes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for i in range(20):
            archive.writestr(str(i), bytes(100))
    _refused(tmp_path / "a.zip", tmp_path / "1", "20 entries", Limits(entries=19))
    _refused(tmp_path / "a.zip", tmp_path / "2", "2000 bytes", Limits(total_bytes=1999))
    _refused(tmp_path / "a.zip", tmp_path / "3", "100 bytes", Limits(entry_bytes=99))
