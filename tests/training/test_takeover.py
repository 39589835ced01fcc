"""Starting from an earlier run: what is taken over, what it is told in, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from tiny_training import new_run, tiny, tiny_network

from segcore.classes import ClassTable
from segcore.datasets.store import Dataset, Split
from segcore.errors import ConfigError, RunNotFound, WeightsError
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.models.weights import load_arrays, model_arrays
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore
from segcore.training import parts
from segcore.training.initial import initial_network, joined, joined_rows
from segcore.training.schedule import learning_rate
from segcore.training.takeover import learned_frames, match_classes, plan, settings_from
from segcore.training.trainer import train


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is compiled in a second."""
    monkeypatch.setattr(parts, "build", tiny_network)


def trained(runs: RunStore, dataset: Dataset, **changes: object) -> Run:
    """A finished tiny training."""
    config = tiny(**{"epochs": 1, "steps_per_epoch": 2, "average": 0.0} | changes)
    run = new_run(runs, config)
    with runs.writer(run.id) as writer:
        train(config, dataset, writer, runs)
    return runs.get(run.id)


def renamed(dataset: Dataset, *names: str) -> Dataset:
    return replace(dataset, classes=ClassTable.of(names))


def test_classes_are_matched_by_name_and_spelling_counts_only_where_it_must() -> None:
    old = ClassTable.of(["background", "Cup", "pen", "cup"])
    assert match_classes(old, ClassTable.of(["background", "cup", "key"])) == {0: 0, 1: 3}
    assert match_classes(old, ClassTable.of(["PEN ", "cup", "CUP"])) == {0: 2, 1: 3, 2: 1}
    assert match_classes(old, ClassTable.of(["a", "b"])) == {}


def test_rows_of_known_classes_move_and_new_ones_stay_fresh() -> None:
    fresh, old = np.zeros((1, 1, 2, 3)), np.arange(8.0).reshape(1, 1, 2, 4)
    rows = joined_rows(fresh, old, -1, {0: 0, 2: 3})
    assert rows.tolist() == [[[[0, 0, 3], [4, 0, 7]]]]
    assert joined_rows(np.zeros(3), np.array([5.0, 6, 7, 8]), 0, {1: 2}).tolist() == [0, 7, 0]
    with pytest.raises(WeightsError, match="another form"):
        joined_rows(fresh, np.zeros((1, 1, 5, 4)), -1, {})


def test_last_layer_of_the_notebooks_network_has_its_classes_in_the_middle() -> None:
    image = keras.Input((4, 4, 5))
    model = keras.Model(image, keras.layers.Conv2DTranspose(2, 4, 2, "same", name="planes")(image))
    old = {"planes/kernel": np.full((4, 4, 3, 5), 7.0), "planes/bias": np.array([1.0, 2, 3])}
    made = joined(model, old, "planes", {1: 2})
    assert (made["planes/kernel"][:, :, 1] == 7).all()
    assert not (made["planes/kernel"][:, :, 0] == 7).any()
    assert made["planes/bias"].tolist() == [0, 3]


