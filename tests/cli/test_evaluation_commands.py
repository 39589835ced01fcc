"""`segcore evaluate --report` and `segcore folds` on a tiny training, through the commands themselves."""

from __future__ import annotations

import json

import pytest
from tiny_training import new_run, tiny, tiny_network
from typer.testing import CliRunner

import segcore.cli as cli
from segcore.cli import folds as folds_command
from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import RunError
from segcore.evaluation.metrics import Evaluation
from segcore.evaluation.report import Report
from segcore.models import registry
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training import parts, trainer
from segcore.training.config import TrainConfig
from segcore.training.folds import create_series, series_of, series_runs


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is built in a second."""
    for room in (parts, registry):
        monkeypatch.setattr(room, "build", tiny_network)


def trained(runs: RunStore, dataset: Dataset, run_id: str = "") -> str:
    run_id = run_id or new_run(runs, tiny(epochs=1, steps_per_epoch=2)).id
    config = TrainConfig.model_validate(runs.config(run_id))
    with runs.writer(run_id) as writer:
        trainer.train(config, dataset, writer, runs)
    return run_id


def call(*arguments: str) -> dict:
    cli._attach()
    done = CliRunner().invoke(cli.app, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    answer: dict = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def test_report_is_kept_and_agrees_with_what_the_training_said(shapes: Dataset, home: Settings) -> None:
    runs = RunStore(home)
    run = trained(runs, shapes)
    said = Evaluation.from_json(json.loads(runs.file(run, "evaluation.json").read_text()))
    plain = call("evaluate", run, "--backend", "tensorflow")
    kept = call("evaluate", run, "--backend", "tensorflow", "--report")
    assert plain["miou"] == pytest.approx(said.miou, abs=1e-4)
    assert {key: kept[key] for key in plain} == plain
    report = Report.model_validate_json(runs.file(run, kept["report"]).read_text())
    assert report.subject.split == "val"
    assert report.means["miou"].value == plain["miou"]
    assert runs.has_file(run, report.images[0].picture)
    averaged = call("evaluate", run, "--backend", "tensorflow", "--report", "--flip", "--scales", "1,1.5")
    again = Report.model_validate_json(runs.file(run, averaged["report"]).read_text())
    assert again.subject.averaged
    assert again.subject.scales == (1.0, 1.5)


def test_frames_are_those_that_the_training_did_not_see(shapes: Dataset, home: Settings) -> None:
    """Also where the dataset was split anew since."""
    runs = RunStore(home)
    run = trained(runs, shapes)
    before = [pair.stem for pair in shapes.part("val")]
    DatasetStore(home).split_again("shapes", seed=7, val_share=0.4)
    assert [pair.stem for pair in DatasetStore(home).open("shapes").part("val")] != before
    scored = call("evaluate", run, "--backend", "tensorflow")
    assert [image["stem"] for image in scored["images"]] == before


def test_folds_are_trained_scored_and_put_together(
    shapes: Dataset, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = RunStore(home)

    def at_once(store: RunStore, series: list, number: int, on_progress: object) -> None:
        """Stands for a process of its own."""
        del store, on_progress
        trained(runs, shapes, series[number].id)

    monkeypatch.setattr(folds_command, "_train", at_once)
    changes = [
        f"--set={key}={json.dumps(tiny().model_dump(mode='json')[key])}" for key in ("geometry", "crop", "augment")
    ]
    done = call(
        "folds", "shapes", "--folds", "2", "--epochs", "1",
        *changes, "--set=pretrained=false", "--set=batch_size=2", "--set=steps_per_epoch=1",
    )  # fmt: skip
    stems = sorted(image["stem"] for image in done["images"])
    assert stems == sorted(pair.stem for pair in shapes.pairs)
    assert [part["images"] for part in done["folds"]] == [5, 5]
    members = series_runs(runs, done["series"])
    for run in members:
        report = Report.model_validate_json(runs.file(run.id, "evaluation/report-folds.json").read_text())
        assert report.means["miou"].value == done["miou"]
        assert {image.run for image in report.images} == {member.id for member in members}
    assert DatasetStore(home).open("shapes").split == shapes.split


def test_a_series_is_made_once_however_often_one_asks(home: Settings) -> None:
    runs = RunStore(home)
    first = create_series(runs, tiny(), 3, key="one form")
    again = create_series(runs, tiny(), 3, key="one form")
    assert [run.id for run in first] == [run.id for run in again]
    assert [runs.config(run.id)["fold"] for run in first] == [[1, 3], [2, 3], [3, 3]]
    assert [run.id for run in series_runs(runs, series_of(first[0]) or "")] == [run.id for run in first]
    runs.set_state(first[1].id, RunState.CANCELLED)
    runs.delete(first[1].id)
    with pytest.raises(LookupError, match="deleted"):
        series_runs(runs, "one form")


def test_a_fold_that_failed_ends_the_series_with_its_reason(home: Settings) -> None:
    """Its dataset is not there."""
    runs = RunStore(home)
    series = create_series(runs, tiny(epochs=1), 2)
    with pytest.raises(RunError, match="No dataset 'shapes'"):
        call("folds", "--series", series[1].name)
    assert {runs.get(run.id).state for run in series} == {RunState.CANCELLED}
