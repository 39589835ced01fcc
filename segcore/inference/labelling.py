"""The graph that inference runs: uint8 frames in, uint8 labels and confidence out, nothing left for Python.

Both backends use this very function, so that they label alike. Opens TensorFlow.
When its operations change, raise `versions.GRAPH_VERSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import tensorflow as tf

if TYPE_CHECKING:
    import keras


def labelling_graph(
    model: keras.Model, output: Literal["logits", "sigmoid"], size: tuple[int, int], *, compiled: bool = False
) -> tf.types.experimental.PolymorphicFunction:
    """A network with arg-max and confidence behind it.

    Args:
        model: (N, h, w, 3) float32 in [0, 255] → (N, h, w, C) float32; it normalises itself.
        output: what the network gives: "logits" (softmax over classes) or "sigmoid" (independent planes).
        size: (h, w).
        compiled: by XLA; faster on a GPU, slower on a CPU.

    Returns:
        A tf.function: (N, h, w, 3) uint8 → {"labels": (N, h, w) uint8, "confidence": (N, h, w) uint8}. Confidence is
        the label's probability × 255: of the softmax, or the highest plane.
    """

    @tf.function(
        input_signature=[tf.TensorSpec((None, *size, 3), tf.uint8, name="frames")],
        autograph=False,
        jit_compile=compiled or None,
    )
    def label(frames: tf.Tensor) -> dict[str, tf.Tensor]:
        scores = tf.cast(model(tf.cast(frames, tf.float32), training=False), tf.float32)
        best = tf.reduce_max(scores, -1)
        labels = tf.argmax(scores, -1, output_type=tf.int32)
        probability = best if output == "sigmoid" else 1.0 / tf.reduce_sum(tf.exp(scores - best[..., None]), -1)
        return {
            "labels": tf.cast(labels, tf.uint8),
            "confidence": tf.cast(tf.round(tf.clip_by_value(probability, 0.0, 1.0) * 255.0), tf.uint8),
        }

    return label


def score_graph(model: keras.Model, size: tuple[int, int]) -> tf.types.experimental.PolymorphicFunction:
    """The network as it is: (N, h, w, 3) uint8 → {"scores": (N, h, w, C) float32}; for measuring, not for videos."""

    @tf.function(input_signature=[tf.TensorSpec((None, *size, 3), tf.uint8, name="frames")], autograph=False)
    def score(frames: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"scores": tf.cast(model(tf.cast(frames, tf.float32), training=False), tf.float32)}

    return score
