"""Builds the networks by name. Looking one up is cheap; building one opens TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segcore.errors import ConfigError
from segcore.models.architectures import ARCHITECTURES, Architecture, architecture

if TYPE_CHECKING:
    import keras

    from segcore.models.spec import ModelSpec

__all__ = ["ARCHITECTURES", "Architecture", "architecture", "build"]


def build(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """A network for these classes.

    Args:
        spec: what to build.
        pretrained: load ImageNet weights into the encoder; False for a network whose weights come later.

    Returns:
        The model, and the origin of its encoder's weights in words ("none" where they are random).

    Raises:
        ConfigError: unknown network, one without pretrained weights, or frames that do not fit it.
        WeightsError: ImageNet weights that could not be downloaded, or are damaged.
    """
    entry = architecture(spec.architecture)
    if pretrained and not entry.pretrained:
        raise ConfigError(f"{entry.title} has no pretrained weights.", fix="Set pretrained=false.")
    _check_frames(spec, entry)
    if entry.download:
        return _on_keras_encoder(spec, entry, pretrained=pretrained)
    model = _own(spec.architecture, len(spec.classes))
    if not pretrained:
        return model, "none"
    from segcore.models.efficientnet_lite import load_imagenet

    return model, load_imagenet(model)


def _check_frames(spec: ModelSpec, entry: Architecture) -> None:
    """Frames come in multiples of 32; a network that halves more often needs frames squeezed to a fixed size."""
    squeeze = spec.geometry.squeeze
    if entry.stride <= 32 or (squeeze and not any(side % entry.stride for side in squeeze)):
        return
    raise ConfigError(
        f"{entry.title} needs frames squeezed to multiples of {entry.stride} pixels.",
        fix='Set geometry to {"squeeze": [256, 256]}, as the preset notebook does.',
    )


def _own(name: str, classes: int) -> keras.Model:
    """A network whose layers are all made here, with random weights."""
    if name == "unet_notebook":
        from segcore.models.unet_notebook import unet_notebook

        return unet_notebook(classes)
    if name == "fast_scnn":
        from segcore.models.fast_scnn import fast_scnn

        return fast_scnn(classes)
    if name == "unet_efficientnet_lite0":
        from segcore.models.unet_efficientnet_lite0 import unet_efficientnet_lite0

        return unet_efficientnet_lite0(classes)
    return _on_lite0(name, classes)


def _on_lite0(name: str, classes: int) -> keras.Model:
    """One of the other heads on EfficientNet-Lite0."""
    import keras

    from segcore.models.deeplab import deeplab_logits
    from segcore.models.efficientnet_lite import encoder
    from segcore.models.lraspp import lraspp_logits

    head = {"lraspp_efficientnet_lite0": lraspp_logits, "deeplabv3plus_efficientnet_lite0": deeplab_logits}[name]
    image = keras.Input((None, None, 3), name="image")
    maps = dict(zip((2, 4, 8, 16, 32), encoder(image), strict=True))
    return keras.Model(image, head(maps, classes), name=name)


def _on_keras_encoder(spec: ModelSpec, entry: Architecture, *, pretrained: bool) -> tuple[keras.Model, str]:
    """The U-Net's decoder on an encoder of keras.applications."""
    import keras

    from segcore.models.keras_encoder import feature_maps, freeze_norms
    from segcore.models.unet_decoder import unet_logits

    assert entry.download is not None
    weights: Path | None = entry.download.fetch(entry.title) if pretrained else None
    image = keras.Input((None, None, 3), name="image")
    maps = feature_maps(spec.architecture.removeprefix("unet_"), image, entry.taps, weights)
    model = keras.Model(image, unet_logits(maps, len(spec.classes)), name=spec.architecture)
    if pretrained or spec.encoder_weights != "none":
        freeze_norms(model, entry.taps[32])
    return model, f"ImageNet ({weights.name})" if weights else "none"
