"""Augmentation: one random affine view, then colour jitter, as TensorFlow ops for tf.data.

Image and label go through one and the same affine map: bilinear for colours, nearest for labels; what lies outside
the frame is grey (the network's zero) and labelled 255 (ignore). Every random number comes from a
stateless seed, so sample k of a seed is the same tensor on every machine and in every process.
"""

from __future__ import annotations

import math

import tensorflow as tf

from segcore.classes import IGNORE
from segcore.pipeline.config import AugmentConfig

GREY = 127
SEEDS = ("zoom", "place", "turn", "colour")
"""What the seeds of a sample decide, each on its own: switching one transform off leaves the others as they were."""
JITTER = 0.25
"""A sought pixel lies within this share of the window around its centre."""
HALF_FROM = 1.5
"""From this many source pixels a pixel on, colours are read from the half-size frame (no aliasing)."""


def random_view(
    frame: dict[str, tf.Tensor], config: AugmentConfig, crop: tuple[int, int], seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """One augmented sample of a cached frame.

    Args:
        frame: of `batches.cached_frames`: `image` (H, W, 3) uint8, `half` (H/2, W/2, 3) uint8,
            `labels` (H, W) uint8, `network` (2,) int32, the network's (height, width) for the whole frame.
        config: what may vary and how far.
        crop: (height, width) of the sample.
        seed: (2,) int32.

    Returns:
        image (crop, 3) uint8, labels (crop) uint8.
    """
    return seeded_view(frame, config, crop, tf.random.split(seed, len(SEEDS)))


def seeded_view(
    frame: dict[str, tf.Tensor], config: AugmentConfig, crop: tuple[int, int], seeds: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """As `random_view`, with a seed for each kind of randomness.

    Args:
        frame, config, crop: as there.
        seeds: (4, 2) int32, in the order of `SEEDS`.

    Returns:
        image (crop, 3) uint8, labels (crop) uint8.
    """
    step, centre = _window(frame, config, crop, seeds)
    matrix = _view_matrix(config, step, seeds[2])
    image = _sample_image(frame, matrix, centre, step, crop)
    labels = _transform(frame["labels"][..., None], _projective(matrix, centre, crop), crop, "NEAREST", IGNORE)
    return jitter_colors(image, config, seeds[3]), labels[..., 0]


def _window(
    frame: dict[str, tf.Tensor], config: AugmentConfig, crop: tuple[int, int], seeds: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Source pixels per sample pixel (y, x), and the window's centre (y, x), both (2,) float32."""
    size = tf.cast(tf.shape(frame["labels"]), tf.float32)
    shape = tf.constant(crop, tf.float32)
    if config.window == "fraction":
        fraction = _uniform(seeds[0], *config.fraction)
        step = fraction * size / shape
        half = fraction / 2
    else:
        low, high = (math.log(z) for z in config.zoom)
        zoom = tf.exp(_uniform(seeds[0], low, high))
        step = size / tf.cast(frame["network"], tf.float32) / zoom
        half = tf.minimum(step * shape / size / 2, 0.5)
    place = tf.random.stateless_uniform((2,), seeds[1])
    centre = (half + place * (1 - 2 * half)) * size
    if config.seek:
        centre = _sought(frame["labels"], config.seek, centre, step * shape, seeds[1])
    return step, centre


def _sought(labels: tf.Tensor, probability: float, centre: tf.Tensor, window: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """With some probability, a centre near a random pixel of a random class instead."""
    draws = tf.random.stateless_uniform((5,), tf.random.fold_in(seed, 1))
    counts = tf.math.bincount(tf.cast(tf.reshape(labels, [-1]), tf.int32), minlength=256, maxlength=256)[:IGNORE]
    present = tf.where(counts > 0)[:, 0]

    def seek() -> tf.Tensor:
        chosen = present[tf.cast(draws[1] * tf.cast(tf.size(present), tf.float32), tf.int64)]
        pixels = tf.where(labels == tf.cast(chosen, tf.uint8))
        pixel = pixels[tf.cast(draws[2] * tf.cast(tf.shape(pixels)[0], tf.float32), tf.int64)]
        spread = (draws[3:5] * 2 - 1) * JITTER * window
        return tf.cast(pixel, tf.float32) + 0.5 + spread

    return tf.cond((draws[0] < probability) & (tf.size(present) > 0), seek, lambda: centre)


def _view_matrix(config: AugmentConfig, step: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """(2, 2) float32: offsets in the sample (x, y) → offsets in the source (x, y)."""
    draws = tf.random.stateless_uniform((2,), seed)
    angle = (draws[0] * 2 - 1) * config.rotation * math.pi / 180
    mirror = tf.where(draws[1] < config.flip, -1.0, 1.0)
    cos, sin = tf.cos(angle), tf.sin(angle)
    rotation = tf.stack([tf.stack([cos * mirror, -sin]), tf.stack([sin * mirror, cos])])
    return tf.reverse(step, [0])[:, None] * rotation


def _sample_image(
    frame: dict[str, tf.Tensor], matrix: tf.Tensor, centre: tf.Tensor, step: tf.Tensor, crop: tuple[int, int]
) -> tf.Tensor:
    def whole() -> tf.Tensor:
        return _transform(frame["image"], _projective(matrix, centre, crop), crop, "BILINEAR", GREY)

    def half() -> tf.Tensor:
        ratio = tf.cast(tf.shape(frame["half"])[:2], tf.float32) / tf.cast(tf.shape(frame["image"])[:2], tf.float32)
        scaled = tf.reverse(ratio, [0])[:, None] * matrix
        return _transform(frame["half"], _projective(scaled, centre * ratio, crop), crop, "BILINEAR", GREY)

    return tf.cond(tf.reduce_max(step) > HALF_FROM, half, whole)


def _projective(matrix: tf.Tensor, centre: tf.Tensor, crop: tuple[int, int]) -> tf.Tensor:
    """The eight numbers that `ImageProjectiveTransformV3` takes; pixel centres lie at whole numbers there."""
    middle = tf.constant([crop[1] / 2 - 0.5, crop[0] / 2 - 0.5])
    shift = tf.reverse(centre, [0]) - 0.5 - tf.linalg.matvec(matrix, middle)
    return tf.stack([matrix[0, 0], matrix[0, 1], shift[0], matrix[1, 0], matrix[1, 1], shift[1], 0.0, 0.0])


def _transform(
    image: tf.Tensor, transform: tf.Tensor, crop: tuple[int, int], interpolation: str, fill: int
) -> tf.Tensor:
    out = tf.raw_ops.ImageProjectiveTransformV3(
        images=image[None],
        transforms=transform[None],
        output_shape=tf.constant(crop),
        fill_value=tf.constant(fill, tf.float32),
        interpolation=interpolation,
        fill_mode="CONSTANT",
    )[0]
    return tf.ensure_shape(out, (*crop, image.shape[-1]))


def jitter_colors(image: tf.Tensor, config: AugmentConfig, seed: tf.Tensor) -> tf.Tensor:
    """Brightness, contrast and saturation, each uniform within its range.

    Args:
        image: (H, W, 3) uint8.
        config: `brightness` is a share of full scale, `contrast` and `saturation` are shares of themselves.
        seed: (2,) int32.

    Returns:
        (H, W, 3) uint8.
    """
    if not (config.brightness or config.contrast or config.saturation):
        return image
    draws = tf.random.stateless_uniform((3,), seed, -1.0, 1.0)
    colors = tf.cast(image, tf.float32)
    grey = tf.reduce_mean(colors, axis=-1, keepdims=True)
    colors = grey + (colors - grey) * (1 + draws[2] * config.saturation)
    mean = tf.reduce_mean(colors)
    colors = mean + (colors - mean) * (1 + draws[1] * config.contrast)
    colors += draws[0] * config.brightness * 255
    return tf.cast(tf.clip_by_value(tf.round(colors), 0, 255), tf.uint8)


def _uniform(seed: tf.Tensor, low: float, high: float) -> tf.Tensor:
    return tf.random.stateless_uniform((), seed, low, high) if high > low else tf.constant(low, tf.float32)
