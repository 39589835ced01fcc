"""Only regular files of real ZIPs."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hostile_files import files_below, good_zip

from segcore.datasets.store import DatasetStore
from segcore.errors import UnsafeArchive
from segcore.settings import Settings


def _symlink(folder: Path) -> Path:
    archive = good_zip(folder)
    with zipfile.ZipFile(archive, "a") as opened:
        info = zipfile.ZipInfo("images/link.png")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        opened.writestr(info, "/etc/passwd")
    return archive


def _encrypted(folder: Path) -> Path:
    archive = good_zip(folder)
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    return archive


def _tar(folder: Path) -> Path:
    path = folder / "frames.zip"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("images/a.png"), io.BytesIO(b""))
    return path


def _tar_with_a_zip_at_its_end(folder: Path) -> Path:
    archive = good_zip(folder)
    path = folder / "frames.zip"
    with tarfile.open(path, "w") as tar:
        tar.add(archive, "inner.zip")
    path.write_bytes(path.read_bytes() + archive.read_bytes())
    return path


def _text(folder: Path) -> Path:
    path = folder / "frames.zip"
    path.write_text("not an archive")
    return path


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (_symlink, r"link\.png.*link"),
        (_encrypted, r"^Entry .*: encrypted\."),  # zipfile says it too, but later
        (_tar, "not a ZIP"),
        (_tar_with_a_zip_at_its_end, "not a ZIP"),
        (_text, "not a ZIP"),
    ],
)
def test_h04_refused(home: Settings, tmp_path: Path, make: object, match: str) -> None:
    assert callable(make)
    store = DatasetStore(home)
    with pytest.raises(UnsafeArchive, match=match):
        store.import_path(make(tmp_path), "d")
    assert files_below(store.root) == []
