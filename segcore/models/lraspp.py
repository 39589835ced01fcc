"""The smallest head: two maps, one gate.

Howard et al., "Searching for MobileNetV3" (2019), lite reduced atrous spatial pyramid pooling (LR-ASPP). The paper's
encoder ends at stride 16; where it goes on to stride 32, the gated map is joined with that of stride 16 first.
Its two class layers, whose scores are added, stand here as one layer over both maps: that is the same sum.
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
from keras import layers

from segcore.models.blocks import class_logits, conv, upscale

FILTERS = 128
FINE_FILTERS = 40


def lraspp_logits(maps: Mapping[int, keras.KerasTensor], classes: int) -> keras.KerasTensor:
    """(N, H, W, classes) float32 logits.

    Args:
        maps: stride (8, 16 and 32) → the encoder's map (N, H / stride, W / stride, any channels).
        classes: how many.
    """
    deep = maps[32]
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="gate_pool")(deep)
    gate = layers.Conv2D(FILTERS, 1, activation="sigmoid", name="gate")(gate)
    x = layers.Multiply(name="gated")([conv(deep, FILTERS, 1, "deep32"), gate])
    x = layers.Concatenate(name="skip16")([upscale(x, 2, "up16"), maps[16]])
    x = conv(x, FILTERS, 1, "deep16")
    fine = conv(maps[8], FINE_FILTERS, 1, "fine8")
    x = layers.Concatenate(name="skip8")([upscale(x, 2, "up8"), fine])
    return class_logits(x, classes, 8)
