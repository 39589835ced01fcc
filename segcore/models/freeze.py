"""Keep the first stages of a pretrained encoder as they are.

Edges and colours are the same in every video: leaving the stages that see them alone saves the dearest part of the
backward pass (the largest maps) and keeps a few dozen frames from spoiling them.
"""

from __future__ import annotations

import keras

from segcore.models.architectures import Architecture
from segcore.models.graph import inputs_of


def freeze_encoder(model: keras.Model, entry: Architecture, stride: int) -> int:
    """Freeze the encoder's layers up to the map of this stride.

    Args:
        model: a network of this entry.
        entry: its `taps` say where each stride ends.
        stride: 2, 4, 8, 16 or 32; 0 freezes nothing.

    Returns:
        How many parameters will not learn; 0 for a network without an encoder of its own.
    """
    if not stride or stride not in entry.taps:
        return 0
    frozen = layers_up_to(model, entry.taps[stride])
    for layer in frozen:
        layer.trainable = False
    return sum(layer.count_params() for layer in frozen)


def freeze_depthwise(model: keras.Model, entry: Architecture) -> int:
    """Freeze the depthwise convolutions of a pretrained encoder; its 1×1 convolutions go on learning.

    They hold few parameters, and their gradient is what TensorFlow computes worst on a processor.

    Args:
        model: a network of this entry.
        entry: its `taps` say where the encoder ends.

    Returns:
        How many parameters will not learn.
    """
    frozen = [layer for layer in encoder_layers(model, entry) if isinstance(layer, keras.layers.DepthwiseConv2D)]
    for layer in frozen:
        layer.trainable = False
    return sum(layer.count_params() for layer in frozen)


def encoder_layers(model: keras.Model, entry: Architecture) -> list[keras.Layer]:
    """The encoder's layers, in the order of computation; none for a network without an encoder of its own."""
    return layers_up_to(model, entry.taps[max(entry.taps)]) if entry.taps else []


def layers_up_to(model: keras.Model, last: str) -> list[keras.Layer]:
    """The layer `last` and all that it reads, directly or not, in the order of computation."""
    needed = {last}
    for operation in reversed(model.operations):
        if operation.name in needed:
            needed |= set(inputs_of(operation))
    return [layer for layer in model.layers if layer.name in needed]
