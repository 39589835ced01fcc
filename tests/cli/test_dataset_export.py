"""`segcore dataset export`: every format, what it loses, and its progress."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from segcore.cli.datasets import app
from segcore.datasets.formats import writers
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError
from segcore.settings import Settings


@pytest.fixture
def rings(tmp_path: Path, home: Settings) -> DatasetStore:
    """A dataset `rings`: a ring of class 1 whose hole shows the background, and one ignored pixel."""
    labels = np.zeros((9, 9), np.uint8)
    labels[2:7, 2:7] = 1
    labels[4, 4] = 0
    labels[0, 0] = 255
    for folder, pixels in (("images", np.zeros((9, 9, 3), np.uint8)), ("masks", labels)):
        (tmp_path / "in" / folder).mkdir(parents=True)
        for number in range(2):
            Image.fromarray(pixels + np.uint8(number * (folder == "images"))).save(
                tmp_path / "in" / folder / f"{number}.png"
            )
    store = DatasetStore(home)
    store.import_path(tmp_path / "in", "rings")
    return store


@pytest.mark.usefixtures("rings")
@pytest.mark.parametrize("format_name", list(writers()))
def test_a_zip_and_what_is_lost(tmp_path: Path, format_name: str) -> None:
    arguments = ["export", "rings", "--format", format_name, "--out", str(tmp_path), "--json", "--progress-json"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    name = "rings.zip" if format_name == "folders" else f"rings-{format_name}.zip"
    assert (told["name"], told["format"], told["path"]) == ("rings", format_name, str(tmp_path / name))
    assert (tmp_path / name).is_file()
    lost = {"yolo": ["2 ignored pixels", "2 pixels in 2 frames"], "coco": ["2 ignored pixels"]}.get(format_name, [])
    assert [warning[: len(words)] for warning, words in zip(told["warnings"], lost, strict=True)] == lost
    steps = [json.loads(line) for line in done.stderr.splitlines()]
    assert (steps[0]["done"], steps[-1]) == (1, {"done": 2, "total": 2, "stage": "writing"})


def test_people_read_warnings_too(rings: DatasetStore, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["export", "rings", "--format", "yolo", "--out", str(tmp_path / "x.zip")])
    assert "x.zip" in done.output
    assert "no holes" in done.output
    assert rings.open("rings").pairs


def test_an_unknown_format_leaves_nothing(rings: DatasetStore, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"Unknown format 'xml'\. Known: folders, cvat, voc"):
        rings.export("rings", tmp_path / "out" / "x.zip", "xml")
    assert not (tmp_path / "out").exists()
