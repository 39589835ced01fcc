"""A network is ready for its first video when its training ends."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from tiny_training import write_shapes

from segcore.cli import first_video, training
from segcore.cli.first_video import get_ready
from segcore.datasets.store import DatasetStore
from segcore.errors import BackendError
from segcore.inference import openvino_backend
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.runs.store import RunStore
from segcore.settings import Settings


@pytest.fixture
def store(installation: Path, tmp_path: Path) -> RunStore:
    """The runs of the installation, which has a dataset, too."""
    settings = Settings.from_env({"SEGCORE_HOME": str(installation)})
    datasets = DatasetStore(settings)
    if not datasets.exists("shapes"):
        datasets.import_path(write_shapes(tmp_path / "source"), "shapes")
    return RunStore(settings)


def test_nothing_is_converted_any_more_for_a_video_of_that_size(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.get("trained").id
    get_ready(store, run, "shapes")

    def refuse(*_: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(openvino_backend, "write_graph", refuse)
    shapes = DatasetStore(store.settings).open("shapes")
    predictor = predictor_for(TrainedNetwork.of_run(store, run), store.settings.home, backend="openvino")
    predictor.prepare(predictor.size_for(*shapes.size_of(shapes.pairs[0].stem)))


def test_what_cannot_be_made_ready_is_told_in_the_log(store: RunStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        get_ready(store, store.get("trained").id, "gone")
    assert "not made ready for videos" in caplog.text
    assert "gone" in caplog.text


@pytest.mark.parametrize("fault", [BackendError("no"), RuntimeError("a converter's"), OSError(28, "No space left")])
def test_a_training_has_ended_well_whatever_a_converter_says(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(first_video, "convert", fail)
    get_ready(store, store.get("trained").id, "shapes")
    assert str(fault) in caplog.text


@pytest.mark.parametrize(("seconds", "ready"), [(59.0, []), (61.0, [("shapes", False)]), (241.0, [("shapes", True)])])
def test_a_training_of_a_minute_is_worth_it_once_its_result_is_told(
    store: RunStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: float,
    ready: list[tuple[str, bool]],
) -> None:
    asked: list[tuple[str, bool]] = []

    def note(_store: RunStore, _run: str, dataset: str, *, int8: bool) -> None:
        assert '"status": "finished"' in capsys.readouterr().out
        asked.append((dataset, int8))

    result = SimpleNamespace(seconds=seconds, epochs=1, best_epoch=1, evaluation=SimpleNamespace(miou=0.5))
    monkeypatch.setattr(training, "train_in_run", lambda *_, **__: (result, store.get("trained").id))
    monkeypatch.setattr(training, "_verdict", lambda *_: "")
    monkeypatch.setattr(first_video, "get_ready", note)
    training.train("shapes", preset="fast", as_json=True)
    assert asked == ready
