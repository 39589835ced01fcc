"""The default network: a U-Net whose encoder is EfficientNet-Lite0 and whose decoder is light.

Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation" (2015); the decoder ends at
stride 4 and is scaled up bilinearly, which costs a laptop's CPU a third of a decoder that goes on to stride 1.
"""

from __future__ import annotations

import keras
from keras import layers

from segcore.models.efficientnet_lite import encoder

DECODER_FILTERS = (96, 64, 48)
"""Channels of the decoder's maps at strides 16, 8 and 4."""

BATCH_NORM_MOMENTUM = 0.9


def unet_efficientnet_lite0(classes: int) -> keras.Model:
    """(N, H, W, 3) float32 in [0, 255] → (N, H, W, classes) float32 logits; H and W divisible by 32."""
    image = keras.Input((None, None, 3), name="image")
    _, stride4, stride8, stride16, stride32 = encoder(image)
    x = _conv(stride32, DECODER_FILTERS[0], 1, "decoder32")
    for skip, filters, stride in zip((stride16, stride8, stride4), DECODER_FILTERS, (16, 8, 4), strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear", name=f"up{stride}")(x)
        x = layers.Concatenate(name=f"skip{stride}")([x, skip])
        x = _conv(x, filters, 3, f"decoder{stride}")
    x = layers.Conv2D(classes, 1, name="classes")(x)
    logits = layers.UpSampling2D(4, interpolation="bilinear", dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="unet_efficientnet_lite0")


def _conv(x: keras.KerasTensor, filters: int, kernel: int, name: str) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
