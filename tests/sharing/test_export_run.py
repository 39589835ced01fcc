"""An export is compared on the run's own frames, and its card's ten lines of Python work without segcore."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from small_run import CLASSES

from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError
from segcore.inference.export import FORMATS
from segcore.inference.load import load_predictor
from segcore.runs import Run, RunStore
from segcore.sharing.export import export_run, percent
from segcore.sharing.frames import check_frames, spread
from segcore.sharing.target import Target


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_cards_code_labels_a_picture_as_the_run_does(
    store: RunStore, trained: Run, fmt: str, tmp_path: Path
) -> None:
    """Also where labels are inside, for every other format: their code is another."""
    labels = fmt in ("litert", "keras")
    made = export_run(store, trained.name, fmt, tmp_path / "out", labels=labels)
    assert made.frames.names == ("c", "f")
    assert made.frames.own
    picture = DatasetStore(store.settings).open("cups").part("all")[2].image
    (tmp_path / "out" / "frame.jpg").write_bytes(picture.read_bytes())
    code = re.findall(r"```python\n(.*?)```", (tmp_path / "out" / "model_card.md").read_text("utf-8"), re.DOTALL)[0]
    assert "segcore" not in code
    assert len(code.splitlines()) <= 15
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "out", env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    colors = cv2.imread(str(tmp_path / "out" / "labels.png"))[..., ::-1]
    expected, _ = load_predictor(store, trained.id).predict(cv2.imread(str(picture))[None, ..., ::-1])
    assert len(np.unique(expected)) > 1
    assert (colors == CLASSES.color_table()[expected[0]]).all(-1).mean() > 0.99


def test_a_zip_holds_network_card_and_classes(store: RunStore, trained: Run, tmp_path: Path) -> None:
    made = export_run(store, trained.id, "saved_model", tmp_path / "cups.zip")
    assert list(tmp_path.iterdir()) == [made.path]
    with zipfile.ZipFile(made.path) as archive:
        assert {"cups/saved_model.pb", "cups/model_card.md", "cups/classes.json"} <= set(archive.namelist())
    assert made.as_dict()["agreement"] > 0.99


def test_drawn_frames_stand_in_where_the_dataset_is_gone(store: RunStore, trained: Run) -> None:
    from dataclasses import replace

    gone = check_frames(store, replace(trained, dataset="lost"), None)
    assert not gone.own
    assert "dataset lost is not here" in gone.source
    assert gone.frames[0].shape == (1080, 1920, 3)


def test_frames_are_scaled_to_the_size_that_is_asked_for(store: RunStore, trained: Run) -> None:
    found = check_frames(store, trained, (32, 40))
    assert {frame.shape for frame in found.frames} == {(32, 40, 3)}
    assert check_frames(store, trained, None).frames[0].shape == (64, 96, 3)


def test_frames_are_spread_over_all() -> None:
    assert spread("abc", 6) == ["a", "b", "c"]
    assert spread("abcdefghijk", 6) == ["a", "c", "e", "g", "i", "k"]


def test_where_an_export_goes() -> None:
    onnx, folder = FORMATS["onnx"], FORMATS["saved_model"]
    file = Target.of(Path("x/net.onnx"), onnx)
    assert (file.network, file.card) == (Path("x/net.onnx"), Path("x/net.model_card.md"))
    assert Target.of(Path("x/net"), onnx).network == Path("x/net/model.onnx")
    assert (Target.of(Path("x/net"), folder).network, Target.of(Path("x/net"), folder).inside) == (Path("x/net"), ".")
    with pytest.raises(ConfigError, match=r"ends in \.onnx"):
        Target.of(Path("net.tflite"), onnx)


def test_shares_are_not_rounded_up() -> None:
    assert [percent(s) for s in (1.0, 0.999999, 0.99)] == ["100.00 %", "99.99 %", "99.00 %"]
