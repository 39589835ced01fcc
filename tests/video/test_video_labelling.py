"""Labelling: order and batches; still frames share labels, slow change adds up, and no more wait than may."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.video.clock import StageClock
from segcore.video.colors import BT601
from segcore.video.labelled import DecodedFrame
from segcore.video.labelling import Labelling
from segcore.video.planes import Planes
from segcore.video.speed import Stillness


class Mean:
    """Labels each frame with its mean brightness."""

    classes = ClassTable.of([f"level {n}" for n in range(255)])
    backend = "mean"
    parallel = 3

    def __init__(self) -> None:
        self.batches: list[int] = []

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.batches.append(len(frames))
        levels = frames.mean((1, 2, 3), keepdims=True)[..., 0]
        labels = np.broadcast_to(levels, frames.shape[:3]).astype(np.uint8)
        return labels, labels


def frames(levels: list[int]) -> Iterator[DecodedFrame]:
    planes = Planes.empty(2, 2, BT601)
    for index, level in enumerate(levels):
        yield DecodedFrame(index, index / 10, index, planes, np.full((32, 48, 3), level, np.uint8))


def run(levels: list[int], limit: float | None) -> tuple[list[int], Mean, Labelling]:
    network = Mean()
    labelling = Labelling(network, Stillness(limit), StageClock())
    made = list(labelling.of(frames(levels)))
    assert [m.frame.index for m in made] == list(range(len(levels)))
    return [int(m.labels[0, 0]) for m in made], network, labelling


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_every_frame_is_labelled_in_order(count: int) -> None:
    levels = [10 * n for n in range(count)]
    labels, network, labelling = run(levels, None)
    assert labels == levels
    assert labelling.frames == count == sum(network.batches)
    assert all(size == 3 for size in network.batches[:-1])


def test_still_frames_take_the_labels_of_the_last_one_that_was_labelled() -> None:
    labels, _, labelling = run([50, 51, 52, 53, 90, 90, 50], 2)
    assert labels == [50, 50, 50, 53, 90, 90, 50]
    assert labelling.frames == 4


def test_without_a_limit_equal_frames_are_labelled_too() -> None:
    assert run([50] * 5, None)[2].frames == 5


def test_a_long_still_video_does_not_wait_for_ever() -> None:
    network = Mean()
    given = iter(Labelling(network, Stillness(2), StageClock()).of(counted := Counted([50] * 1000)))
    next(given)
    assert counted.taken <= 12  # four batches of three
    assert sum(1 for _ in given) == 999
    assert network.batches == [1]


class Counted:
    """Frames, and how many were taken."""

    def __init__(self, levels: list[int]) -> None:
        self._frames, self.taken = frames(levels), 0

    def __iter__(self) -> Iterator[DecodedFrame]:
        for frame in self._frames:
            self.taken += 1
            yield frame


def test_a_small_thing_that_moves_counts() -> None:
    before = np.full((352, 640, 3), 100, np.uint8)
    after = before.copy()
    after[100:106, 200:206] = 220
    noisy = np.clip(before + np.random.default_rng(0).normal(0, 4, before.shape), 0, 255).astype(np.uint8)
    stillness = Stillness(2)
    assert not stillness.same(before)
    assert stillness.same(noisy)
    assert not stillness.same(after)
