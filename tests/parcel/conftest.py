"""The small result of the report's tests, packed once."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))

from made_result import facts_of, make_result  # noqa: E402

from segcore.parcel.packing import pack  # noqa: E402


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
