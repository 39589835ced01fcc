"""Augmentation: one affine for image and mask, nearest for labels, 255 outside, every seed its own sample."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from segcore.pipeline.augment import GREY, jitter_colors, random_view
from segcore.pipeline.config import AugmentConfig

STILL = AugmentConfig(zoom=(1, 1), rotation=0, flip=0, brightness=0, contrast=0, saturation=0, seek=0)
SEED = tf.constant([7, 1])


def frame_of(labels: np.ndarray, network: tuple[int, int] | None = None) -> dict[str, tf.Tensor]:
    """A frame whose red channel is 20 × label: what happens to one must happen to the other."""
    image = np.stack([labels * 20, np.full_like(labels, 90), np.full_like(labels, 30)], axis=-1).astype(np.uint8)
    return {
        "image": tf.constant(image),
        "half": tf.constant(image[::2, ::2]),
        "labels": tf.constant(labels.astype(np.uint8)),
        "network": tf.constant(network or labels.shape, tf.int32),
    }


def blocks(height: int = 64, width: int = 96) -> np.ndarray:
    """Labels 0..5 in blocks of 32."""
    rows, columns = np.indices((height, width)) // 32
    return rows * 3 + columns


def test_whole_frame_at_its_own_scale_is_the_frame() -> None:
    labels = blocks()
    image, got = random_view(frame_of(labels), STILL, (64, 96), SEED)
    np.testing.assert_array_equal(got, labels)
    np.testing.assert_array_equal(image[..., 0], labels * 20)


def test_mirror_swaps_left_and_right() -> None:
    labels = blocks()
    _, got = random_view(frame_of(labels), STILL.model_copy(update={"flip": 1.0}), (64, 96), SEED)
    np.testing.assert_array_equal(got, labels[:, ::-1])


def test_outside_is_ignore_and_grey() -> None:
    image, got = random_view(frame_of(np.zeros((32, 32), int)), STILL, (64, 64), SEED)
    inside = np.zeros((64, 64), bool)
    inside[16:48, 16:48] = True
    np.testing.assert_array_equal(got.numpy() == 255, ~inside)
    assert (image.numpy()[~inside][:, 0] == GREY).mean() > 0.9


def test_magnification_is_relative_to_what_the_network_sees() -> None:
    """The network sees the frame at half its size; zoom 2 shows the frame's own pixels."""
    config = STILL.model_copy(update={"zoom": (2.0, 2.0)})
    labels = blocks()
    _, got = random_view(frame_of(labels, network=(32, 48)), config, (64, 96), SEED)
    np.testing.assert_array_equal(got, labels)


def test_fraction_window_squeezes_part_of_the_frame() -> None:
    config = STILL.model_copy(update={"window": "fraction", "fraction": (1.0, 1.0)})
    _, got = random_view(frame_of(blocks(64, 96)), config, (32, 32), SEED)
    assert got.shape == (32, 32)
    assert [got[0, 0], got[0, 31], got[31, 0], got[31, 31]] == [0, 2, 3, 5]


@pytest.mark.parametrize("number", range(12))
def test_image_and_mask_move_together(number: int) -> None:
    config = STILL.model_copy(update={"zoom": (0.5, 2.0), "rotation": 45.0, "flip": 0.5, "seek": 0.5})
    image, got = random_view(frame_of(blocks()), config, (64, 64), tf.constant([3, number]))
    got = got.numpy()
    assert set(np.unique(got)) <= {0, 1, 2, 3, 4, 5, 255}
    inside = got != 255
    off = np.abs(image.numpy()[..., 0].astype(int) - got.astype(int) * 20)[inside]
    assert (off <= 10).mean() > 0.8  # borders are bilinear in the image, nearest in the mask


def test_rare_class_is_sought() -> None:
    labels = np.zeros((200, 200), int)
    labels[150:154, 20:24] = 1
    seeking = STILL.model_copy(update={"seek": 1.0})
    hits = {
        config.seek: sum(
            bool((random_view(frame_of(labels), config, (32, 32), tf.constant([0, i]))[1] == 1).numpy().any())
            for i in range(40)
        )
        for config in (STILL, seeking)
    }
    assert hits[1.0] >= 12
    assert hits[0.0] < 8


def test_a_frame_without_any_label_is_cropped_all_the_same() -> None:
    labels = np.full((64, 64), 255)
    _, got = random_view(frame_of(labels), STILL.model_copy(update={"seek": 1.0}), (32, 32), SEED)
    assert (got.numpy() == 255).all()


def test_same_seed_same_sample_other_seed_another() -> None:
    config = AugmentConfig()
    noise = np.random.default_rng(0).integers(0, 5, (128, 128))
    one, two, three = (random_view(frame_of(noise), config, (64, 64), tf.constant([0, n]))[0] for n in (4, 4, 5))
    np.testing.assert_array_equal(one, two)
    assert (one.numpy() != three.numpy()).mean() > 0.3


def test_eager_and_tf_data_give_the_same_sample() -> None:
    frame, config = frame_of(blocks()), AugmentConfig()
    mapped = tf.data.Dataset.from_tensors(frame).map(lambda f: random_view(f, config, (32, 32), SEED))
    (image, labels) = next(iter(mapped))
    eager_image, eager_labels = random_view(frame, config, (32, 32), SEED)
    np.testing.assert_array_equal(labels, eager_labels)
    assert np.abs(image.numpy().astype(int) - eager_image.numpy().astype(int)).max() <= 1


def test_jitter_stays_in_range_and_can_be_off() -> None:
    image = tf.constant(np.random.default_rng(0).integers(0, 256, (16, 16, 3)), tf.uint8)
    np.testing.assert_array_equal(jitter_colors(image, STILL, SEED), image)
    wild = AugmentConfig(brightness=1, contrast=1, saturation=1)
    changed = jitter_colors(image, wild, SEED)
    assert changed.dtype == tf.uint8
    assert (changed.numpy() != image.numpy()).any()


def test_brightness_moves_grey_by_at_most_its_share() -> None:
    grey = tf.fill((4, 4, 3), tf.constant(128, tf.uint8))
    config = STILL.model_copy(update={"brightness": 0.1})
    values = [int(jitter_colors(grey, config, tf.constant([0, i]))[0, 0, 0]) for i in range(50)]
    assert 128 - 26 <= min(values) < 115
    assert 141 < max(values) <= 128 + 26
