"""Losses, as pure functions over labels and the network's outputs. Pixels labelled 255 take no part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from segcore.classes import IGNORE

SMOOTH = 1.0
"""Added to both sides of every Dice fraction, as the notebook does."""

DICE_SHARE = 0.3
"""Weight of the Dice part in the notebook's loss."""

LOVASZ_PIXELS = 16_384
"""The Lovász part looks at this many pixels of a batch: it sorts them, and so many tell what all of them would."""

MOST_WEIGHT = 3.0
"""A pixel of a rare class counts at most this much more, one of a common class this much less."""


def one_hot(labels: tf.Tensor, classes: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Labels as planes, and which pixels count.

    Args:
        labels: (N, H, W) uint8.
        classes: C.

    Returns:
        planes (N, H, W, C) float32, all zero at ignored pixels; valid (N, H, W) float32, 0 or 1.
    """
    planes = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=tf.float32)
    return planes, tf.cast(labels != IGNORE, tf.float32)


def dice_per_class(planes: tf.Tensor, probabilities: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    """Soft Dice of each class over the whole batch, smoothed by 1.

    (2·Σ p·t + 1) / (Σ p + Σ t + 1), the sums over all valid pixels of the batch.

    Args:
        planes: (N, H, W, C) float32, 0 or 1.
        probabilities: (N, H, W, C) float32 in [0, 1].
        valid: (N, H, W) float32, 0 or 1.

    Returns:
        (C,) float32 in (0, 1].
    """
    probabilities = probabilities * valid[..., None]
    both = tf.reduce_sum(planes * probabilities, axis=(0, 1, 2))
    total = tf.reduce_sum(planes, axis=(0, 1, 2)) + tf.reduce_sum(probabilities, axis=(0, 1, 2))
    return (2 * both + SMOOTH) / (total + SMOOTH)


def dice_bce(labels: tf.Tensor, probabilities: tf.Tensor) -> tf.Tensor:
    """The notebook's loss: 0.3·(1 − Dice) + binary cross-entropy, over independent planes.

    Args:
        labels: (N, H, W) uint8.
        probabilities: (N, H, W, C) float32 in [0, 1].

    Returns:
        () float32.
    """
    planes, valid = one_hot(labels, probabilities.shape[-1])
    overlap = tf.reduce_mean(dice_per_class(planes, probabilities, valid))
    clipped = tf.clip_by_value(probabilities, 1e-7, 1 - 1e-7)
    entropy = -(planes * tf.math.log(clipped) + (1 - planes) * tf.math.log(1 - clipped))
    return DICE_SHARE * (1 - overlap) + _mean_valid(tf.reduce_mean(entropy, axis=-1), valid)


def class_weights(pixels: np.ndarray, balance: float) -> np.ndarray:
    """How much a pixel counts by its true class: (median share / its share) ** balance, within 1/3 to 3.

    Median frequency balancing (Eigen & Fergus, "Predicting Depth, Surface Normals and Semantic Labels", 2015),
    softened.

    Args:
        pixels: (C,) how many pixels each class has.
        balance: 0 (all the same) to 1 (as published); below 0, rare classes weigh less.

    Returns:
        (C,) float64; 1 for a class without pixels.
    """
    present = pixels > 0
    if not present.any():
        return np.ones(len(pixels))
    ratio = np.median(pixels[present]) / np.maximum(pixels, 1)
    return np.where(present, np.clip(ratio**balance, 1 / MOST_WEIGHT, MOST_WEIGHT), 1.0)


def ce_dice(labels: tf.Tensor, logits: tf.Tensor, class_weights: tf.Tensor) -> tf.Tensor:
    """Weighted cross-entropy plus soft Dice over the batch (Milletari et al., "V-Net", 2016).

    Args:
        labels: (N, H, W) uint8.
        logits: (N, H, W, C) float32.
        class_weights: (C,) float32, weight of a pixel by its true class.

    Returns:
        () float32.
    """
    planes, valid = one_hot(labels, logits.shape[-1])
    overlap = tf.reduce_mean(dice_per_class(planes, tf.nn.softmax(logits), valid))
    return cross_entropy(labels, logits, class_weights) + 1 - overlap


def ce_lovasz(labels: tf.Tensor, logits: tf.Tensor, class_weights: tf.Tensor) -> tf.Tensor:
    """Weighted cross-entropy plus the Lovász extension of 1 − IoU, over pixels spread evenly in the batch.

    Args:
        labels: (N, H, W) uint8.
        logits: (N, H, W, C) float32.
        class_weights: (C,) float32, weight of a pixel by its true class in the cross-entropy.

    Returns:
        () float32.
    """
    classes = logits.shape[-1]
    chosen = spread(tf.size(labels), LOVASZ_PIXELS)
    planes, valid = one_hot(tf.gather(tf.reshape(labels, (-1,)), chosen), classes)
    probabilities = tf.nn.softmax(tf.gather(tf.reshape(logits, (-1, classes)), chosen))
    return cross_entropy(labels, logits, class_weights) + lovasz(planes, probabilities, valid)


def cross_entropy(labels: tf.Tensor, logits: tf.Tensor, class_weights: tf.Tensor) -> tf.Tensor:
    """Mean over the valid pixels, weighted by their true class.

    Args:
        labels: (N, H, W) uint8.
        logits: (N, H, W, C) float32.
        class_weights: (C,) float32.

    Returns:
        () float32; 0 where no pixel is valid.
    """
    by_label = tf.pad(class_weights, [[0, IGNORE + 1 - logits.shape[-1]]])  # what is no class weighs nothing
    weights = tf.gather(by_label, tf.cast(labels, tf.int32))
    planes, _ = one_hot(labels, logits.shape[-1])
    return tf.math.divide_no_nan(tf.reduce_sum(_entropies(planes, logits) * weights), tf.reduce_sum(weights))


@tf.custom_gradient
def _entropies(planes: tf.Tensor, logits: tf.Tensor) -> tuple[tf.Tensor, Callable]:
    """(N, H, W) float32: −ln of the true class's probability, at most 69; of no meaning at ignored pixels.

    On two processors `tf.nn.softmax_cross_entropy_with_logits` takes three times as long as the softmax alone, whose
    result tells both the value and the gradient (probability − truth).
    """
    probabilities = tf.nn.softmax(logits)
    true = tf.reduce_sum(probabilities * planes, axis=-1)

    def gradient(upstream: tf.Tensor) -> tuple[None, tf.Tensor]:
        return None, (probabilities - planes) * upstream[..., None]

    return -tf.math.log(tf.maximum(true, 1e-30)), gradient


def lovasz(planes: tf.Tensor, probabilities: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    """The Lovász-softmax loss: 1 − IoU, made continuous, mean over the classes that are there.

    Where every probability is 0 or 1 it is exactly 1 − IoU; between, it weighs each pixel's error by how much IoU it
    costs next to the worse ones (Berman, Rannen Triki & Blaschko, "The Lovász-Softmax loss", CVPR 2018).

    Args:
        planes: (P, C) float32, 0 or 1, all zero at ignored pixels.
        probabilities: (P, C) float32 in [0, 1].
        valid: (P,) float32, 0 or 1.

    Returns:
        () float32 in [0, 1]; 0 where no pixel is valid.
    """
    errors = tf.transpose(tf.abs(planes - probabilities) * valid[:, None])
    worst_first, order = tf.math.top_k(errors, tf.shape(errors)[1])
    true = tf.gather(tf.transpose(planes), order, batch_dims=1)
    pixels = tf.reduce_sum(true, axis=1, keepdims=True)
    intersection = pixels - tf.cumsum(true, axis=1)
    union = pixels + tf.cumsum(1 - true, axis=1)
    jaccard = 1 - tf.math.divide_no_nan(intersection, union)
    slope = jaccard - tf.pad(jaccard[:, :-1], [[0, 0], [1, 0]])
    by_class = tf.reduce_sum(worst_first * tf.stop_gradient(slope), axis=1)
    present = tf.cast(pixels[:, 0] > 0, tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(by_class * present), tf.reduce_sum(present))


def spread(count: tf.Tensor, most: int) -> tf.Tensor:
    """At most `most` of the numbers below `count`, without clusters or stripes, always the same ones.

    Multiples of the golden ratio, modulo 1, are spread evenly however many are taken (the Kronecker sequence).

    Args:
        count: () int32, how many pixels there are.
        most: how many are wanted.

    Returns:
        (min(count, most),) int32; all of them in order where there are no more.
    """
    turns = tf.range(tf.minimum(count, most), dtype=tf.int32)
    golden = tf.math.floormod(tf.cast(turns, tf.float64) * (5**0.5 - 1) / 2, 1.0)
    some = tf.cast(golden * tf.cast(count, tf.float64), tf.int32)
    return tf.where(count <= most, turns, some)


def _mean_valid(values: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    return tf.math.divide_no_nan(tf.reduce_sum(values * valid), tf.reduce_sum(valid))
