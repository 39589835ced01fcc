"""Frozen stages: which they are, and that they do not learn."""

from __future__ import annotations

import keras
import numpy as np

from segcore.models.architectures import architecture
from segcore.models.freeze import freeze_depthwise, freeze_encoder, layers_up_to
from segcore.models.unet_efficientnet_lite0 import unet_efficientnet_lite0
from segcore.models.unet_notebook import unet_notebook

LITE0 = architecture("unet_efficientnet_lite0")


def test_layers_up_to_one_by_hand() -> None:
    first = keras.Input((1,), name="first")
    left = keras.layers.Dense(1, name="left")(first)
    right = keras.layers.Dense(1, name="right")(first)
    both = keras.layers.Add(name="both")([left, right])
    model = keras.Model(first, keras.layers.Dense(1, name="last")(both))
    assert {layer.name for layer in layers_up_to(model, "left")} == {"first", "left"}
    assert {layer.name for layer in layers_up_to(model, "both")} == {"first", "left", "right", "both"}


def test_the_first_stages_stay_and_the_rest_learns() -> None:
    model = unet_efficientnet_lite0(3)
    count = freeze_encoder(model, LITE0, 4)
    kept = {layer.name for layer in model.layers if layer.weights and not layer.trainable}
    assert {name.split("_")[0] for name in kept} == {"stem", "block0", "block1", "block2"}
    assert count == sum(layer.count_params() for layer in model.layers if layer.name in kept)
    before = {v.path: np.asarray(v.value) for v in model.weights}
    model.compile(keras.optimizers.SGD(1.0), "mse")
    model.train_on_batch(np.full((1, 32, 32, 3), 99.0), np.ones((1, 32, 32, 3)))
    changed = {v.path for v in model.weights if not np.array_equal(before[v.path], v.value)}
    assert changed
    assert not any(path.split("/")[0] in kept for path in changed)


def test_nothing_to_freeze() -> None:
    model = unet_efficientnet_lite0(3)
    assert freeze_encoder(model, LITE0, 0) == 0
    notebook = unet_notebook(3)
    assert freeze_encoder(notebook, architecture("unet_notebook"), 4) == 0
    assert all(layer.trainable for layer in [*model.layers, *notebook.layers])


def test_depthwise_convolutions_of_the_encoder_stay_and_the_rest_learns() -> None:
    model = unet_efficientnet_lite0(3)
    count = freeze_depthwise(model, LITE0)
    kept = [layer for layer in model.layers if layer.weights and not layer.trainable]
    assert {type(layer) for layer in kept} == {keras.layers.DepthwiseConv2D}
    assert len(kept) == 16
    assert count == sum(layer.count_params() for layer in kept)
    assert freeze_depthwise(unet_notebook(3), architecture("unet_notebook")) == 0
