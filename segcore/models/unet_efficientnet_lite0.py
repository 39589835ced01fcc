"""The default network: a U-Net whose encoder is EfficientNet-Lite0 and whose decoder is light.

It ends at stride 4 and is scaled up bilinearly: a third of the cost on a CPU of a decoder that goes on to stride 1.
Measured for the same number of steps: a decoder to stride 2, or one that predicts four sub-pixels at stride 4, takes
longer; on 26 frames it scores the same, on CamVid less (docs/benchmarks.md).
"""

from __future__ import annotations

import keras

from segcore.models.efficientnet_lite import encoder
from segcore.models.unet_decoder import unet_logits


def unet_efficientnet_lite0(classes: int) -> keras.Model:
    """(N, H, W, 3) float32 in [0, 255] → (N, H, W, classes) float32 logits; H and W divisible by 32."""
    image = keras.Input((None, None, 3), name="image")
    maps = dict(zip((2, 4, 8, 16, 32), encoder(image), strict=True))
    return keras.Model(image, unet_logits(maps, classes), name="unet_efficientnet_lite0")
