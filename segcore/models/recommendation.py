"""Which network to take, and why."""

from __future__ import annotations

FEW = 200
"""Labelled frames below which a network from scratch is not to be thought of."""


def recommended(frames: int) -> tuple[str, str]:
    """The network to take for so many labelled frames, and the reason in a sentence.

    Args:
        frames: to learn from.
    """
    name = "unet_efficientnet_lite0"
    if frames < FEW:
        return name, f"It starts from ImageNet, so {frames} labelled frames can be enough, and it is quick on a CPU."
    return name, f"It starts from ImageNet and is quick on a CPU; with {frames} labelled frames others may come close."
