"""`segcore dataset check|split|classes` as a program and a person use them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from segcore.cli.datasets import app
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError, DatasetError
from segcore.settings import Settings


@pytest.fixture
def filled(home: Settings, tmp_path: Path) -> DatasetStore:
    """24 frames with classes table, cat, dog and cup."""
    rng = np.random.default_rng(0)
    for folder in ("images", "masks"):
        (tmp_path / "in" / folder).mkdir(parents=True)
    (tmp_path / "in" / "classes.txt").write_text("table\ncat\ndog\ncup\n")
    for number in range(24):
        picture = rng.integers(0, 256, (32, 32, 3)).astype(np.uint8)
        labels = np.repeat(np.arange(4, dtype=np.uint8), 8)[:, None].repeat(32, 1)
        Image.fromarray(picture).save(tmp_path / "in" / "images" / f"f_{number:02d}.png")
        Image.fromarray(labels).save(tmp_path / "in" / "masks" / f"f_{number:02d}.png")
    store = DatasetStore(home)
    store.import_path(tmp_path / "in", "d")
    return store


def _run(*args: str) -> str:
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def _json(*args: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(*args, "--json").strip().splitlines()[-1])
    return answer


@pytest.mark.usefixtures("filled")
def test_check_tells_programs_and_people() -> None:
    answer = _json("check", "d")
    assert [c["name"] for c in answer["classes"]] == ["table", "cat", "dog", "cup"]
    finding = answer["findings"][0]
    assert set(finding) == {"code", "level", "title", "detail", "advice", "stems", "class_id"}
    assert finding["code"] == "sizes"
    assert "32×32 (24)" in _run("check", "d")
    assert "25.00%  in 24 frames  cat" in _run("check", "d")


@pytest.mark.usefixtures("filled")
def test_check_can_measure_again_with_progress_for_pages(capfd: pytest.CaptureFixture[str]) -> None:
    args, sys.argv = sys.argv, ["segcore"]
    try:
        app(["check", "d", "--measure", "--json", "--progress-json"], standalone_mode=False)
    finally:
        sys.argv = args
    out, err = capfd.readouterr()
    assert json.loads(out.strip().splitlines()[-1])["name"] == "d"
    last = json.loads(err.strip().splitlines()[-1])
    assert (last["done"], last["total"], last["stage"]) == (24, 24, "measuring frames")


def test_split_is_kept(filled: DatasetStore) -> None:
    answer = _json("split", "d", "--val-share", "0.25", "--block", "3", "--gap", "1", "--seed", "7")
    split = filled.open("d").split
    assert (answer["block"], answer["gap"], answer["seed"], answer["method"]) == (3, 1, 7, "blocks")
    assert tuple(answer["val"]) == split.val
    assert len(answer["train"]) + len(answer["val"]) + len(answer["left_out"]) == 24
    assert "frames to train on" in _run("split", "d")


def test_split_by_folds_and_groups(filled: DatasetStore) -> None:
    assert _json("split", "d", "--folds", "3", "--fold", "2")["fold"] == [2, 3]
    assert _json("split", "d", "--folds", "3")["fold"] == [1, 3]
    assert _json("split", "d", "--groups", "f_(.)")["method"] == "groups"
    assert set(filled.open("d").groups.values()) == {"0", "1", "2"}


def test_classes_are_changed_and_taken_back(filled: DatasetStore) -> None:
    args = ["--merge", "cat,dog=cup", "--rename", "cup=thing", "--color", "cup=#010203"]
    answer = _json("classes", "d", *args)
    assert answer["classes"][1] == {"id": 1, "name": "thing", "color": "#010203"}
    assert answer["target"] == [0, 1, 1, 1]
    assert answer["can_undo"] == 1
    assert "thing" in _run("classes", "d")
    assert _json("classes", "d", "--undo")["can_undo"] == 0
    assert filled.open("d").classes.names == ["table", "cat", "dog", "cup"]


def test_classes_by_id_are_those_before_the_command(filled: DatasetStore) -> None:
    assert _json("classes", "d", "--drop", "1", "--drop", "3")["target"] == [0, 255, 1, 255]
    _run("classes", "d", "--undo")
    assert _json("classes", "d", "--background", "cup", "--rename", "0=old")["target"] == [1, 2, 3, 0]
    assert filled.open("d").classes.names == ["cup", "old", "cat", "dog"]
    assert _json("classes", "d", "--order", "old,dog,cat,cup")["target"] == [0, 2, 1, 3]


def test_two_names_can_be_exchanged(filled: DatasetStore) -> None:
    _run("classes", "d", "--rename", "cat=dog", "--rename", "dog=cat", "--safe-colors")
    classes = filled.open("d").classes
    assert classes.names == ["table", "dog", "cat", "cup"]
    assert classes[1].color == "#e69f00"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("args", "error", "word"),
    [
        (["classes", "d", "--rename", "cat"], ConfigError, "OLD=NEW"),
        (["classes", "d", "--drop", "goat"], DatasetError, "no class 'goat'"),
        (["classes", "d", "--merge", "cat=dog", "--drop", "cat"], DatasetError, "any more"),
        (["classes", "d", "--undo"], DatasetError, "no change"),
        (["classes", "d", "--undo", "--safe-colors"], ConfigError, "alone"),
        (["split", "d", "--fold", "2"], ConfigError, "of how many"),
        (["split", "d", "--gap", "30"], DatasetError, "gap of 30"),
        (["split", "d", "--val-share", "2"], DatasetError, "between 0 and 1"),
        (["split", "d", "--groups", "["], DatasetError, "not a pattern"),
    ],
)
def test_what_cannot_be_is_said(args: list[str], error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        CliRunner().invoke(app, args, catch_exceptions=False)
