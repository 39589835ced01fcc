"""The small result of the report's tests, packed once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from made_result import facts_of, make_result

from segcore.parcel.packing import pack


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the result, with frames as a further file."""
    folder = make_result(tmp_path_factory.mktemp("packed"))
    (folder / "frames.zip").write_bytes(b"PK frames")
    return folder


@pytest.fixture(scope="session")
def parcel(result: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, packed."""
    target = tmp_path_factory.mktemp("out") / "cats.zip"
    pack(facts_of(result), target)
    assert zipfile.is_zipfile(target)
    return target
