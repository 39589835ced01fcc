"""Encoders of keras.applications: their feature maps, with the normalisation that each expects inside the graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import applications, layers

from segcore.models.freeze import layers_up_to

CAFFE_MEAN = (123.68, 116.779, 103.939)
"""Mean red, green and blue that ResNet50's weights expect to be taken away; they read blue first (`_red_first`)."""


@dataclass(frozen=True)
class KerasEncoder:
    """One of them.

    Attributes:
        make: its constructor; without its classifier it takes colours in [0, 255], but for `offset`.
        first: for weights made for blue-green-red: the convolution whose input is turned to red-green-blue.
        offset: added to red, green and blue where it does not normalise them by itself.
        layer_norm: normalise each map, where the blocks end without any normalisation.
    """

    make: Callable[..., keras.Model]
    first: str = ""
    offset: tuple[float, ...] = ()
    layer_norm: bool = False


ENCODERS: dict[str, KerasEncoder] = {
    "mobilenet_v3_large": KerasEncoder(applications.MobileNetV3Large),
    "efficientnet_v2_b0": KerasEncoder(applications.EfficientNetV2B0),
    "resnet50": KerasEncoder(applications.ResNet50, first="conv1_conv", offset=tuple(-m for m in CAFFE_MEAN)),
    "convnext_tiny": KerasEncoder(applications.ConvNeXtTiny, layer_norm=True),
}


def feature_maps(
    name: str, image: keras.KerasTensor, taps: dict[int, str], weights: Path | None = None
) -> dict[int, keras.KerasTensor]:
    """Feature maps by stride.

    Args:
        name: a key of `ENCODERS`.
        image: (N, H, W, 3) float32 in [0, 255], H and W divisible by 32.
        taps: stride → the layer whose output is the map.
        weights: an HDF5 file of Keras for this encoder, checked; None for random weights. With it, batch
            normalisation stays at its ImageNet statistics in training: batches are small.
    """
    encoder = ENCODERS[name]
    x = image
    if encoder.offset:
        x = layers.Rescaling(1.0, offset=list(encoder.offset), name="normalise")(image)
    network = encoder.make(include_top=False, weights=None, input_tensor=x)
    if weights is not None:
        network.load_weights(str(weights))
        if encoder.first:
            _red_first(network.get_layer(encoder.first))
    maps = {stride: network.get_layer(tap).output for stride, tap in taps.items()}
    if encoder.layer_norm:
        return {s: layers.LayerNormalization(epsilon=1e-6, name=f"tap{s}_norm")(m) for s, m in maps.items()}
    return maps


def freeze_norms(model: keras.Model, last: str) -> None:
    """Keep the encoder's batch normalisation at its statistics, in training too.

    Args:
        model: the whole network.
        last: the encoder's last layer; it and all that it reads are the encoder.
    """
    for layer in layers_up_to(model, last):
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def _red_first(conv: layers.Conv2D) -> None:
    kernel, *rest = conv.get_weights()
    conv.set_weights([np.ascontiguousarray(kernel[:, :, ::-1]), *rest])
