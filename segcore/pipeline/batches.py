"""tf.data: labelled frames are decoded once and cached as uint8, augmented after the cache, anew in every epoch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil
import tensorflow as tf
from tensorflow.autograph.experimental import do_not_convert

from segcore.datasets.dataset import Pair, read_labels
from segcore.datasets.images import read_image
from segcore.pipeline.augment import random_view
from segcore.pipeline.config import SampleSettings
from segcore.pipeline.preprocess import Geometry, resize_frame, resize_labels

CACHE_SIDE = 960
"""Frames are cached with at least this long side (where they have it), so that magnified crops keep detail."""

MEMORY_SHARE = 0.4
"""Above this share of the free memory, frames are cached in a file."""

SHUFFLE = 512


def train_batches(
    pairs: Sequence[Pair],
    config: SampleSettings,
    *,
    scratch: Path,
    start: int = 0,
    options: tf.data.Options | None = None,
) -> tf.data.Dataset:
    """Endless batches of augmented samples.

    Args:
        pairs: the training part of a dataset.
        config: crop, augmentation, batch size, seed.
        scratch: folder for the cache of datasets that do not fit into memory.
        start: number of the first sample (a resumed training goes on where it ended).
        options: of the input pipeline.

    Returns:
        Elements (images (B, h, w, 3) uint8, labels (B, h, w) uint8).
    """
    frames = shuffled(cached_frames(pairs, config.geometry, scratch=scratch), len(pairs), config.seed)
    numbers = tf.data.Dataset.counter(start)
    samples = tf.data.Dataset.zip(frames, numbers).map(
        do_not_convert(
            lambda frame, number: random_view(frame, config.augment, config.crop, sample_seed(config.seed, number))
        ),
        num_parallel_calls=tf.data.AUTOTUNE,
    )
    batches = samples.batch(config.batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
    return batches.with_options(options) if options else batches


def shuffled(frames: tf.data.Dataset, count: int, seed: int) -> tf.data.Dataset:
    """The frames in the order in which a training takes them: endless, each once before any comes again.

    Args:
        frames: `count` elements (frames, or only their numbers).
        count: how many there are.
        seed: the same seed gives the same order in every process.
    """
    tf.random.set_seed(seed)  # tf.data mixes the process's seed into a shuffle's own
    return frames.shuffle(min(count, SHUFFLE), seed=seed).repeat()


def sample_seed(seed: int, number: tf.Tensor | int) -> tf.Tensor:
    """The stateless seed of sample `number`: (2,) int32."""
    return tf.stack([tf.cast(seed, tf.int32), tf.cast(number, tf.int32)])


def cached_frames(pairs: Sequence[Pair], geometry: Geometry, *, scratch: Path | None) -> tf.data.Dataset:
    """Every frame once, decoded at its first use and cached (in memory, or in a file where it would not fit).

    Returns:
        Elements as `augment.random_view` takes them.
    """
    images = tf.constant([str(p.image) for p in pairs])
    masks = tf.constant([str(p.mask) for p in pairs])
    tables = tf.constant([p.table for p in pairs])
    frames = tf.data.Dataset.from_tensor_slices((images, masks, tables)).map(
        do_not_convert(lambda image, mask, table: _load(image, mask, table, geometry)), num_parallel_calls=2
    )
    if scratch is None or _fits(pairs):
        return frames.cache()
    scratch.mkdir(parents=True, exist_ok=True)
    return frames.cache(str(scratch / "frames"))


def read_frame(pair: Pair, geometry: Geometry) -> dict[str, np.ndarray]:
    """One labelled frame at the size in which it is cached; see `augment.random_view` for the parts."""
    image, labels = read_image(pair.image), read_labels(pair)
    height, width = labels.shape
    side = max(CACHE_SIDE, geometry.long_side or 0)
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    small = resize_frame(image, size)
    half = resize_frame(small, (max(1, size[0] // 2), max(1, size[1] // 2)))
    network = np.array(geometry.size_for(height, width), np.int32)
    return {"image": small, "half": half, "labels": resize_labels(labels, size), "network": network}


def _load(image: tf.Tensor, mask: tf.Tensor, table: tf.Tensor, geometry: Geometry) -> dict[str, tf.Tensor]:
    def read(image_path: bytes, mask_path: bytes, labels_table: bytes) -> list[np.ndarray]:
        files = Path(image_path.decode()), Path(mask_path.decode())
        frame = read_frame(Pair(files[0].stem, *files, table=labels_table), geometry)
        return [frame[key] for key in ("image", "half", "labels", "network")]

    types = [tf.uint8, tf.uint8, tf.uint8, tf.int32]
    whole, half, labels, network = tf.numpy_function(read, [image, mask, table], types)
    return {
        "image": tf.ensure_shape(whole, (None, None, 3)),
        "half": tf.ensure_shape(half, (None, None, 3)),
        "labels": tf.ensure_shape(labels, (None, None)),
        "network": tf.ensure_shape(network, (2,)),
    }


def _fits(pairs: Sequence[Pair]) -> bool:
    pixels = CACHE_SIDE * CACHE_SIDE * 9 // 16
    return len(pairs) * pixels * 5 < MEMORY_SHARE * psutil.virtual_memory().available
