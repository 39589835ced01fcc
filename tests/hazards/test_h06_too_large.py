"""Beyond a limit: a message with the limit, and no memory taken."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from segcore.archive import Limits, unpack
from segcore.errors import DatasetError, UnsafeArchive


def test_h06_the_message_says_the_limit(tmp_path: Path) -> None:
    archive = tmp_path / "big.zip"
    with archive.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(3 << 30)
    before = psutil.Process().memory_info().rss
    with pytest.raises(UnsafeArchive, match=r"3\.0 GiB, the limit is 2 GiB"):
        unpack(archive, tmp_path, Limits(archive_bytes=2 << 30))
    assert psutil.Process().memory_info().rss - before < 20 << 20


def test_h06_a_full_disk_is_seen_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", bytes(5000))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=6000))
    (tmp_path / "out").mkdir()
    with pytest.raises(DatasetError, match="disk"):
        unpack(tmp_path / "a.zip", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
