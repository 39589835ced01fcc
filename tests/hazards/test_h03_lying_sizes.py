"""The directory of an archive may lie about sizes: bytes are counted while copying."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hostile_files import files_below, good_zip

from segcore.datasets.store import DatasetStore
from segcore.errors import UnsafeArchive
from segcore.settings import Settings


@pytest.mark.parametrize("change", [-40, 40, 10_000_000])
def test_h03_a_patched_size_leaves_nothing(home: Settings, tmp_path: Path, change: int) -> None:
    archive = good_zip(tmp_path)
    data = bytearray(archive.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    size = struct.unpack_from("<I", data, at)[0]
    struct.pack_into("<I", data, at, size + change)
    archive.write_bytes(data)
    store = DatasetStore(home)
    with pytest.raises(UnsafeArchive):
        store.import_path(archive, "d")
    assert files_below(store.root) == []
