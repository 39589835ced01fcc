"""Two entries that would be the same file: neither wins."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hostile_files import files_below

from segcore.archive import unpack
from segcore.errors import UnsafeArchive


@pytest.mark.parametrize(
    "names", [("A.png", "A.png"), ("A.png", "a.png"), ("i/A.png", "I/a.png"), ("é.png", "e\u0301.png")]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_h05_both_names_are_told(tmp_path: Path, names: tuple[str, str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
    (tmp_path / "out").mkdir()
    with pytest.raises(UnsafeArchive) as caught:
        unpack(tmp_path / "a.zip", tmp_path / "out")
    assert all(name in str(caught.value) for name in names)
    assert files_below(tmp_path / "out") == []
