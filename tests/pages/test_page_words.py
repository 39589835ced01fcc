"""Sentences, names and small pictures that the pages make."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.common.charts import Series
from pages.common.pictures import class_bar, swatch, swatch_column, swatch_uri
from pages.common.widgets import md, progress_text
from pages.datasets.importing import free_name, importable
from pages.runs.compare import differing, over_minutes
from pages.training.presets import expected_seconds
from pages.training.verdict import level, more_time, weak
from pages.video.speed import table as speed_table
from segcore.classes import ClassTable
from segcore.runs import Progress, Run, RunState
from segcore.training.config import from_preset
from segcore.video.tradeoff import SpeedFigures, Tradeoff


@pytest.mark.parametrize(("miou", "word"), [(0.95, "Very good"), (0.8, "Good"), (0.6, "Fair"), (0.1, "Weak")])
def test_level(miou: float, word: str) -> None:
    assert level(miou).startswith(f"**{word}.**")


def test_weak_names_the_worst_first() -> None:
    (sentence,) = weak({"mouse": 0.5, "bear": 0.1, "box": 0.9})
    assert sentence.index("bear") < sentence.index("mouse")
    assert "box" not in sentence
    assert weak({"box": 0.9}) == ["Every class is found."]


def test_more_time_only_while_the_score_rose() -> None:
    assert more_time([0.1, 0.3, 0.5, 0.7, 0.9])
    assert more_time([0.1, 0.9, 0.9, 0.9, 0.9, 0.9]) == []
    assert more_time([0.5])


def test_progress_of_training_and_of_video() -> None:
    training = Progress(stage="epoch 3", done=0.45, total=1, rate=12.14, eta_s=90)
    assert progress_text(training) == "Epoch 3 · 45 % · 12.1 images/s · 1:30 left"
    video = Progress(stage="segmenting", done=120, total=400, unit="frames", rate=14.2, eta_s=20)
    assert progress_text(video) == "Segmenting · 120 of 400 frames · 14.2 frames/s · 0:20 left"
    joining = Progress(stage="joining", done=400, total=400, unit="frames", eta_s=5, note="40 % joined")
    assert progress_text(joining) == "Joining · 400 of 400 frames · 0:05 left · 40 % joined"
    assert progress_text(None) == "Starting"


def test_markdown_of_strangers_is_harmless() -> None:
    assert md("a_b") == "a\\_b"
    assert md("[x](y) `z`") == "\\[x\\]\\(y\\) \\`z\\`"


def test_free_name() -> None:
    assert free_name("My frames (1)", []) == "My-frames-1"
    assert free_name("desk", ["desk", "desk-2"]) == "desk-3"
    assert free_name("…", []) == "dataset"


def test_importable(tmp_path: Path) -> None:
    for name in ("a.zip", "b.txt", ".hidden"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert sorted(p.name for p in tmp_path.iterdir() if importable(p)) == ["a.zip", "folder"]


def test_differing_leaves_out_what_is_the_same() -> None:
    table = differing({"a": {"seed": "1", "crop": "256"}, "b": {"seed": "2", "crop": "256", "flip": "0.5"}})
    assert table.loc["seed"].tolist() == ["1", "2"]
    assert table.loc["flip"].tolist() == ["–", "0.5"]
    assert "crop" not in table.index


def test_over_minutes_adds_up_the_epochs() -> None:
    series = over_minutes(Series((1, 2, 3), (0.1, 0.2, 0.3)), Series((1, 2), (60, 120)))
    assert series == Series((1.0, 3.0), (0.1, 0.2))


def test_expected_seconds() -> None:
    assert expected_seconds(from_preset("d", "fast"), []) == 480
    notebook = from_preset("d", "notebook")
    assert expected_seconds(notebook, []) is None
    metrics = {"epoch/seconds": 100.0, "epoch/step": 250.0}
    past = Run(
        "1", "n", "train", RunState.FINISHED, "", "d", None, None, None, params={"preset": "notebook"}, metrics=metrics
    )
    assert expected_seconds(notebook, [past]) == 2500


def _pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_class_bar_is_divided_by_shares() -> None:
    classes = ClassTable.of(["background", "mouse"])
    row = _pixels(class_bar([3, 1], classes, width=100, height=2))[0]
    assert (row[:75] == 0).all()
    assert (row[75:] == (255, 0, 0)).all()
    assert _pixels(class_bar([0, 0], classes)).shape == (12, 600, 3)


def test_swatches_of_a_column_go_by_name() -> None:
    classes = ClassTable.of(["background", "mouse"])
    mouse = swatch_uri(classes[1])
    assert swatch_column(["mouse", "cat", "mouse"], classes) == [mouse, None, mouse]


def test_swatch_holds_the_colour() -> None:
    import base64

    text = swatch(ClassTable.of(["background", "mouse"])[1])
    svg = base64.b64decode(text.split("base64,")[1].rstrip(")")).decode()
    assert 'fill="#ff0000"' in svg


def test_speeds_stand_beside_each_other_with_what_was_measured() -> None:
    common = {"backend": "x"}
    speeds = {
        "standard": SpeedFigures(ms=284, miou=0.9495, network_size=(352, 640), alike=1, **common),
        "fast": SpeedFigures(ms=149, miou=None, network_size=(288, 512), labelled=0.52, alike=0.9956, **common),
    }
    known = Tradeoff(video="a|b.mp4", width=1920, height=1080, frames=60, speeds=speeds)
    lines = speed_table(known).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:8]]
    assert rows[0] == ["", "Standard", "Fast"]
    assert {r[0]: r[1:] for r in rows[2:]} == {
        "a frame": ["284 ms", "149 ms"],
        "frames/s": ["3.5", "6.7"],
        "mIoU": ["0.950", "–"],
        "as standard": ["100.0 % of pixels", "99.6 % of pixels"],
        "network sees": ["100 % of frames", "52 % of frames"],
        "at": ["640×352", "512×288"],
    }
    assert "60 frames" in lines[-1]
