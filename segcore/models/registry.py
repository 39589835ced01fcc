"""The networks by name. Looking one up is cheap; building one opens TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from segcore.errors import ConfigError

if TYPE_CHECKING:
    import keras

    from segcore.models.spec import ModelSpec


@dataclass(frozen=True)
class Architecture:
    """What people read about a network before they choose it."""

    title: str
    summary: str
    output: Literal["logits", "sigmoid"]
    stride: int
    """Sides of the input must be multiples of this."""
    pretrained: bool
    """Whether ImageNet weights for its encoder come with the installation."""


ARCHITECTURES: dict[str, Architecture] = {
    "unet_efficientnet_lite0": Architecture(
        title="U-Net on EfficientNet-Lite0",
        summary="Starts from ImageNet; learns from few frames, fast on a CPU. 3.3 M parameters.",
        output="logits",
        stride=32,
        pretrained=True,
    ),
    "unet_notebook": Architecture(
        title="The notebook's U-Net",
        summary="pix2pix-style, trained from scratch at 256×256. 41.8 M parameters, slow on a CPU.",
        output="sigmoid",
        stride=128,
        pretrained=False,
    ),
}


def architecture(name: str) -> Architecture:
    """The entry of this name.

    Raises:
        ConfigError: there is none; the message lists those there are.
    """
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise ConfigError(f"Unknown network {name!r}.", fix=f"Choose one of {', '.join(ARCHITECTURES)}.") from None


def build(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """A network for these classes.

    Args:
        spec: what to build.
        pretrained: load ImageNet weights into the encoder; False for a network whose weights come later.

    Returns:
        The model, and the origin of its encoder's weights in words ("none" where they are random).

    Raises:
        ConfigError: unknown network, or one without pretrained weights.
    """
    entry = architecture(spec.architecture)
    if pretrained and not entry.pretrained:
        raise ConfigError(f"{entry.title} has no pretrained weights.", fix="Set pretrained=false.")
    if spec.architecture == "unet_notebook":
        from segcore.models.unet_notebook import unet_notebook

        return unet_notebook(len(spec.classes)), "none"
    from segcore.models.efficientnet_lite import load_imagenet
    from segcore.models.unet_efficientnet_lite0 import unet_efficientnet_lite0

    model = unet_efficientnet_lite0(len(spec.classes))
    return model, load_imagenet(model) if pretrained else "none"
