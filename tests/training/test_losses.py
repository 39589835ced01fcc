"""Losses held to values worked out by hand, on two pixels and two classes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from segcore.training.losses import ce_dice, class_weights, dice_bce, dice_per_class, one_hot

LABELS = tf.constant([[[0, 1]]], tf.uint8)
PROBABILITIES = tf.constant([[[[0.8, 0.3], [0.4, 0.6]]]], tf.float32)


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


@pytest.mark.parametrize("loss", ["dice_bce", "ce_dice"])
def test_ignored_pixels_count_for_nothing(loss: str) -> None:
    def value(labels: list[int], outputs: list[list[float]]) -> float:
        y, x = tf.constant([[labels]], tf.uint8), tf.constant([[outputs]], tf.float32)
        return float(dice_bce(y, x) if loss == "dice_bce" else ce_dice(y, x, tf.ones(2)))

    without = value([0, 1], [[0.8, 0.3], [0.4, 0.6]])
    for nonsense in ([0.0, 1.0], [1.0, 0.0], [0.5, 0.5]):
        assert value([0, 1, 255], [[0.8, 0.3], [0.4, 0.6], nonsense]) == pytest.approx(without, rel=1e-5)


@pytest.mark.parametrize("loss", ["dice_bce", "ce_dice"])
def test_all_ignored_is_finite_with_finite_gradients(loss: str) -> None:
    labels = tf.fill((1, 2, 2), tf.constant(255, tf.uint8))
    outputs = tf.Variable(tf.fill((1, 2, 2, 3), 0.4))
    with tf.GradientTape() as tape:
        value = dice_bce(labels, outputs) if loss == "dice_bce" else ce_dice(labels, outputs, tf.ones(3))
    gradient = tape.gradient(value, outputs)
    assert np.isfinite(float(value))
    assert np.isfinite(gradient.numpy()).all()


def test_perfect_prediction_costs_almost_nothing() -> None:
    labels = tf.constant(np.random.default_rng(0).integers(0, 3, (2, 16, 16)), tf.uint8)
    planes, _ = one_hot(labels, 3)
    assert float(ce_dice(labels, planes * 40, tf.ones(3))) < 1e-3
    assert float(dice_bce(labels, planes)) < 1e-3


def test_rare_classes_weigh_more_within_limits() -> None:
    pixels = np.array([400, 100, 25, 0, 1])  # median of those there: 62.5
    np.testing.assert_allclose(class_weights(pixels, 0), [1, 1, 1, 1, 1])
    np.testing.assert_allclose(class_weights(pixels, 1), [1 / 3, 0.625, 2.5, 1, 3])
    np.testing.assert_allclose(class_weights(pixels, 0.5), [0.395285, 0.790569, 1.581139, 1, 3], rtol=1e-5)


def test_no_pixels_at_all_weigh_the_same() -> None:
    np.testing.assert_array_equal(class_weights(np.zeros(3), 1), [1, 1, 1])
