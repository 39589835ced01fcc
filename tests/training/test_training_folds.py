"""A training on a fold: which frames it sees, that the dataset stays as it is, and what the run records."""

from __future__ import annotations

import json

import pytest
from tiny_training import new_run, tiny, tiny_network

from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import DatasetError
from segcore.runs.store import RunStore
from segcore.training import parts, trainer
from segcore.training.folds import fold_splits, in_fold


def test_every_frame_is_scored_in_one_fold_and_never_learned_from_there(shapes: Dataset) -> None:
    splits = fold_splits(shapes, 5)
    scored = [stem for split in splits for stem in split.val]
    assert sorted(scored) == sorted(pair.stem for pair in shapes.pairs)
    for number, split in enumerate(splits, start=1):
        assert split.fold == (number, 5)
        assert not set(split.train) & set(split.val)


def test_without_a_fold_the_dataset_is_the_same(shapes: Dataset) -> None:
    assert in_fold(shapes, None) is shapes


@pytest.mark.parametrize("fold", [(0, 3), (4, 3)])
def test_a_fold_that_is_none_is_refused(shapes: Dataset, fold: tuple[int, int]) -> None:
    with pytest.raises(DatasetError, match="from 1 to 3"):
        in_fold(shapes, fold)


def test_a_training_learns_from_its_fold_alone(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "build", tiny_network)
    config = tiny(fold=(2, 3), epochs=1, steps_per_epoch=1)
    run = new_run(runs, config)
    with runs.writer(run.id) as writer:
        result = trainer.train(config, shapes, writer, runs)
    expected = fold_splits(shapes, 3)[1]
    recorded = json.loads(runs.file(run.id, "split.json").read_text())
    assert recorded == {"train": list(expected.train), "val": list(expected.val)}
    assert [stem for stem, _ in result.evaluation.images] == list(expected.val)
    assert runs.config(run.id)["fold"] == [2, 3]
    assert DatasetStore(runs.settings).open("shapes").split == shapes.split
