"""The graph that inference runs: uint8 frames in, uint8 labels and confidence out, nothing left for Python.

Both backends use this very function, so that they label alike. Opens TensorFlow.
When its operations change, raise `versions.GRAPH_VERSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import tensorflow as tf

from segcore.inference.polyphase import before_enlargement, in_order, phases

if TYPE_CHECKING:
    import keras


def labelling_graph(
    model: keras.Model,
    output: Literal["logits", "sigmoid"],
    size: tuple[int, int],
    *,
    compiled: bool = False,
    turned: bool = False,
    with_scores: bool = False,
) -> tf.types.experimental.PolymorphicFunction:
    """A network with arg-max and confidence behind it.

    Args:
        model: (N, h, w, 3) float32 in [0, 255] → (N, h, w, C) float32; it normalises itself.
        output: what the network gives: "logits" (softmax over classes) or "sigmoid" (independent planes).
        size: (h, w).
        compiled: by XLA; faster on a GPU, slower on a CPU.
        turned: for OpenVINO: classes are separated by `_turned`, and enlarged in `phases`.
        with_scores: give "scores", too, as `score_graph` does.

    Returns:
        A tf.function: (N, h, w, 3) uint8 → {"labels": (N, h, w) uint8, "confidence": (N, h, w) uint8}. Confidence is
        the label's probability × 255: of the softmax, or the highest plane.
    """

    small = before_enlargement(model) if turned else None

    @tf.function(
        input_signature=[tf.TensorSpec((None, *size, 3), tf.uint8, name="frames")],
        autograph=False,
        jit_compile=compiled or None,
    )
    def label(frames: tf.Tensor) -> dict[str, tf.Tensor]:
        pixels = tf.cast(frames, tf.float32)
        if small:
            network, times = small
            scores = tf.cast(network(pixels, training=False), tf.float32)
            labels, confidence = (in_order(grids) for grids in _decide_enlarged(scores, times, output))
            scores = model.layers[-1](scores) if with_scores else scores
        else:
            scores = tf.cast(model(pixels, training=False), tf.float32)
            planes = _turned(scores) if turned else tf.reshape(scores, (-1, scores.shape[-1]))
            labels, confidence = _decide(tf.unstack(planes, axis=0 if turned else 1), output)
        given = {"labels": tf.reshape(labels, (-1, *size)), "confidence": tf.reshape(confidence, (-1, *size))}
        return given | {"scores": scores} if with_scores else given

    return label


def _turned(scores: tf.Tensor) -> tf.Tensor:
    """(N, h, w, C) float32 → (C, N·h·w).

    By a multiplication with the identity, the quickest way in OpenVINO: its arg-max over the last axis takes a fifth
    of the time of the whole network, and so does cutting that axis. On GPUs it would round (TensorFloat-32).
    """
    classes = scores.shape[-1]
    identity = tf.constant(np.eye(classes, dtype=np.float32))
    return tf.matmul(identity, tf.reshape(scores, (-1, classes)), transpose_b=True)


def _decide_enlarged(
    scores: tf.Tensor, times: int, output: Literal["logits", "sigmoid"]
) -> tuple[tf.Tensor, tf.Tensor]:
    """What `_decide` gives of scores (N, h, w, C) that are enlarged first: (times, times, N, h, w), as of `phases`.

    Turned while they are small, and decided before they are in order, labels take half the time.
    """
    height, width, classes = scores.shape[1:]
    planes = tf.reshape(_turned(scores), (classes, -1, height, width))
    return _decide(tf.unstack(phases(planes, times), axis=0), output)


def _decide(planes: list[tf.Tensor], output: Literal["logits", "sigmoid"]) -> tuple[tf.Tensor, tf.Tensor]:
    """The best class (the lowest of equal ones) and its probability × 255, both uint8 of the planes' shape."""
    best, labels = planes[0], tf.zeros_like(planes[0])
    for number, plane in enumerate(planes[1:], start=1):
        labels = tf.where(plane > best, float(number), labels)
        best = tf.maximum(best, plane)
    if output == "sigmoid":
        probability = tf.clip_by_value(best, 0.0, 1.0)
    else:
        probability = 1.0 / tf.add_n([tf.exp(plane - best) for plane in planes])
    return tf.cast(labels, tf.uint8), tf.cast(tf.round(probability * 255.0), tf.uint8)


def score_graph(model: keras.Model, size: tuple[int, int]) -> tf.types.experimental.PolymorphicFunction:
    """The network as it is: (N, h, w, 3) uint8 → {"scores": (N, h, w, C) float32}; for measuring, not for videos."""

    @tf.function(input_signature=[tf.TensorSpec((None, *size, 3), tf.uint8, name="frames")], autograph=False)
    def score(frames: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"scores": tf.cast(model(tf.cast(frames, tf.float32), training=False), tf.float32)}

    return score
