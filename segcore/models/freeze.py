"""Keep the first stages of a pretrained encoder as they are.

Edges and colours are the same in every video: leaving the stages that see them alone saves the dearest part of the
backward pass (the largest maps) and keeps a few dozen frames from spoiling them.
"""

from __future__ import annotations

import keras

from segcore.models.architectures import Architecture


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
    frozen = ancestors(model, entry.taps[stride])
    for name in frozen:
        model.get_layer(name).trainable = False
    return sum(model.get_layer(name).count_params() for name in frozen)


def ancestors(model: keras.Model, name: str) -> set[str]:
    """Names of a layer and of all layers that it reads, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for node in model.get_layer(name)._inbound_nodes:
            waiting += [tensor._keras_history.operation.name for tensor in node.input_tensors]
    return found
