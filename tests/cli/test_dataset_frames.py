"""`segcore dataset frames`: from a video to a ZIP for an annotation tool."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from segcore.cli.datasets import app
from segcore.errors import ConfigError
from segcore.video.writer import VideoWriter


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bar that moves to the right, 30 frames."""
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with VideoWriter(path, 64, 48, fps=25) as writer:
        for number in range(30):
            frame = np.full((48, 64, 3), 90, np.uint8)
            frame[10:30, number : number + 8] = (220, 40, 40)
            writer.write(frame)
    return path


def test_frames_are_packed_with_their_places(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "task.zip"
    arguments = ["frames", str(video), "--out", str(out), "--count", "3", "--how", "even", "--classes", "ball, cup"]
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert [frame["name"] for frame in told["frames"]] == [f"clip_f{i:06d}.jpg" for i in (5, 15, 25)]
    with zipfile.ZipFile(out) as archive:
        assert {f"images/{frame['name']}" for frame in told["frames"]} < set(archive.namelist())
        assert [label["name"] for label in json.loads(archive.read("labels.json"))] == ["ball", "cup"]


@pytest.mark.parametrize(("more", "words"), [([], "--dataset or --classes"), (["--how", "best"], "even or different")])
def test_what_is_missing_is_named(video: Path, tmp_path: Path, more: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        CliRunner().invoke(app, ["frames", str(video), "--out", str(tmp_path / "t.zip"), *more], catch_exceptions=False)
