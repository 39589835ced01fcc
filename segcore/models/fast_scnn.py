"""A light network for real time, trained from scratch.

Poudel, Liwicki & Cipolla, "Fast-SCNN: Fast Semantic Segmentation Network" (2019): three quick halvings that a fine
and a deep branch share, inverted residuals at stride 32, pooled context, and one fusion at stride 8.

The paper's pyramid pools over a fixed grid; here it pools over sliding windows and over the whole map, so that a
frame of any size fits and the network consists of plain layers that every exporter knows.
"""

from __future__ import annotations

import keras
from keras import layers

from segcore.models.blocks import class_logits, conv, depthwise, separable, upscale

BOTTLENECKS = ((64, 2), (64, 1), (64, 1), (96, 2), (96, 1), (96, 1), (128, 1), (128, 1), (128, 1))
"""(channels, stride) of the deep branch's blocks."""
EXPAND = 6
WINDOWS = (3, 7, 13)
"""Sides of the pooling windows, in cells of 32 pixels."""
DROPOUT = 0.1


def fast_scnn(classes: int) -> keras.Model:
    """(N, H, W, 3) float32 in [0, 255] → (N, H, W, classes) float32 logits; H and W divisible by 32."""
    image = keras.Input((None, None, 3), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="normalise")(image)
    x = conv(x, 32, 3, "quick2", stride=2)
    x = separable(x, 48, 3, "quick4", stride=2)
    fine = separable(x, 64, 3, "quick8", stride=2)
    x = fine
    for number, (filters, stride) in enumerate(BOTTLENECKS):
        x = _bottleneck(x, filters, stride, f"block{number}")
    x = _fuse(fine, _context(x))
    x = separable(x, 128, 3, "head1")
    x = separable(x, 128, 3, "head2")
    x = layers.Dropout(DROPOUT, name="head_dropout")(x)
    return keras.Model(image, class_logits(x, classes, 8), name="fast_scnn")


def _bottleneck(x: keras.KerasTensor, filters: int, stride: int, name: str) -> keras.KerasTensor:
    inputs, channels = x, x.shape[-1]
    x = conv(x, channels * EXPAND, 1, f"{name}_expand")
    x = depthwise(x, 3, f"{name}_depthwise", stride=stride)
    x = conv(x, filters, 1, f"{name}_project", relu=False)
    return layers.Add(name=f"{name}_add")([x, inputs]) if stride == 1 and channels == filters else x


def _context(x: keras.KerasTensor) -> keras.KerasTensor:
    """The map beside its means over windows of several sizes and over all of it, joined: 128 channels."""
    share = x.shape[-1] // (len(WINDOWS) + 1)
    pools = [
        conv(layers.AveragePooling2D(side, 1, "same", name=f"window{side}")(x), share, 1, f"context{side}")
        for side in WINDOWS
    ]
    x = layers.Concatenate(name="context")([x, *pools])
    x = layers.Conv2D(128, 1, use_bias=False, kernel_initializer="he_normal", name="context_join")(x)
    whole = layers.GlobalAveragePooling2D(keepdims=True, name="window_all")(x)
    whole = layers.Conv2D(128, 1, name="context_all")(whole)
    x = layers.Add(name="context_add")([x, whole])
    return layers.ReLU(name="context_relu")(layers.BatchNormalization(momentum=0.9, name="context_norm")(x))


def _fuse(fine: keras.KerasTensor, deep: keras.KerasTensor) -> keras.KerasTensor:
    """The fine map of stride 8 and the deep one of stride 32, added at stride 8."""
    deep = upscale(deep, 4, "deep8")
    deep = depthwise(deep, 3, "deep8_depthwise", dilation=4)
    deep = conv(deep, 128, 1, "deep8_project", relu=False)
    fine = conv(fine, 128, 1, "fine8_project", relu=False)
    return layers.ReLU(name="fused_relu")(layers.Add(name="fused")([fine, deep]))
