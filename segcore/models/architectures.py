"""The networks as people choose among them: what each is, what it costs, what it is good for. No TensorFlow here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from segcore.errors import ConfigError
from segcore.models.imagenet_files import ImagenetFile

_STORE = "https://storage.googleapis.com/tensorflow/keras-applications"
_LITE0_TAPS = {
    2: "block0_project",
    4: "block2_add",
    8: "block4_add",
    16: "block10_add",
    32: "block15_project",
}
_LITE0_LICENCE = "Apache-2.0 (TensorFlow TPU models), trained on ImageNet"


@dataclass(frozen=True)
class Architecture:
    """What people read about a network before they choose it."""

    title: str
    summary: str
    recommended_for: str
    """When to take it, in one sentence."""
    output: Literal["logits", "sigmoid"]
    stride: int
    """Sides of the input must be multiples of this."""
    pretrained: bool
    """Whether there are ImageNet weights for its encoder."""
    parameters: int
    """For 8 classes."""
    gflops_per_megapixel: float
    """10⁹ floating-point operations for each million pixels of the input; see `segcore.models.cost`."""
    taps: dict[int, str] = field(default_factory=dict)
    """Stride → the encoder's layer that ends there; the last of them ends the encoder."""
    head: str = "classes"
    """The layer that has a row of weights for each class."""
    encoder_licence: str = ""
    """Of its ImageNet weights."""
    download: ImagenetFile | None = None
    """Its ImageNet weights, where they do not come with the installation."""

    def gflops(self, size: tuple[int, int]) -> float:
        """10⁹ floating-point operations for one frame of (height, width)."""
        return self.gflops_per_megapixel * size[0] * size[1] / 1e6


ARCHITECTURES: dict[str, Architecture] = {
    "unet_efficientnet_lite0": Architecture(
        title="U-Net on EfficientNet-Lite0",
        summary="Starts from ImageNet; learns from few frames, fast on a CPU.",
        recommended_for="Almost everything: it needs few labelled frames and little time.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=3_267_512,
        gflops_per_megapixel=23.21,
        taps=_LITE0_TAPS,
        encoder_licence=_LITE0_LICENCE,
    ),
    "lraspp_efficientnet_lite0": Architecture(
        title="LR-ASPP on EfficientNet-Lite0",
        summary="Starts from ImageNet; the lightest head, ends at an eighth of the size, so edges are softer.",
        recommended_for="Large objects and slow machines: fewest operations of those that start from ImageNet.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=3_056_024,
        gflops_per_megapixel=14.92,
        taps=_LITE0_TAPS,
        encoder_licence=_LITE0_LICENCE,
    ),
    "deeplabv3plus_efficientnet_lite0": Architecture(
        title="DeepLabV3+ on EfficientNet-Lite0",
        summary="Starts from ImageNet; looks far around each pixel before it decides.",
        recommended_for="Scenes where a pixel is understood only by its wider surroundings, such as streets.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=3_229_608,
        gflops_per_megapixel=21.35,
        taps=_LITE0_TAPS,
        encoder_licence=_LITE0_LICENCE,
    ),
    "fast_scnn": Architecture(
        title="Fast-SCNN",
        summary="Very light, trained from scratch: fastest on video, but needs more labelled frames and epochs.",
        recommended_for="Real time on a small computer, with several hundred labelled frames or more.",
        output="logits",
        stride=32,
        pretrained=False,
        parameters=1_168_248,
        gflops_per_megapixel=6.37,
        taps={8: "quick8_pointwise_relu", 32: "block8_add"},
    ),
    "unet_mobilenet_v3_large": Architecture(
        title="U-Net on MobileNetV3-Large",
        summary="Made for phones; its ImageNet weights are downloaded.",
        recommended_for="A second opinion of about the default's size.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=3_151_944,
        gflops_per_megapixel=16.87,
        taps={
            4: "expanded_conv_2_add",
            8: "expanded_conv_5_add",
            16: "expanded_conv_11_add",
            32: "expanded_conv_14_add",
        },
        encoder_licence="Apache-2.0 (TensorFlow models), trained on ImageNet",
        download=ImagenetFile(
            f"{_STORE}/mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
            "07fb09a5933dd0c8eaafa16978110389",
            13,
        ),
    ),
    "unet_efficientnet_v2_b0": Architecture(
        title="U-Net on EfficientNetV2-B0",
        summary="A stronger encoder of moderate cost; its ImageNet weights are downloaded.",
        recommended_for="More accuracy where training and video may take about twice as long.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=5_992_600,
        gflops_per_megapixel=37.32,
        taps={4: "block2b_add", 8: "block3b_add", 16: "block5e_add", 32: "block6h_add"},
        encoder_licence="Apache-2.0 (Google AutoML), trained on ImageNet",
        download=ImagenetFile(
            f"{_STORE}/efficientnet_v2/efficientnetv2-b0_notop.h5", "893217f2bb855e2983157299931e43ff", 24
        ),
    ),
    "unet_resnet50": Architecture(
        title="U-Net on ResNet50",
        summary="The classic; heavy on a CPU. Its ImageNet weights are downloaded.",
        recommended_for="Comparison with published work, on a GPU.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=25_242_056,
        gflops_per_megapixel=189.9,
        taps={4: "conv2_block3_out", 8: "conv3_block4_out", 16: "conv4_block6_out", 32: "conv5_block3_out"},
        encoder_licence="MIT (Kaiming He), trained on ImageNet",
        download=ImagenetFile(
            f"{_STORE}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "4d473c1dd8becc155b73f8504c6f6626",
            95,
        ),
    ),
    "unet_convnext_tiny": Architecture(
        title="U-Net on ConvNeXt-Tiny",
        summary="The largest and strongest encoder here; for a GPU. Its ImageNet weights are downloaded.",
        recommended_for="The last bit of accuracy, on a GPU.",
        output="logits",
        stride=32,
        pretrained=True,
        parameters=28_546_536,
        gflops_per_megapixel=194.8,
        taps={
            4: "convnext_tiny_stage_0_block_2_identity",
            8: "convnext_tiny_stage_1_block_2_identity",
            16: "convnext_tiny_stage_2_block_8_identity",
            32: "convnext_tiny_stage_3_block_2_identity",
        },
        encoder_licence="MIT (Meta), trained on ImageNet",
        download=ImagenetFile(
            f"{_STORE}/convnext/convnext_tiny_notop.h5",
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
            112,
        ),
    ),
    "unet_notebook": Architecture(
        title="The notebook's U-Net",
        summary="pix2pix-style, trained from scratch at 256×256; slow on a CPU.",
        recommended_for="Comparison with the course notebook.",
        output="sigmoid",
        stride=128,
        pretrained=False,
        parameters=41_849_096,
        gflops_per_megapixel=188.9,
        head="planes",
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
