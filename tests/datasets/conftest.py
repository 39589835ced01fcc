"""Fixtures of the datasets' tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


@pytest.fixture
def store(home: Settings) -> DatasetStore:
    """The store of an empty installation."""
    return DatasetStore(home)


def _data(name: str, inside: str) -> Path:
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("SEGCORE_TEST_DATA") or beside) / name
    if not (folder / inside).is_dir():
        pytest.skip(f"the {name} data is not at {folder}; set SEGCORE_TEST_DATA to the folder that holds {name}/")
    return folder


@pytest.fixture(scope="session")
def desk_folder() -> Path:
    """The course's desk data: SEGCORE_TEST_DATA/desk, or ../shared/data/desk beside the repository."""
    return _data("desk", "images")


@pytest.fixture(scope="session")
def camvid_folder() -> Path:
    """CamVid in SegNet's folders: SEGCORE_TEST_DATA/camvid, or ../shared/data/camvid beside the repository."""
    return _data("camvid", "trainannot")
