"""What a network costs: floating-point operations, counted from its layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from segcore.models.graph import inputs_of, output_shapes

if TYPE_CHECKING:
    import keras


def count_flops(model: keras.Model, size: tuple[int, int]) -> int:
    """Floating-point operations for one frame: two (multiply, add) for each weight of a convolution or dense layer
    and each place that it is applied to. What else there is – normalisation, activation, scaling – is a few per cent
    of that and left out, as is usual.

    Args:
        model: a functional model of `registry.build`.
        size: (height, width) of the input.
    """
    shapes = output_shapes(model, size)
    total = 0
    for layer in model.layers:
        sources = inputs_of(layer)
        if sources:
            total += layer_flops(layer, shapes[sources[0]], shapes[layer.name])
    return total


def layer_flops(layer: keras.Layer, given: tuple[int, ...], made: tuple[int, ...]) -> int:
    """Operations of one layer.

    Args:
        layer: any; those without a kernel count 0.
        given, made: shapes of its input and output without the batch, (height, width, channels).
    """
    from keras import layers

    if isinstance(layer, layers.DepthwiseConv2D):
        return 2 * math.prod(layer.kernel_size) * math.prod(made)
    if isinstance(layer, layers.Conv2DTranspose):
        return 2 * math.prod(layer.kernel_size) * math.prod(given) * layer.filters
    if isinstance(layer, layers.Conv2D):
        return 2 * math.prod(layer.kernel_size) * (given[-1] // layer.groups) * math.prod(made)
    if isinstance(layer, layers.Dense):
        return 2 * given[-1] * math.prod(made)
    total = 0
    for inner in getattr(layer, "layers", []):  # a Sequential
        step = tuple(inner.compute_output_shape((1, *given))[1:])
        total += layer_flops(inner, given, step)
        given = step
    return total
