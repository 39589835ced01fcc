"""Losses held to values worked out by hand, on two pixels and two classes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from segcore.classes import IGNORE
from segcore.training.config import from_preset
from segcore.training.losses import (
    ce_dice,
    ce_lovasz,
    class_weights,
    cross_entropy,
    dice_bce,
    dice_per_class,
    lovasz,
    one_hot,
    spread,
)
from segcore.training.step import OVERSHOOT, TrainLoss, plain_loss

LABELS = tf.constant([[[0, 1]]], tf.uint8)
PROBABILITIES = tf.constant([[[[0.8, 0.3], [0.4, 0.6]]]], tf.float32)

LOSSES: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "dice_bce": dice_bce,
    "ce_dice": lambda labels, outputs: ce_dice(labels, outputs, tf.ones(outputs.shape[-1])),
    "ce_lovasz": lambda labels, outputs: ce_lovasz(labels, outputs, tf.ones(outputs.shape[-1])),
}


def test_dice_by_hand() -> None:
    """Class 0: (2·0.8 + 1)/(1 + 1.2 + 1) = 0.8125; class 1: (2·0.6 + 1)/(1 + 0.9 + 1) = 0.7586…"""
    planes, valid = one_hot(LABELS, 2)
    np.testing.assert_allclose(dice_per_class(planes, PROBABILITIES, valid), [2.6 / 3.2, 2.2 / 2.9], rtol=1e-6)


def test_notebook_loss_by_hand() -> None:
    dice = (2.6 / 3.2 + 2.2 / 2.9) / 2
    entropy = -(math.log(0.8) + math.log(0.7) + math.log(0.6) + math.log(0.6)) / 4
    assert float(dice_bce(LABELS, PROBABILITIES)) == pytest.approx(0.3 * (1 - dice) + entropy, rel=1e-5)


def test_ce_dice_by_hand() -> None:
    """Logits 0 everywhere: each class ½; weights 0.5 and 1: ln 2 whatever the weights; Dice (1+1)/(1+1+1) = ⅔ each."""
    logits = tf.zeros((1, 1, 2, 2))
    got = float(ce_dice(LABELS, logits, tf.constant([0.5, 1.0])))
    assert got == pytest.approx(math.log(2) + 1 / 3, rel=1e-5)


def test_class_weights_by_hand() -> None:
    """Pixel 0 (class 0) costs ln(1+e^-2), pixel 1 (class 1) costs ln(1+e^2): mean weighted ¼ and 1."""
    logits = tf.constant([[[[2.0, 0.0], [2.0, 0.0]]]])
    right, wrong = math.log1p(math.exp(-2)), math.log1p(math.exp(2))
    p = 1 / (1 + math.exp(-2))
    dice = ((2 * p + 1) / (1 + 2 * p + 1) + (2 * (1 - p) + 1) / (1 + 2 * (1 - p) + 1)) / 2
    got = float(ce_dice(LABELS, logits, tf.constant([0.25, 1.0])))
    assert got == pytest.approx((0.25 * right + wrong) / 1.25 + 1 - dice, rel=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_ignored_pixels_count_for_nothing(loss: str) -> None:
    def value(labels: list[int], outputs: list[list[float]]) -> float:
        y, x = tf.constant([[labels]], tf.uint8), tf.constant([[outputs]], tf.float32)
        return float(LOSSES[loss](y, x))

    without = value([0, 1], [[0.8, 0.3], [0.4, 0.6]])
    for nonsense in ([0.0, 1.0], [1.0, 0.0], [0.5, 0.5]):
        assert value([0, 1, 255], [[0.8, 0.3], [0.4, 0.6], nonsense]) == pytest.approx(without, rel=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_all_ignored_is_finite_with_finite_gradients(loss: str) -> None:
    labels = tf.fill((1, 2, 2), tf.constant(255, tf.uint8))
    outputs = tf.Variable(tf.fill((1, 2, 2, 3), 0.4))
    with tf.GradientTape() as tape:
        value = LOSSES[loss](labels, outputs)
    gradient = tape.gradient(value, outputs)
    assert np.isfinite(float(value))
    assert np.isfinite(gradient.numpy()).all()


def test_perfect_prediction_costs_almost_nothing() -> None:
    labels = tf.constant(np.random.default_rng(0).integers(0, 3, (2, 16, 16)), tf.uint8)
    planes, _ = one_hot(labels, 3)
    assert float(ce_dice(labels, planes * 40, tf.ones(3))) < 1e-3
    assert float(ce_lovasz(labels, planes * 40, tf.ones(3))) < 1e-3
    assert float(dice_bce(labels, planes)) < 1e-3


def test_lovasz_by_hand() -> None:
    """Pixels of class 1, 1, 0 with p(1) = 0.9, 0.4, 0.3.

    Class 1: errors 0.6, 0.3, 0.1 (of a true, a foreign, a true pixel); 1 - IoU once they are lost one after the
    other: 1/2, 2/3, 1; so 0.6·1/2 + 0.3·1/6 + 0.1·1/3 = 0.38333. Class 0 has the same errors in that order, one true
    pixel, the second: 1 - IoU 1/2, 1, 1; 0.6·1/2 + 0.3·1/2 = 0.45.
    """
    planes = tf.constant([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    probabilities = tf.constant([[0.1, 0.9], [0.6, 0.4], [0.7, 0.3]])
    got = float(lovasz(planes, probabilities, tf.ones(3)))
    assert got == pytest.approx((0.45 + 0.6 / 2 + 0.3 / 6 + 0.1 / 3) / 2, rel=1e-5)


@given(
    st.lists(st.sampled_from([0, 1, 2, IGNORE]), min_size=1, max_size=20).filter(
        lambda labels: set(labels) != {IGNORE}
    ),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.1, 3.0, 20.0]),
)
def test_cross_entropy_and_its_gradient_are_tensorflows(labels: list[int], seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    weights = tf.constant(rng.uniform(0.3, 3, 3), tf.float32)
    logits = tf.constant(rng.normal(scale=scale, size=(1, 1, len(labels), 3)), tf.float32)
    valid = [c for c in labels if c != IGNORE]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        ours = cross_entropy(tf.constant([[labels]], tf.uint8), logits, weights)
        known = tf.boolean_mask(logits[0, 0], np.array(labels) != IGNORE)
        entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(valid, known)
        theirs = tf.reduce_sum(entropy * tf.gather(weights, valid)) / tf.reduce_sum(tf.gather(weights, valid))
    assert float(ours) == pytest.approx(float(theirs), rel=1e-4, abs=1e-6)
    np.testing.assert_allclose(tape.gradient(ours, logits), tape.gradient(theirs, logits), rtol=1e-4, atol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_lovasz_of_hard_answers_is_one_minus_iou(pixels: list[tuple[int, int]]) -> None:
    true, said = np.array(pixels).T
    ious = [
        ((true == c) & (said == c)).sum() / ((true == c) | (said == c)).sum() for c in range(4) if (true == c).any()
    ]
    eye = np.eye(4, dtype=np.float32)
    got = float(lovasz(tf.constant(eye[true]), tf.constant(eye[said]), tf.ones(len(pixels))))
    assert got == pytest.approx(1 - np.mean(ious), abs=1e-5)


def test_a_class_that_is_not_there_does_not_count() -> None:
    planes = tf.constant([[1.0, 0.0], [1.0, 0.0]])
    assert float(lovasz(planes, tf.constant([[0.5, 0.5], [1.0, 0.0]]), tf.ones(2))) == pytest.approx(0.25)


def test_pixels_are_spread_evenly() -> None:
    np.testing.assert_array_equal(spread(tf.constant(5), 8), range(5))
    chosen = spread(tf.constant(512 * 512), 4096).numpy()
    assert len(set(chosen)) == 4096
    rows, columns = np.divmod(chosen, 512)
    for side in (rows, columns):
        shares = np.bincount(side // 64, minlength=8) / 4096
        np.testing.assert_allclose(shares, 1 / 8, atol=0.01)


def test_some_pixels_tell_what_all_of_them_would() -> None:
    """Half of the right answer, smooth in space: the loss over 16 384 pixels is that over all 262 144."""
    y, x = np.mgrid[:512, :512]
    labels = ((x - 256) ** 2 + (y - 200) ** 2 < 90**2).astype(np.uint8)[None]
    logits = np.stack([np.zeros((512, 512)), (100 - np.hypot(x - 250, y - 205)) / 20], axis=-1)[None]
    planes, valid = one_hot(tf.constant(labels), 2)
    probabilities = tf.nn.softmax(tf.constant(logits, tf.float32))
    exact = float(lovasz(tf.reshape(planes, (-1, 2)), tf.reshape(probabilities, (-1, 2)), tf.reshape(valid, (-1,))))
    plain = float(ce_lovasz(tf.constant(labels), tf.constant(logits, tf.float32), tf.ones(2)))
    entropy = float(tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels.astype(int), logits)))
    assert plain - entropy == pytest.approx(exact, abs=0.01)


def test_rare_classes_weigh_more_within_limits() -> None:
    pixels = np.array([400, 100, 25, 0, 1])  # median of those there: 62.5
    np.testing.assert_allclose(class_weights(pixels, 0), [1, 1, 1, 1, 1])
    np.testing.assert_allclose(class_weights(pixels, 1), [1 / 3, 0.625, 2.5, 1, 3])
    np.testing.assert_allclose(class_weights(pixels, 0.5), [0.395285, 0.790569, 1.581139, 1, 3], rtol=1e-5)


def test_weights_fade_and_turn_over_the_training() -> None:
    """Shares 4 : 1 and their median 2.5; of two equal pixels, each loses ln 2 weighted by its class."""
    labels, logits = tf.constant([[[0, 1]]], tf.uint8), tf.constant([[[[1.0, 0.0], [1.0, 0.0]]]])
    loss = TrainLoss(from_preset("d", "balanced", class_balance=1.0), np.array([400, 100]))
    overlap = float(plain_loss(from_preset("d", "balanced"), 2)(labels, logits))
    right, wrong = math.log1p(math.exp(-1)), math.log1p(math.exp(1))

    def entropy(common: float, rare: float) -> float:
        return (common * right + rare * wrong) / (common + rare)

    overlap -= entropy(1, 1)
    for progress, weights in ((0, (0.625, 2.5)), (1 / OVERSHOOT, (1, 1)), (1, (0.625**-0.5, 2.5**-0.5))):
        loss.at(progress)
        assert float(loss(labels, logits)) == pytest.approx(overlap + entropy(*weights), rel=1e-5)


def test_no_pixels_at_all_weigh_the_same() -> None:
    np.testing.assert_array_equal(class_weights(np.zeros(3), 1), [1, 1, 1])
