"""A name that leads outside rejects the whole archive; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_files import files_below, good_zip

from segcore.datasets.store import DatasetStore
from segcore.errors import UnsafeArchive
from segcore.settings import Settings

NAMES = [
    "../x.png",
    "images/../../x.png",
    "/x.png",
    "C:\\x.png",
    "c:x.png",
    "\\\\server\\share\\x.png",
    "//server/share/x.png",
    "..\\x.png",
    "images/a\0.png",
    "images/\x1b[31m.png",
    "./x.png",
    "images//x.png",
]


@pytest.mark.parametrize("name", NAMES)
def test_h01_the_entry_is_named_and_nothing_written(home: Settings, tmp_path: Path, name: str) -> None:
    archive = good_zip(tmp_path / "in", {name: b"x"})
    before = files_below(tmp_path)
    store = DatasetStore(home)
    with pytest.raises(UnsafeArchive) as caught:
        store.import_path(archive, "d")
    assert repr(name) in str(caught.value)
    assert files_below(store.root) == []
    assert [f for f in files_below(tmp_path) if f not in before] in ([], ["home", "home/datasets"])
