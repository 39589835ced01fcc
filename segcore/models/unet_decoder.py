"""The light U-Net decoder: from feature maps of strides 4 to 32 to logits of the input's size.

Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation" (2015); it ends at stride 4 and
is scaled up bilinearly from there.
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
from keras import layers

from segcore.models.blocks import class_logits, conv, upscale

FILTERS = {16: 96, 8: 64, 4: 48}
"""Stride → channels of the decoder's map."""


def unet_logits(maps: Mapping[int, keras.KerasTensor], classes: int) -> keras.KerasTensor:
    """(N, H, W, classes) float32 logits.

    Args:
        maps: stride (4, 8, 16 and 32) → the encoder's map (N, H / stride, W / stride, any channels).
        classes: how many.
    """
    x = conv(maps[32], FILTERS[16], 1, "decoder32")
    for stride, filters in FILTERS.items():
        x = upscale(x, 2, f"up{stride}")
        x = layers.Concatenate(name=f"skip{stride}")([x, maps[stride]])
        x = conv(x, filters, 3, f"decoder{stride}")
    return class_logits(x, classes, 4)
