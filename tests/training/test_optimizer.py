"""Rates by layer: how far slow and other variables go, and which are slow."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.training.config import TrainConfig, from_preset
from segcore.training.optimizer import FusedAdam, SlowedAdam, make_optimizer


def variables() -> list[keras.Variable]:
    made = [keras.Variable(np.full(3, 2.0, np.float32), name=name) for name in ("encoder", "decoder")]
    assert len({v.path for v in made}) == 2
    return made


def stepped(optimizer: keras.optimizers.Optimizer, gradients: list[list[float]]) -> list[np.ndarray]:
    """Where two variables of [2, 2, 2] are after one step for each of the gradients."""
    both = variables()
    optimizer.build(both)

    @tf.function
    def step(gradient: tf.Tensor) -> None:
        optimizer.apply([gradient, gradient], both)

    for gradient in gradients:
        step(tf.constant(gradient, tf.float32))
    return [np.asarray(v.value) for v in both]


def test_a_slow_variable_goes_its_share_of_the_way() -> None:
    slow = SlowedAdam(0.5, ["encoder"], 0.1, weight_decay=0.0)
    encoder, decoder = stepped(slow, [[1.0, -1.0, 4.0]])  # Adam's first step is the rate, against the gradient's sign
    np.testing.assert_allclose(encoder, [1.95, 2.05, 1.95], rtol=1e-5)
    np.testing.assert_allclose(decoder, [1.5, 2.5, 1.5], rtol=1e-5)


def test_a_slow_variable_decays_at_its_share_of_the_rate() -> None:
    slow = SlowedAdam(0.5, ["encoder"], 0.1, weight_decay=0.2)
    encoder, decoder = stepped(slow, [[0.0, 0.0, 0.0]])
    np.testing.assert_allclose(encoder, 2 * (1 - 0.2 * 0.05), rtol=1e-6)
    np.testing.assert_allclose(decoder, 2 * (1 - 0.2 * 0.5), rtol=1e-6)


def test_a_rate_that_changes_reaches_slow_variables() -> None:
    slow = SlowedAdam(0.5, ["encoder"], 0.1, weight_decay=0.0)
    both = variables()
    slow.build(both)
    slow.learning_rate = 0.01
    slow.apply([tf.ones(3), tf.ones(3)], both)
    np.testing.assert_allclose(np.asarray(both[0].value), 2 - 0.001, rtol=1e-6)
    np.testing.assert_allclose(np.asarray(both[1].value), 2 - 0.01, rtol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3), min_size=1, max_size=4))
@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.1}, {"weight_decay": 0.1, "global_clipnorm": 0.5}])
def test_with_the_whole_rate_it_is_what_keras_does(settings: dict[str, float], gradients: list[list[float]]) -> None:
    kinds = (SlowedAdam(0.1, ["encoder"], 1.0, **settings), keras.optimizers.Adam(0.1, **settings))
    slowed, plain = (stepped(kind, gradients) for kind in kinds)
    for mine, theirs in zip(slowed, plain, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def settings_of(**changes: object) -> TrainConfig:
    return from_preset("d", "fast", **changes)


def test_what_the_settings_name() -> None:
    assert isinstance(make_optimizer(settings_of(), ["encoder"]), SlowedAdam)
    assert type(make_optimizer(settings_of())) is FusedAdam
    assert type(make_optimizer(settings_of(encoder_rate=1), ["encoder"])) is FusedAdam
    assert make_optimizer(settings_of()).weight_decay == settings_of().weight_decay > 0
    assert make_optimizer(settings_of(optimizer="adam")).weight_decay is None


@pytest.mark.parametrize("name", ["adamw", "adam"])
def test_the_share_and_the_decay_come_from_the_settings(name: str) -> None:
    config = settings_of(optimizer=name, learning_rate=0.1, encoder_rate=0.25, weight_decay=0.5)
    encoder, decoder = stepped(make_optimizer(config, ["encoder"]), [[0.1, 0.1, 0.1]])
    decay = 0.5 if name == "adamw" else 0.0
    np.testing.assert_allclose(encoder, 2 * (1 - decay * 0.025) - 0.025, rtol=1e-5)
    np.testing.assert_allclose(decoder, 2 * (1 - decay * 0.1) - 0.1, rtol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
def test_it_steps_in_compiled_code_and_behind_loss_scaling(jit: bool, scaled: bool) -> None:
    def gone(optimizer: keras.optimizers.Optimizer) -> np.ndarray:
        variable = keras.Variable(np.full(3, 2.0, np.float32), name="one")
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=8.0) if scaled else optimizer
        optimizer.build([variable])

        @tf.function(jit_compile=jit)
        def step(gradient: tf.Tensor) -> None:
            optimizer.apply([optimizer.scale_loss(gradient)], [variable])

        for gradient in ([1.0, -2.0, 3.0], [0.5, 0.5, -4.0]):
            step(tf.constant(gradient, tf.float32))
        return np.asarray(variable.value)

    mine = gone(make_optimizer(settings_of(optimizer="adam", learning_rate=0.1)))
    np.testing.assert_allclose(mine, gone(keras.optimizers.Adam(0.1)), rtol=1e-5)
