"""Draws the very samples that a training will see, one by one, out of no other frames than theirs."""

from __future__ import annotations

import threading

import numpy as np
import tensorflow as tf

from segcore.datasets.store import Dataset, Pair
from segcore.pipeline.augment import SEEDS, random_view, seeded_view
from segcore.pipeline.batches import read_frame, sample_seed, shuffled
from segcore.pipeline.config import SampleSettings, Transform
from segcore.pipeline.samples import Samples

_SEEDING = threading.Lock()
"""The order of frames depends on a seed of the whole process: one user at a time sets it."""


def draw_samples(dataset: Dataset, config: SampleSettings, count: int, start: int = 0) -> Samples:
    """The samples that `train_batches` gives, one by one, without decoding any other frame.

    Args:
        dataset: its training part is where the samples come from.
        config: crop, augmentation, seed.
        count: how many.
        start: how many are passed over.
    """
    _stay_off_the_gpu()
    pairs = dataset.part("train")
    frames: dict[str, dict[str, tf.Tensor]] = {}
    drawn, stems = [], []
    for number, index in enumerate(_order(len(pairs), config.seed, start, count), start):
        pair = pairs[index]
        if pair.stem not in frames:
            frames[pair.stem] = _tensors(pair, config)
        drawn.append(random_view(frames[pair.stem], config.augment, config.crop, sample_seed(config.seed, number)))
        stems.append(pair.stem)
    images, labels = (np.stack([part.numpy() for part in parts]) for parts in zip(*drawn, strict=True))
    return Samples(images, labels, tuple(stems), start)


def draw_alone(dataset: Dataset, config: SampleSettings, stem: str, transform: Transform, count: int = 4) -> Samples:
    """What one transform does on its own: the same crop of a frame, again and again, only this one varying.

    Of three times as many as are asked for, those that differ most.

    Args:
        dataset: where the frame is from.
        config: crop, augmentation, seed.
        stem: the frame.
        transform: what varies; for `seek` the place of the crop.
        count: how many.
    """
    _stay_off_the_gpu()
    pair = next(p for p in dataset.pairs if p.stem == stem)
    frame, augment = _tensors(pair, config), config.augment.only(transform)
    still = tf.random.split(sample_seed(config.seed, 0), len(SEEDS))
    place = SEEDS.index("place")
    drawn = []
    for number in range(3 * count):
        seeds = tf.random.split(sample_seed(config.seed, number), len(SEEDS))
        if transform != "seek":
            seeds = tf.tensor_scatter_nd_update(seeds, [[place]], still[place : place + 1])
        drawn.append(seeded_view(frame, augment, config.crop, seeds))
    images, labels = (np.stack([part.numpy() for part in parts]) for parts in zip(*drawn, strict=True))
    chosen = _most_different(images, count)
    return Samples(images[chosen], labels[chosen], (stem,) * count, 0)


def _most_different(images: np.ndarray, count: int) -> list[int]:
    """The first, then again and again the one that is least like those chosen so far."""
    small = images[:, ::4, ::4].astype(np.float32)
    chosen, far = [0], np.full(len(images), np.inf)
    while len(chosen) < count:
        far = np.minimum(far, np.abs(small - small[chosen[-1]]).mean((1, 2, 3)))
        chosen.append(int(far.argmax()))
    return chosen


def _order(frames: int, seed: int, start: int, count: int) -> list[int]:
    """Which frame each sample of a training is taken from."""
    with _SEEDING:
        order = shuffled(tf.data.Dataset.range(frames), frames, seed)
        return [int(index) for index in order.skip(start).take(count).as_numpy_iterator()]


def _tensors(pair: Pair, config: SampleSettings) -> dict[str, tf.Tensor]:
    return {key: tf.constant(value) for key, value in read_frame(pair, config.geometry).items()}


def _stay_off_the_gpu() -> None:
    """Looking at samples must not take a training's memory."""
    if tf.config.get_visible_devices("GPU"):
        tf.config.set_visible_devices([], "GPU")
