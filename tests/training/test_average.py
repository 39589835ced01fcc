"""The average of the weights: by hand, and in a network of its own."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from segcore.training.average import WeightAverage, decay_at


def _dense() -> keras.Model:
    value = keras.Input((1,))
    return keras.Model(value, keras.layers.BatchNormalization()(keras.layers.Dense(1)(value)))


def test_early_steps_count_less() -> None:
    assert decay_at(1, 0.99) == pytest.approx(2 / 11)
    assert decay_at(100_000, 0.99) == 0.99


def test_average_by_hand() -> None:
    model, twin = _dense(), _dense()
    average = WeightAverage(model, twin, decay=0.5)
    for start, mean in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(start, mean)
    model.set_weights([np.full_like(w, 0.0) for w in model.get_weights()])
    twin.set_weights([np.full_like(w, 1.0) for w in twin.get_weights()])
    average.update(1_000)
    model.set_weights([np.full_like(w, 2.0) for w in model.get_weights()])
    average.update(1_001)
    for weight in average.model.get_weights():  # (1 + 0) / 2, then (0.5 + 2) / 2; statistics of the norm too
        np.testing.assert_allclose(weight, 1.25)


def test_without_decay_it_is_the_model() -> None:
    model, twin = _dense(), _dense()
    average = WeightAverage(model, twin, decay=0)
    model.set_weights([w + 3 for w in model.get_weights()])
    average.update(1)
    for ours, theirs in zip(model.get_weights(), average.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
