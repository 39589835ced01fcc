"""Layers that come together in every network made here: convolution, batch normalisation, ReLU."""

from __future__ import annotations

import keras
from keras import layers

BATCH_NORM_MOMENTUM = 0.9
"""Short memory: a training of minutes has a few hundred steps."""


def conv(
    x: keras.KerasTensor, filters: int, kernel: int, name: str, *, stride: int = 1, relu: bool = True
) -> keras.KerasTensor:
    """A normalised convolution: (N, h, w, C) → (N, h / stride, w / stride, filters)."""
    x = layers.Conv2D(
        filters, kernel, stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)
    return _norm(x, name, relu=relu)


def depthwise(
    x: keras.KerasTensor, kernel: int, name: str, *, stride: int = 1, dilation: int = 1, relu: bool = True
) -> keras.KerasTensor:
    """A normalised convolution of each channel alone: (N, h, w, C) → (N, h / stride, w / stride, C)."""
    x = layers.DepthwiseConv2D(
        kernel,
        stride,
        padding="same",
        dilation_rate=dilation,
        use_bias=False,
        depthwise_initializer="he_normal",
        name=name,
    )(x)
    return _norm(x, name, relu=relu)


def separable(
    x: keras.KerasTensor, filters: int, kernel: int, name: str, *, stride: int = 1, dilation: int = 1
) -> keras.KerasTensor:
    """A depthwise, then a 1×1 convolution, both normalised: (N, h, w, C) → (N, h / stride, w / stride, filters)."""
    x = depthwise(x, kernel, f"{name}_depthwise", stride=stride, dilation=dilation)
    return conv(x, filters, 1, f"{name}_pointwise")


def upscale(x: keras.KerasTensor, times: int, name: str) -> keras.KerasTensor:
    """Bilinear: (N, h, w, C) → (N, times·h, times·w, C)."""
    return layers.UpSampling2D(times, interpolation="bilinear", name=name)(x)


def class_logits(x: keras.KerasTensor, classes: int, times: int) -> keras.KerasTensor:
    """The end of a network: a 1×1 convolution `classes`, then bilinear to the input's size.

    Returns:
        (N, times·h, times·w, classes) float32, also where the network computes in half precision.
    """
    x = layers.Conv2D(classes, 1, dtype="float32", name="classes")(x)
    return layers.UpSampling2D(times, interpolation="bilinear", dtype="float32", name="logits")(x)


def _norm(x: keras.KerasTensor, name: str, *, relu: bool) -> keras.KerasTensor:
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x
