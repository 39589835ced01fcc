"""Enlargement in grids, against Keras's own layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from segcore.inference.polyphase import before_enlargement, in_order, phases


@pytest.mark.parametrize("times", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("size", [(1, 1), (1, 5), (6, 7)])
def test_put_in_order_it_is_kerass_upsampling(times: int, size: tuple[int, int]) -> None:
    scores = np.random.default_rng(0).normal(size=(2, *size, 3)).astype(np.float32)
    expected = np.asarray(layers.UpSampling2D(times, interpolation="bilinear")(scores))
    made = phases(np.ascontiguousarray(scores.transpose(3, 0, 1, 2)), times)
    assert made.shape == (3, times, times, 2, *size)
    for number in range(3):
        np.testing.assert_allclose(in_order(made[number]), expected[..., number], atol=1e-5)


def test_networks_that_do_not_end_so_are_left_alone() -> None:
    image = keras.Input((None, None, 3))
    small = layers.Conv2D(2, 1)(image)
    ends = {
        "bilinear": layers.UpSampling2D(4, interpolation="bilinear")(small),
        "nearest": layers.UpSampling2D(4)(small),
        "uneven": layers.UpSampling2D((2, 4), interpolation="bilinear")(small),
        "convolution": small,
    }
    found = {name: before_enlargement(keras.Model(image, end)) for name, end in ends.items()}
    assert {name for name, one in found.items() if one} == {"bilinear"}
    network, times = found["bilinear"] or (None, 0)
    assert times == 4
    assert network is not None
    assert network.output is small
