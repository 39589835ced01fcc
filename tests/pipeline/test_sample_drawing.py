"""What people look at is what a training sees: the same frames in the same order, the same pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from segcore.datasets.store import Dataset, DatasetStore
from segcore.pipeline.batches import train_batches
from segcore.pipeline.config import TRANSFORMS, AugmentConfig, Transform
from segcore.pipeline.drawing import draw_alone, draw_samples
from segcore.settings import Settings
from segcore.training.config import TrainConfig, from_preset


@pytest.fixture
def dataset(home: Settings, tmp_path: Path) -> Dataset:
    """Eight frames of noise, 96×64, with three classes."""
    rng = np.random.default_rng(0)
    for kind in ("images", "masks"):
        (tmp_path / "from" / kind).mkdir(parents=True)
    for number in range(8):
        image = np.kron(rng.integers(0, 256, (8, 12, 3)), np.ones((8, 8, 1))).astype(np.uint8)
        mask = np.kron(rng.integers(0, 3, (8, 12)), np.ones((8, 8))).astype(np.uint8)
        Image.fromarray(image).save(tmp_path / "from" / "images" / f"{number:03d}.png")
        Image.fromarray(mask).save(tmp_path / "from" / "masks" / f"{number:03d}.png")
    store = DatasetStore(home)
    store.import_path(tmp_path / "from", "noise")
    return store.open("noise")


def config(**changes: object) -> TrainConfig:
    return from_preset(
        "noise", "fast", **({"crop": (64, 64), "batch_size": 3, "geometry": {"long_side": 96}} | changes)
    )


def trained_on(dataset: Dataset, settings: TrainConfig, batches: int, scratch: Path) -> tuple[np.ndarray, np.ndarray]:
    """The first samples of a training, out of its batches."""
    taken = train_batches(dataset.part("train"), settings, scratch=scratch).take(batches)
    images, labels = zip(*taken.as_numpy_iterator(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


@pytest.mark.parametrize("preset", ["fast", "notebook"])
def test_sample_k_is_what_the_training_sees_as_its_sample_k(dataset: Dataset, tmp_path: Path, preset: str) -> None:
    """Over more than two rounds of the frames, whatever the process's own seed is."""
    settings = from_preset("noise", preset, crop=(128, 128), batch_size=3, seed=5)
    tf.random.set_seed(99)
    images, labels = trained_on(dataset, settings, 5, tmp_path)
    tf.random.set_seed(1)
    shown = draw_samples(dataset, settings, 15)
    assert len(dataset.part("train")) < 8
    np.testing.assert_array_equal(shown.labels, labels)
    assert np.abs(shown.images.astype(int) - images.astype(int)).max() <= 1  # eager and graph may round differently
    later = draw_samples(dataset, settings, 4, start=11)
    np.testing.assert_array_equal(later.labels, labels[11:])
    assert later.stems == shown.stems[11:]


def test_every_training_frame_comes_once_before_any_comes_again(dataset: Dataset) -> None:
    stems = {pair.stem for pair in dataset.part("train")}
    shown = draw_samples(dataset, config(), 2 * len(stems))
    assert set(shown.stems[: len(stems)]) == set(shown.stems[len(stems) :]) == stems


def test_another_seed_another_order(dataset: Dataset) -> None:
    one, two = (draw_samples(dataset, config(seed=seed), 12) for seed in (0, 1))
    assert one.stems != two.stems


@pytest.mark.parametrize("off", ["brightness", "contrast", "saturation"])
def test_a_switch_of_colour_leaves_the_labels_where_they_were(dataset: Dataset, off: Transform) -> None:
    whole = config()
    less = whole.model_copy(update={"augment": whole.augment.without([off])})
    with_it, without = draw_samples(dataset, whole, 4), draw_samples(dataset, less, 4)
    np.testing.assert_array_equal(with_it.labels, without.labels)
    assert (with_it.images != without.images).any()


def test_switching_rotation_off_leaves_frame_colour_and_mirror(dataset: Dataset) -> None:
    """Without zoom, rotation and seeking, what is left of two settings that differ in rotation is one."""
    still = config(augment=AugmentConfig().without(["zoom", "seek"]).model_dump())
    turned = still.model_copy(update={"augment": still.augment.model_copy(update={"rotation": 90.0})})
    off = [c.model_copy(update={"augment": c.augment.without(["rotation"])}) for c in (still, turned)]
    one, two = (draw_samples(dataset, c, 4) for c in off)
    np.testing.assert_array_equal(one.images, two.images)
    assert (draw_samples(dataset, turned, 4).labels != one.labels).any()


def test_alone_means_that_only_this_one_varies(dataset: Dataset) -> None:
    stem = dataset.pairs[0].stem
    brighter = draw_alone(dataset, config(), stem, "brightness")
    assert all((brighter.labels[0] == labels).all() for labels in brighter.labels)
    assert len({image.mean().round(2) for image in brighter.images}) == 4
    mirrored = draw_alone(dataset, config(), stem, "flip", 2)
    np.testing.assert_array_equal(mirrored.images[0], mirrored.images[1][:, ::-1])
    places = draw_alone(dataset, config(), stem, "seek")
    assert len({labels.tobytes() for labels in places.labels}) == 4


def test_neutral_settings_use_nothing_and_each_transform_alone_uses_itself() -> None:
    full = AugmentConfig()
    assert not any(full.without(TRANSFORMS).uses(t) for t in TRANSFORMS)
    for transform in TRANSFORMS:
        assert [t for t in TRANSFORMS if full.only(transform).uses(t)] == [transform]
    assert full.without([]) == full
