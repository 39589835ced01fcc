"""A head that looks around: dilated convolutions of several reaches, then one fine skip.

Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018), DeepLabV3+.
The pyramid stands on stride 16, where the encoder's maps of strides 16 and 32 are joined; all its convolutions are
separable. The image-level branch is added before the joining layer's normalisation, which equals joining it as one
more input of that 1×1 convolution.
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
from keras import layers

from segcore.models.blocks import BATCH_NORM_MOMENTUM, class_logits, conv, separable, upscale

FILTERS = 128
FINE_FILTERS = 48
RATES = (6, 12, 18)
"""Dilations, in cells of 16 pixels."""
DROPOUT = 0.1


def deeplab_logits(maps: Mapping[int, keras.KerasTensor], classes: int) -> keras.KerasTensor:
    """(N, H, W, classes) float32 logits.

    Args:
        maps: stride (4, 16 and 32) → the encoder's map (N, H / stride, W / stride, any channels).
        classes: how many.
    """
    deep = upscale(conv(maps[32], FILTERS, 1, "deep32"), 2, "up16")
    x = conv(layers.Concatenate(name="skip16")([deep, maps[16]]), FILTERS, 1, "deep16")
    x = upscale(_pyramid(x), 4, "up4")
    fine = conv(maps[4], FINE_FILTERS, 1, "fine4")
    x = layers.Concatenate(name="skip4")([x, fine])
    x = separable(x, FILTERS, 3, "head1")
    x = separable(x, FILTERS, 3, "head2")
    return class_logits(x, classes, 4)


def _pyramid(x: keras.KerasTensor) -> keras.KerasTensor:
    branches = [conv(x, FILTERS, 1, "pyramid1")]
    branches += [separable(x, FILTERS, 3, f"pyramid{rate}", dilation=rate) for rate in RATES]
    joined = layers.Concatenate(name="pyramid")(branches)
    joined = layers.Conv2D(FILTERS, 1, use_bias=False, kernel_initializer="he_normal", name="pyramid_join")(joined)
    whole = layers.GlobalAveragePooling2D(keepdims=True, name="image_pool")(x)
    whole = layers.Conv2D(FILTERS, 1, activation="relu", name="image_level")(whole)
    whole = layers.Conv2D(FILTERS, 1, use_bias=False, name="image_join")(whole)
    x = layers.Add(name="pyramid_add")([joined, whole])
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name="pyramid_norm")(x)
    x = layers.ReLU(name="pyramid_relu")(x)
    return layers.Dropout(DROPOUT, name="pyramid_dropout")(x)
