"""Hidden work folders: gone at the end, swept when their process is gone, left alone while it lives."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from segcore.datasets.staging import publish, staging
from segcore.errors import DatasetExists
from segcore.temporary import STAGING, sweep


def test_the_folder_is_gone_whatever_happens(tmp_path: Path) -> None:
    def work() -> None:
        with staging(tmp_path) as folder:
            (folder / "x").write_text("x")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        work()
    assert list(tmp_path.iterdir()) == []


def test_living_work_is_left_alone_and_dead_work_swept(tmp_path: Path) -> None:
    with staging(tmp_path) as folder:
        parts = folder.name.split("~")
        dead = tmp_path / "~".join([*parts[:2], "4194303", *parts[3:]])
        reused = tmp_path / "~".join([*parts[:3], "1000", parts[4]])
        foreign = tmp_path / "~".join([parts[0], "elsewhere", *parts[2:]])
        for path in (dead, reused, foreign):
            path.mkdir()
        assert set(sweep(tmp_path, STAGING)) == {dead, reused}
        assert folder.is_dir()
        assert foreign.is_dir()
    assert time.time() - foreign.stat().st_mtime < 60


def test_publish_never_replaces(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()
    (tmp_path / "new").mkdir()
    with pytest.raises(DatasetExists, match="taken"):
        publish(tmp_path / "new", tmp_path / "taken")
