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
    shapes = output_shapes(model, size)
    nodes: dict[str, LayerNode] = {}
    for operation in model.operations:
        read = inputs_of(operation)
        nodes[operation.name] = LayerNode(
            name=operation.name,
            kind=type(operation).__name__,
            shape=shapes[operation.name],
            parameters=operation.count_params() if hasattr(operation, "count_params") else 0,
            inputs=read,
            depth=1 + max((nodes[name].depth for name in read), default=-1),
        )
    return list(nodes.values())


def inputs_of(operation: keras.Operation) -> tuple[str, ...]:
    """Names of what a layer (or a bare operation, such as x + 3 in a network of Keras) reads."""
    return tuple(t._keras_history.operation.name for node in operation._inbound_nodes for t in node.input_tensors)


def output_shapes(model: keras.Model, size: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    """Layer → shape of its output without the batch, for one input size; by symbolic computation alone."""
    shapes: dict[str, tuple[int, ...]] = {}
    for operation in model.operations:
        inputs = [(1, *shapes[name]) for name in inputs_of(operation)]
        made = _shape(operation, inputs) if inputs else (1, *size, model.input_shape[-1])
        shapes[operation.name] = tuple(made[1:])
    return shapes


def _shape(operation: keras.Operation, inputs: list[tuple[int, ...]]) -> tuple[int, ...]:
    import keras

    if isinstance(operation, keras.Layer):
        try:
            return tuple(operation.compute_output_shape(inputs if len(inputs) > 1 else inputs[0]))
        except NotImplementedError:
            pass  # a layer that only knows how to compute: it is asked to, on shapes alone
    node = operation._inbound_nodes[0]
    known = {id(t): keras.KerasTensor(s, t.dtype) for t, s in zip(node.input_tensors, inputs, strict=True)}
    args, kwargs = node.arguments.fill_in(known)
    return tuple(operation.compute_output_spec(*args, **kwargs).shape)
