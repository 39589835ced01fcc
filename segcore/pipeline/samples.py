"""The very samples that a training will see, for people to look at."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from segcore.datasets.store import Dataset
from segcore.pipeline.augment import random_view
from segcore.pipeline.batches import read_frame, sample_seed
from segcore.pipeline.config import SampleSettings


def draw_samples(dataset: Dataset, config: SampleSettings, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Augmented samples by the code that training uses.

    Args:
        dataset: its training part is where the samples come from.
        config: crop and augmentation.
        count: how many.
        seed: the same seed gives the same samples.

    Returns:
        images (count, h, w, 3) uint8 RGB, labels (count, h, w) uint8.
    """
    if tf.config.get_visible_devices("GPU"):
        tf.config.set_visible_devices([], "GPU")  # looking at samples must not take a training's memory
    pairs = dataset.part("train")
    chosen = np.random.default_rng(seed).permutation(np.resize(np.arange(len(pairs)), max(count, len(pairs))))[:count]
    images, labels = [], []
    for number, index in enumerate(chosen):
        frame = {k: tf.constant(v) for k, v in read_frame(pairs[index], config.geometry).items()}
        image, label = random_view(frame, config.augment, config.crop, sample_seed(seed, number))
        images.append(image.numpy())
        labels.append(label.numpy())
    return np.stack(images), np.stack(labels)
