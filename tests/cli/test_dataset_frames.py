"""`segcore dataset frames`: from a video to a ZIP for an annotation tool."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from segcore.cli.datasets import app
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError
from segcore.settings import Settings


@pytest.fixture
def video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEGCORE_HOME", str(tmp_path / "home"))
    return DatasetStore(Settings.from_env()).sample_video()


def test_frames_are_packed_with_their_places(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "task.zip"
    arguments = ["frames", str(video), "--out", str(out), "--count", "3", "--how", "even", "--classes", "ball, cup"]
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert [frame["name"] for frame in told["frames"]] == [f"sample-scene_f{i:06d}.jpg" for i in (45, 135, 225)]
    with zipfile.ZipFile(out) as archive:
        assert {f"images/{frame['name']}" for frame in told["frames"]} < set(archive.namelist())
        assert [label["name"] for label in json.loads(archive.read("labels.json"))] == ["ball", "cup"]


@pytest.mark.parametrize(("more", "words"), [([], "--dataset or --classes"), (["--how", "best"], "even or different")])
def test_what_is_missing_is_named(video: Path, tmp_path: Path, more: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        CliRunner().invoke(app, ["frames", str(video), "--out", str(tmp_path / "t.zip"), *more], catch_exceptions=False)
