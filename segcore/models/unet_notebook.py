"""The notebook's network: the U-Net generator of pix2pix, made for several classes.

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks" (2017). Every layer, filter count,
slope and dropout is the notebook's; the seven-level encoder is the one that fits 256×256 masks.
"""

from __future__ import annotations

import keras
from keras import layers

DOWN = (64, 128, 256, 512, 512, 512, 512)
UP = (512, 512, 512, 256, 128, 64)
DROPOUTS = 3
DROPOUT = 0.25
LEAK = 0.3
"""Slope of LeakyReLU for negative values (Keras' default when the notebook was written)."""

SIZE = 256


def unet_notebook(classes: int) -> keras.Model:
    """(N, 256·k, 256·k, 3) float32 in [0, 255] → (N, 256·k, 256·k, classes) float32 probabilities, independent planes.

    Sides must be multiples of 128 (seven halvings); the notebook uses 256.
    """
    image = keras.Input((None, None, 3), name="image")
    x = layers.Rescaling(1 / 255, name="normalise")(image)
    skips = []
    for level, filters in enumerate(DOWN, start=1):
        x = _down(x, filters, level)
        skips.append(x)
    for level, (filters, skip) in enumerate(zip(UP, reversed(skips[:-1]), strict=True), start=1):
        x = _up(x, filters, level)
        x = layers.Concatenate(name=f"skip{level}")([x, skip])
    planes = layers.Conv2DTranspose(
        classes,
        4,
        2,
        "same",
        activation="sigmoid",
        kernel_initializer="glorot_normal",
        dtype="float32",
        name="planes",
    )(x)
    return keras.Model(image, planes, name="unet_notebook")


def _down(x: keras.KerasTensor, filters: int, level: int) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 4, 2, "same", use_bias=False, kernel_initializer="glorot_normal", name=f"down{level}")(x)
    if level > 1:
        x = layers.BatchNormalization(name=f"down{level}_norm")(x)
    return layers.LeakyReLU(LEAK, name=f"down{level}_relu")(x)


def _up(x: keras.KerasTensor, filters: int, level: int) -> keras.KerasTensor:
    x = layers.Conv2DTranspose(
        filters, 4, 2, "same", use_bias=False, kernel_initializer="glorot_normal", name=f"up{level}"
    )(x)
    x = layers.BatchNormalization(name=f"up{level}_norm")(x)
    if level <= DROPOUTS:
        x = layers.Dropout(DROPOUT, name=f"up{level}_dropout")(x)
    return layers.ReLU(name=f"up{level}_relu")(x)
