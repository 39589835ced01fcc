"""The layers of a network as a graph to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class LayerNode:
    """One layer."""

    name: str
    kind: str
    """Its Keras class: Conv2D, BatchNormalization, …"""
    shape: tuple[int, ...]
    """(height, width, channels) of what it gives, for the asked input size."""
    parameters: int
    inputs: tuple[str, ...]
    """Names of the layers it reads."""
    depth: int
    """Longest way from the input, counted in layers."""


def layer_graph(model: keras.Model, size: tuple[int, int]) -> list[LayerNode]:
    """Every layer of a functional model, in the order of computation.

    Args:
        model: of `registry.build`.
        size: (height, width) of the input for which shapes are given.
    """
    shapes = _shapes(model, size)
    nodes: dict[str, LayerNode] = {}
    for layer in model.layers:
        inputs = tuple(
            tensor._keras_history.operation.name for node in layer._inbound_nodes for tensor in node.input_tensors
        )
        nodes[layer.name] = LayerNode(
            name=layer.name,
            kind=type(layer).__name__,
            shape=shapes[layer.name],
            parameters=layer.count_params(),
            inputs=inputs,
            depth=1 + max((nodes[i].depth for i in inputs), default=-1),
        )
    return list(nodes.values())


def _shapes(model: keras.Model, size: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    """Output shape of every layer for one input size, by symbolic computation alone."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in model.layers:
        parents = [
            shapes[tensor._keras_history.operation.name]
            for node in layer._inbound_nodes
            for tensor in node.input_tensors
        ]
        if not parents:
            shapes[layer.name] = (*size, model.input_shape[-1])
            continue
        inputs = [(1, *p) for p in parents]
        shapes[layer.name] = tuple(layer.compute_output_shape(inputs if len(inputs) > 1 else inputs[0])[1:])
    return shapes
