"""The fixed validation frames: kept in parts, laid over each other again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.classes import ClassTable
from segcore.errors import RunError
from segcore.runs.store import RunStore
from segcore.training.pictures import (
    LONGEST,
    RIGHT,
    complete_epochs,
    compose,
    epoch_files,
    epochs,
    error_legend,
    error_map,
    fixed_frame,
    fixed_frames,
    frame_files,
    label_file,
    labels,
)

CLASSES = ClassTable.of(["background", "mouse", "bear"])


def test_error_map_by_hand() -> None:
    truth = np.array([[0, 1, 1, 0, 1, 255]], np.uint8)
    predicted = np.array([[0, 1, 0, 2, 2, 1]], np.uint8)
    assert error_map(predicted, truth).tolist() == [[0, 0, 1, 2, 3, 255]]


LABELS = arrays(np.uint8, (5, 6), elements=st.sampled_from([0, 1, 2]))


@given(LABELS, LABELS)
def test_an_error_is_where_labels_differ(predicted: np.ndarray, truth: np.ndarray) -> None:
    found = error_map(predicted, truth)
    np.testing.assert_array_equal(found != RIGHT, predicted != truth)
    np.testing.assert_array_equal(error_map(truth, predicted) == 1, found == 2)  # what one misses the other invents


def test_layers_by_hand() -> None:
    """A grey frame of one row: background, a mouse that was found, a mouse that was missed, an unscored pixel."""
    image = np.full((1, 4, 3), 90, np.uint8)
    truth, predicted = np.array([[0, 1, 1, 255]], np.uint8), np.array([[0, 1, 0, 0]], np.uint8)

    def row(layer: str) -> list[list[int]]:
        return compose(image, predicted, truth, CLASSES, layer)[0].tolist()  # type: ignore[arg-type]

    dark, tinted = [45, 45, 45], [200, 30, 30]  # 90·(1 − 128/255) and 90·(1 − 170/255) + (255, 0, 0)·170/255
    assert row("image") == image[0].tolist()
    assert row("prediction") == [dark, tinted, dark, dark]
    truth_row = row("truth")
    assert truth_row[:3] == [dark, tinted, tinted]
    assert truth_row[3] == [115, 124, 124]
    errors = row("errors")
    assert errors[0] == errors[1] == [37, 37, 37]
    assert np.abs(np.subtract(errors[2], (213, 94, 0))).max() < 16  # the colour of "missed", nearly opaque
    assert errors[3] == [115, 124, 124]


def test_labels_of_another_size_are_fitted_to_the_frame() -> None:
    image, small = np.zeros((4, 6, 3), np.uint8), np.array([[0, 1]], np.uint8)
    looked = compose(image, small, small, CLASSES, "prediction")
    assert (looked[:, 3:, 0] == 170).all()
    assert not looked[:, :3].any()


def test_a_large_frame_is_kept_small_in_the_proportions_of_its_mask() -> None:
    truth = np.zeros((900, 1600), np.uint8)
    truth[:, 800:] = 2
    frame = fixed_frame(0, "a", np.full((64, 64, 3), 7, np.uint8), truth)
    assert frame.image.shape == (360, LONGEST, 3)
    assert np.unique(frame.truth).tolist() == [0, 2]
    small = fixed_frame(0, "a", np.zeros((8, 8, 3), np.uint8), np.zeros((30, 40), np.uint8))
    assert small.truth.shape == (30, 40)


def test_what_is_kept_comes_back(runs: RunStore) -> None:
    run = runs.create("train", config={})
    assert fixed_frames(runs, run.id) == []
    assert epochs(runs, run.id) == []
    rng = np.random.default_rng(0)
    truths = [rng.integers(0, 3, (40, 60), np.uint8) for _ in range(2)]
    truths[1][:3] = 255
    frames = [fixed_frame(k, f"f{k}", np.full((40, 60, 3), 50 * k, np.uint8), t) for k, t in enumerate(truths)]
    predictions = [rng.integers(0, 3, (40, 60), np.uint8) for _ in range(2)]
    for name, data in (frame_files(frames) | epoch_files(12, frames, predictions)).items():
        runs.put_file(run.id, name, data)
    back = fixed_frames(runs, run.id)
    assert [(f.number, f.stem) for f in back] == [(0, "f0"), (1, "f1")]
    for made, found, predicted in zip(frames, back, predictions, strict=True):
        np.testing.assert_array_equal(found.truth, made.truth)
        assert np.abs(found.image.astype(int) - made.image).max() <= 2
        np.testing.assert_array_equal(labels(runs, run.id, 12, found.number), predicted)
    assert epochs(runs, run.id) == [12]
    with pytest.raises(RunError, match="has no file"):
        labels(runs, run.id, 13, 0)
    runs.put_file(run.id, label_file(13, 0), b"torn")
    assert epochs(runs, run.id) == [12]
    with pytest.raises(RunError, match="damaged"):
        labels(runs, run.id, 13, 0)


def test_an_epoch_counts_when_all_its_frames_are_there() -> None:
    names = ["validation/truth-0.png", "validation/truth-1.png", label_file(2, 0), label_file(2, 1), label_file(10, 1)]
    assert complete_epochs([*names, "validation/other.png"]) == [2]
    assert complete_epochs([*names, label_file(10, 0)]) == [2, 10]


def test_the_legend_speaks_of_the_first_class() -> None:
    street = ClassTable.of(["sky", "road"])
    assert [(name, meaning) for name, _, meaning in error_legend(street)] == [
        ("missed", "taken for sky"),
        ("invented", "truly sky"),
        ("mixed up", "another class than it is"),
    ]
