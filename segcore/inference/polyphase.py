"""Bilinear enlargement as an interpolation of whole grids, for graphs that decide what each pixel shows.

Enlarged k times, the pixels of equal place within their k×k block are one grid of the small size, and each is the same
weighted sum of four neighbours (a polyphase filter). Nothing is gathered, planes stay apart, and only what is decided,
a byte a pixel, is put into the order of the picture. Opens TensorFlow.
"""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers


def before_enlargement(model: keras.Model) -> tuple[keras.Model, int] | None:
    """The network without its last layer, where that enlarges bilinearly, and how many times; else None."""
    last = model.layers[-1]
    if not isinstance(last, layers.UpSampling2D) or last.interpolation != "bilinear" or last.output is not model.output:
        return None
    down, across = last.size
    return (keras.Model(model.inputs, last.input), down) if down == across else None


def phases(planes: tf.Tensor, times: int) -> tf.Tensor:
    """Enlarge, half-pixel centres, borders repeated (as `keras.layers.UpSampling2D`).

    Args:
        planes: (C, N, h, w) float32.
        times: how many times.

    Returns:
        (C, times, times, N, h, w) float32: [:, x, y] are the pixels at row y and column x of their blocks.
    """
    rows = tf.stack(_between(planes, 2, times), axis=1)
    return tf.stack(_between(rows, 4, times), axis=1)


def in_order(grids: tf.Tensor) -> tf.Tensor:
    """(times, times, N, h, w), as of `phases` → (N, times · h, times · w)."""
    times, _, _, height, width = grids.shape
    return tf.reshape(tf.transpose(grids, (2, 3, 1, 4, 0)), (-1, times * height, times * width))


def _between(planes: tf.Tensor, axis: int, times: int) -> list[tf.Tensor]:
    """The planes at the middles of `times` equal parts of a pixel along an axis, each of their own shape."""
    before = tf.concat([_cut(planes, axis, 0, 1), _cut(planes, axis, 0, -1)], axis)
    after = tf.concat([_cut(planes, axis, 1, None), _cut(planes, axis, -1, None)], axis)
    made = []
    for part in range(times):
        offset = (part + 0.5) / times - 0.5
        other = before if offset < 0 else after
        made.append(planes * (1 - abs(offset)) + other * abs(offset) if offset else planes)
    return made


def _cut(planes: tf.Tensor, axis: int, begin: int, end: int | None) -> tf.Tensor:
    return planes[(slice(None),) * axis + (slice(begin, end),)]
