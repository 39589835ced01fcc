"""Areas with error bars: by hand, and whether they hold the truth on the sample scene."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.datasets.sample.scene import CLASSES, sample_scene
from segcore.evaluation.metrics import confusion_matrix
from segcore.knowledge.area_corrections import moved_borders, rows_of, unmixed
from segcore.knowledge.corrected_areas import area_table, independent, learn_areas


def test_a_known_mixture_is_unmixed() -> None:
    matrix = np.array([[0.95, 0.05], [0.1, 0.9]])
    true = np.array([[0.6, 0.4], [1.0, 0.0], [0.05, 0.95]])
    np.testing.assert_allclose(unmixed(true @ matrix, matrix), true, atol=2e-3)


@given(st.integers(2, 6), st.integers(0, 2**31))
def test_corrected_areas_are_shares_and_what_was_not_predicted_stays_absent(classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    predicted = rng.dirichlet(np.ones(classes), 5)
    predicted[0, 1:] += predicted[0, 0] / (classes - 1)
    predicted[0, 0] = 0
    found = unmixed(predicted, rows_of(rng.integers(0, 100, (classes, classes)) + 300 * np.eye(classes)))
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-9)
    assert found[0, 0] == 0


def test_borders_that_lie_off_are_moved_by_the_root_of_the_area() -> None:
    predicted = np.array([[0.75, 0.25, 0.0], [0.91, 0.09, 0.0], [1.0, 0.0, 0.0]])
    found = moved_borders(predicted, np.array([0.0, -0.1, 0.5]), np.zeros(3))
    np.testing.assert_allclose(found[0], np.array([0.75, 0.2, 0]) / 0.95)
    np.testing.assert_allclose(found[1], np.array([0.91, 0.06, 0]) / 0.97)
    assert found[2].tolist() == [1, 0, 0]


def test_an_object_that_becomes_small_is_not_corrected_by_what_a_large_one_needs() -> None:
    def frame(share: float, rim: float) -> np.ndarray:
        """Thousandths of the frame; a rim of background around the object is taken for it."""
        return np.array([[1000 * (1 - share) - rim, rim], [0, 1000 * share]])

    shares = (0.16, 0.2, 0.25, 0.3, 0.18, 0.22)
    model = learn_areas(np.stack([frame(share, 20 * share**0.5) for share in shares]))
    assert model.correction == "borders"
    small = frame(0.01, 20 * 0.1) / 1000
    predicted = small.sum(0)[None]
    assert model.apply(predicted).corrected[0, 1] == pytest.approx(0.01, abs=0.0015)
    assert unmixed(predicted, model.matrix)[0, 1] < 0.002  # all but gone


def test_classes_taken_for_each_other_are_unmixed() -> None:
    mixed = [np.array([[0.9 * a, 0.1 * a], [0.2 * (1000 - a), 0.8 * (1000 - a)]]) for a in range(100, 900, 80)]
    model = learn_areas(np.stack(mixed))
    assert model.correction == "mixtures"
    assert model.apply(np.array([[0.9 * 0.5 + 0.2 * 0.5, 0.1 * 0.5 + 0.8 * 0.5]])).corrected[0, 0] == pytest.approx(
        0.5, abs=1e-3
    )


def test_neighbours_that_err_alike_count_as_fewer() -> None:
    assert independent(np.array([1.0, -1.0, 1.0, -1.0])) == 4
    assert independent(np.array([1.0, 1, 1, -1, -1, -1])) == 3  # r = 1/2: worth 2, but never fewer than 3
    blocks = np.repeat([1.0, -1.0, -1.0, 1.0, 1.0, -1.0], 4)  # r = (18 - 3)/24 - the pairs at the seams
    assert independent(blocks) == pytest.approx(24 * (1 - 17 / 24) / (1 + 17 / 24))
    assert independent(np.zeros(0)) == 0


def test_a_class_without_truth_is_answered_as_itself() -> None:
    assert rows_of(np.array([[3.0, 1.0], [0.0, 0.0]])).tolist() == [[0.75, 0.25], [0, 1]]


def test_perfect_validation_leaves_areas_as_they_are() -> None:
    confusions = np.stack([np.diag([80, 20]), np.diag([60, 40]), np.diag([90, 10])])
    predicted = np.array([[0.7, 0.3], [1.0, 0.0]])
    areas = learn_areas(confusions).apply(predicted)
    for values in (areas.corrected, areas.low, areas.high):
        np.testing.assert_allclose(values, predicted, atol=1e-12)


def test_too_few_images_and_unknown_classes_have_no_interval() -> None:
    two = learn_areas(np.stack([np.diag([80, 20])] * 2)).apply(np.array([[0.7, 0.3]]))
    assert np.isnan([two.low, two.high]).all()
    assert two.corrected.tolist() == [[0.7, 0.3]]
    never = learn_areas(np.stack([np.diag([80, 20, 0])] * 4)).apply(np.array([[0.5, 0.3, 0.2], [0.7, 0.3, 0.0]]))
    assert np.isnan(never.low[:, 2]).all()
    assert not np.isnan(never.low[:, :2]).any()
    none = learn_areas(np.zeros((0, 2, 2), np.int64)).apply(np.array([[0.7, 0.3]]))
    assert np.isnan(none.low).all()
    assert none.corrected.tolist() == [[0.7, 0.3]]


def test_an_overlooked_class_may_be_as_large_as_those_overlooked_before() -> None:
    seen, missed = np.array([[90, 0], [0, 10]]), np.array([[95, 0], [5, 0]])
    areas = learn_areas(np.stack([seen, seen, seen, missed])).apply(np.array([[1.0, 0.0]]))
    assert (areas.corrected[0, 1], areas.low[0, 1]) == (0, 0)
    assert areas.high[0, 1] == pytest.approx(0.05)


def test_rows_of_the_table() -> None:
    model = learn_areas(np.stack([np.diag([80, 20])] * 3))
    table = area_table([4, 5], [0.4, 0.5], np.array([[70, 30], [100, 0]]), ["background", "cat"], model)
    assert table["frame"].tolist() == [4, 4, 5, 5]
    assert table["class"].tolist() == ["background", "cat"] * 2
    assert table["area_corrected"].tolist() == pytest.approx([70, 30, 100, 0])
    assert table["area_high"].tolist() == pytest.approx([70, 30, 100, 0])


# --- the sample scene ---------------------------------------------------------------------------------------

SIZE = (135, 240)


def scene_labels(times: np.ndarray) -> list[np.ndarray]:
    scene = sample_scene()
    return [cv2.resize(scene.draw(t)[1], SIZE[::-1], interpolation=cv2.INTER_NEAREST_EXACT) for t in times]


def segmented(labels: np.ndarray, rng: np.random.Generator, wider: float) -> np.ndarray:
    """What a network may make of exact labels: outlines `wider` pixels off, ragged, some small things missed."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    ragged = cv2.GaussianBlur(rng.normal(size=(*SIZE, 2)).astype(np.float32), (0, 0), 3)
    ragged /= ragged.std()
    off, found = rng.normal(wider, 0.35), np.zeros_like(labels)
    for class_id in range(1, len(CLASSES)):
        count, regions = cv2.connectedComponents((labels == class_id).astype(np.uint8))
        for region in range(1, count):
            part = (regions == region).astype(np.uint8)
            if part.sum() < 220 and rng.random() < 0.2:
                continue
            inside = cv2.distanceTransform(part, cv2.DIST_L2, 3)
            outside = cv2.distanceTransform(1 - part, cv2.DIST_L2, 3)
            moved = cv2.remap(outside - inside, columns + ragged[..., 0], rows + ragged[..., 1], cv2.INTER_LINEAR)
            found[moved < off] = class_id
    return found