def test_training_further_begins_with_the_best_weights_of_the_run(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    config = settings_from(runs, parent.name, minutes=1)
    run = new_run(runs, config)
    spec = plan(runs, parent.id, shapes).network.spec
    model, _, tags = initial_network(tiny_network, config, spec, shapes, runs, run.id)
    best = load_arrays(runs.file(parent.id, BEST_WEIGHTS))
    for name, array in model_arrays(model).items():
        np.testing.assert_array_equal(array, best[name], err_msg=name)
    assert tags["segcore.start_from"] == parent.id
    assert tags["segcore.start_sha256"] == parent.tags[SHA256_TAG]


def test_other_classes_keep_what_has_the_same_name(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    names = shapes.classes.names
    fewer = renamed(shapes, names[2], "pen", names[0])
    taken = plan(runs, parent.id, fewer)
    assert (taken.kept, taken.fresh) == ((names[2], names[0]), ("pen",))
    assert "pen starts untrained" in taken.words
    spec = taken.network.spec.model_copy(update={"classes": fewer.classes})
    config = settings_from(runs, parent.id, minutes=1)
    model, _, _ = initial_network(tiny_network, config, spec, fewer, runs, new_run(runs, config).id)
    old, new = load_arrays(runs.file(parent.id, BEST_WEIGHTS)), model_arrays(model)
    np.testing.assert_array_equal(new["conv/kernel"], old["conv/kernel"])
    np.testing.assert_array_equal(new["classes/kernel"][..., 0], old["classes/kernel"][..., 2])
    np.testing.assert_array_equal(new["classes/kernel"][..., 2], old["classes/kernel"][..., 0])
    assert not np.array_equal(new["classes/kernel"][..., 1], old["classes/kernel"][..., 1])


def test_extended_run_is_a_new_one_that_records_where_it_came_from(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    before = runs.file(parent.id, BEST_WEIGHTS).read_bytes()
    child = trained(runs, shapes, start_from=parent.id, learning_rate=1e-5)
    assert child.tags["segcore.start_from"] == parent.id
    assert child.tags["segcore.start_sha256"] == parent.tags[SHA256_TAG]
    assert parent.name in child.tags["segcore.start_words"]
    assert float(child.tags["segcore.best_miou"]) >= float(parent.tags["segcore.best_miou"]) - 0.05
    assert runs.file(parent.id, BEST_WEIGHTS).read_bytes() == before


def test_resumed_training_does_not_need_the_run_it_started_from(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    config = tiny(epochs=1, steps_per_epoch=2, start_from=parent.id)
    run = new_run(runs, config)
    with runs.writer(run.id) as writer:
        train(config, shapes, writer, runs)
    runs.set_state(run.id, RunState.INTERRUPTED)
    runs.requeue(run.id)
    runs.delete(parent.id)
    with pytest.raises(RunNotFound):
        plan(runs, parent.id, shapes)
    with runs.writer(run.id) as writer:
        result = train(config.model_copy(update={"epochs": 2}), shapes, writer, runs, resume=True)
    assert result.epochs == 2
    assert runs.get(run.id).tags["segcore.start_from"] == parent.id


def test_frames_that_were_learned_and_are_now_scored_are_told(shapes: Dataset, runs: RunStore) -> None:
    grandparent = trained(runs, shapes)
    swapped = replace(shapes, split=Split(train=shapes.split.val, val=shapes.split.train))
    parent = trained(runs, swapped, start_from=grandparent.id)
    assert learned_frames(runs, runs.get(parent.id), "shapes") == {p.stem for p in shapes.pairs}
    assert learned_frames(runs, runs.get(parent.id), "another") == frozenset()
    assert plan(runs, grandparent.id, shapes).seen == ()
    taken = plan(runs, parent.id, shapes)
    assert taken.seen == tuple(p.stem for p in shapes.part("val"))
    assert "the scores will be too good" in taken.words


def test_frames_labelled_since_are_told(shapes: Dataset, runs: RunStore) -> None:
    few = replace(shapes, split=Split(train=shapes.split.train[:-2], val=shapes.split.val))
    taken = plan(runs, trained(runs, few).id, shapes)
    assert taken.unseen == tuple(shapes.split.train[-2:])
    assert "2 frames to learn from are new to it" in taken.words


def test_another_network_is_refused_by_name(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    with pytest.raises(ConfigError, match="Fast-SCNN"):
        plan(runs, parent.id, shapes, "fast_scnn")


def test_changed_weights_of_the_run_are_refused(shapes: Dataset, runs: RunStore) -> None:
    parent = trained(runs, shapes)
    runs.put_file(parent.id, BEST_WEIGHTS, b"other")
    with pytest.raises(WeightsError, match="SHA-256"):
        plan(runs, parent.id, shapes)


def test_settings_of_an_extension_are_the_runs_own_with_a_lower_rate(runs: RunStore) -> None:
    old = tiny(batch_size=3, seed=5)
    run = runs.create("train", config=json.loads(old.model_dump_json()), dataset="shapes")
    config = settings_from(runs, run.id, minutes=5)
    assert (config.batch_size, config.crop, config.geometry) == (3, (64, 64), old.geometry)
    assert (config.minutes, config.epochs, config.seed) == (5, None, 0)
    assert config.start_from == run.id
    assert config.learning_rate == pytest.approx(old.learning_rate / 4)
    assert config.warm_up < old.warm_up


def test_settings_for_another_dataset_keep_only_what_belongs_to_the_network(runs: RunStore) -> None:
    run = new_run(runs, tiny(batch_size=3, architecture="fast_scnn"))
    config = settings_from(runs, run.id, dataset="desk", preset="balanced", learning_rate=1e-3)
    assert (config.dataset, config.preset, config.architecture) == ("desk", "balanced", "fast_scnn")
    assert config.geometry.long_side == 96
    assert config.batch_size == 8
    assert config.learning_rate == 1e-3


def test_rate_rises_over_the_warm_up_that_is_set() -> None:
    assert learning_rate(0.03, 1.0, "one_cycle", 0.03) == pytest.approx(1.0)
    assert learning_rate(0.015, 1.0, "one_cycle", 0.03) == pytest.approx(0.55)
    assert learning_rate(0.0, 1.0, "one_cycle", 0.0) == pytest.approx(1.0)
