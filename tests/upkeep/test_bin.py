"""One bin for datasets and runs: back by id or name, for good after 30 days, nothing that is needed now."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tiny_training import write_shapes

from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError, RunNotFound
from segcore.runs import Run, RunState, RunStore
from segcore.runs.bin import DELETED
from segcore.settings import Settings
from segcore.upkeep.bin import DAYS, Bin

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Bin:
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))})
    return Bin(DatasetStore(settings), RunStore(settings))


@pytest.fixture
def shapes(both: Bin, tmp_path: Path) -> str:
    if "shapes" not in both.datasets.names():
        both.datasets.import_path(write_shapes(tmp_path), "shapes")
    return "shapes"


def ended(both: Bin, name: str, state: RunState = RunState.FINISHED) -> Run:
    run = both.runs.create("train", config={}, name=name, dataset="shapes")
    both.runs.set_state(run.id, state)
    return run


def test_what_was_deleted_last_comes_first_and_comes_back_by_name(both: Bin, shapes: str) -> None:
    run = ended(both, "one")
    both.delete_dataset(shapes)
    both.runs.delete(run.id)
    assert [(e.sort, e.name, e.days_left) for e in both.entries()[:2]] == [
        ("training", "one", DAYS - 1),
        ("dataset", "shapes", DAYS - 1),
    ]
    assert both.restore("shapes").name == "shapes"
    assert both.restore(run.id).name == "one"
    with pytest.raises(RunNotFound, match="Nothing is called 'one'"):
        both.restore("one")


def test_two_of_one_name_must_be_named_by_id(both: Bin, shapes: str) -> None:
    del shapes
    for _ in range(2):
        both.runs.delete(ended(both, "twice").id)
    with pytest.raises(RunNotFound, match="More than one thing"):
        both.restore("twice")
    first, second = (entry.id for entry in both.entries() if entry.name == "twice")
    assert {both.restore(first).name, both.restore(second).name} == {"twice", "twice-2"}


def test_a_dataset_that_a_training_reads_stays(both: Bin, shapes: str) -> None:
    run = both.runs.create("train", config={}, name="reader", dataset=shapes)
    with pytest.raises(DatasetError, match="reader learns from it"):
        both.delete_dataset(shapes)
    both.runs.set_state(run.id, RunState.CANCELLED)
    assert run.id in [r.id for r in both.trained_on(shapes)]
    both.restore(both.delete_dataset(shapes))


def test_after_thirty_days_it_is_gone_for_good(both: Bin, shapes: str) -> None:
    old, young = ended(both, "old"), ended(both, "young")
    for run, days in ((old, DAYS + 0.01), (young, DAYS - 0.01)):
        both.runs.delete(run.id)
        _backdate_run(both.runs, run.id, days)
    note = both.datasets.root / ".bin" / both.delete_dataset(shapes) / "deleted.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"when": time.time() - (DAYS + 0.01) * DAY_S}))
    assert {entry.name for entry in both.empty()} == {"old", "shapes"}
    assert not _folder(both.runs, old).exists()
    assert _folder(both.runs, young).is_dir()
    assert "young" in [entry.name for entry in both.entries()]
    assert not note.exists()
    assert both.empty() == []


def _folder(runs: RunStore, run: Run) -> Path:
    folder = runs.folder(run.id)
    assert folder is not None
    return folder


def _backdate_run(runs: RunStore, run_id: str, days: float) -> None:
    client = runs._open()[0]
    client.restore_run(run_id)
    runs.set_tags(run_id, {DELETED: str(int((time.time() - days * DAY_S) * 1000))})
    client.delete_run(run_id)