@pytest.fixture(scope="module")
def scene() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Labels of validation frames, and of a video that goes on after them."""
    return scene_labels(np.arange(0, 24, 1.0)), scene_labels(24 + np.arange(40) * 0.2)


@pytest.mark.parametrize(("wider", "images"), [(0.8, 24), (0.0, 24), (0.8, 8)])
def test_intervals_hold_the_truth_on_the_sample_scene(
    scene: tuple[list[np.ndarray], list[np.ndarray]], wider: float, images: int
) -> None:
    rng, count = np.random.default_rng(0), len(CLASSES)
    validation = scene[0][:: 24 // images]
    model = learn_areas(np.stack([confusion_matrix(v, segmented(v, rng, wider), count) for v in validation]))
    video = np.stack([confusion_matrix(v, segmented(v, rng, wider), count) for v in scene[1]]) / (SIZE[0] * SIZE[1])
    true, predicted = video.sum(2), video.sum(1)
    areas = model.apply(predicted)
    held = (areas.low <= true + 1e-12) & (true <= areas.high + 1e-12)
    assert 0.90 <= held.mean() <= 1.0
    error = np.abs(areas.corrected - true).mean(0)
    half = ((areas.high - areas.low) / 2).mean(0)
    assert np.median(half / error) < 6  # of a bell-shaped error, the half width is 2.5 mean errors
    if wider:
        assert error.mean() < np.abs(predicted - true).mean(0).mean()
