"""Labelling: order and batches; still frames share labels, slow change adds up, no more wait than may; labels that
move along with the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.knowledge.stability import EVEN
from segcore.video.clock import StageClock
from segcore.video.colors import BT601
from segcore.video.following import Follower
from segcore.video.labelled import DecodedFrame, LabelledFrame
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


class Ahead(Mean):
    """Takes batches before it answers; notes what happened in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def start(self, frames: Sequence[np.ndarray]) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
        answers, number = self.predict(np.stack(frames)), len(self.batches)
        self.said.append(f"take {number}")

        def answer() -> tuple[np.ndarray, np.ndarray]:
            self.said.append(f"answer {number}")
            return answers

        return answer


def test_the_network_has_its_next_batch_before_the_last_one_is_answered() -> None:
    network = Ahead()
    made = list(Labelling(network, Stillness(None), StageClock()).of(frames([10 * n for n in range(7)])))
    assert [int(m.labels[0, 0]) for m in made] == [10 * n for n in range(7)]
    assert network.said == ["take 1", "take 2", "answer 1", "take 3", "answer 2", "answer 3"]


@pytest.mark.parametrize("count", range(1, 60, 7))
def test_still_frames_follow_a_batch_that_is_at_work(count: int) -> None:
    random = np.random.default_rng(count)
    levels = np.repeat(random.permutation(20) * 10, random.integers(1, 8, 20))[:count].tolist()
    ahead = Labelling(Ahead(), Stillness(2), StageClock()).of(frames(levels))
    assert [int(m.labels[0, 0]) for m in ahead] == levels


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


class Bright(Mean):
    """Labels what is brighter than half."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.batches.append(len(frames))
        labels = (frames.mean(-1) > 128).astype(np.uint8)
        return labels, np.full_like(labels, 255)


def moving(count: int, *, cut: int = -1, begins: int = 0, step: int = 4) -> Iterator[DecodedFrame]:
    """A bright square with a texture that moves to the right over dark noise; other pictures from `cut` on."""
    planes, follower = Planes.empty(2, 2, BT601), Follower()
    for index in range(count):
        dice = np.random.default_rng(7 if cut < 0 or index < cut else 8)
        picture = dice.integers(0, 100, (96, 160, 3)).astype(np.uint8)
        if 0 <= cut <= index:
            picture[..., 2] //= 8
        picture[30:60, 20 + step * index : 60 + step * index] = dice.integers(156, 255, (30, 40, 3))
        picture = cv2.GaussianBlur(picture, (0, 0), 1.5)
        first = index == begins
        moved = follower.look(picture, begins=first)
        yield DecodedFrame(index, index / 10, index, planes, picture, first, moved=moved)


def labelled(given: Iterator[DecodedFrame], every: int) -> tuple[list[LabelledFrame], Labelling]:
    labelling = Labelling(Bright(), Stillness(None), StageClock(), every=every)
    return list(labelling.of(given)), labelling


@pytest.mark.parametrize("count", [1, 2, 3, 8, 13])
def test_the_network_sees_each_third_frame_and_labels_move_along_between(count: int) -> None:
    made, labelling = labelled(moving(count), 3)
    assert [m.frame.index for m in made] == list(range(count))
    assert labelling.frames == -(-count // 3)
    assert [m.carrier is None for m in made] == [index % 3 == 0 for index in range(count)]
    for one, exact in zip(made, labelled(moving(count), 1)[0], strict=True):
        both, either = (one.labels & exact.labels).sum(), (one.labels | exact.labels).sum()
        assert both / either > 0.9, one.frame.index


def test_labels_that_stay_where_they_were_would_be_noticed() -> None:
    first, _, third = (m.labels for m in labelled(moving(3), 1)[0])
    assert (first & third).sum() / (first | third).sum() < 0.75


def test_what_came_into_view_is_unsure() -> None:
    one = labelled(moving(2), 3)[0][1]
    assert one.carrier is not None
    hidden = one.carrier.seen == 0
    assert hidden.any()
    assert one.confidence[hidden].max() <= EVEN
    assert one.confidence[~hidden].min() == 255


def test_a_new_shot_is_seen_by_the_network() -> None:
    made, _ = labelled(moving(7, cut=4), 3)
    assert [m.carrier is None for m in made] == [True, False, False, True, True, False, False]


def test_a_chunk_begins_with_a_frame_that_the_network_sees() -> None:
    made, _ = labelled(moving(6, begins=2), 3)
    assert [m.carrier is None for m in made] == [True, False, True, False, False, True]


def test_labels_do_not_move_along_where_little_can_be_followed() -> None:
    made, labelling = labelled(moving(6, step=0), 6)
    assert labelling.frames == 1
    for one in made:
        assert one.frame.moved is not None
        if one.frame.moved.motion is not None:
            one.frame.moved.motion.seen[:, : one.frame.moved.motion.seen.shape[1] // 2] = 0
    again = Labelling(Bright(), Stillness(None), StageClock(), every=6)
    assert [m.carrier is None for m in again.of(m.frame for m in made)] == [True] * 6
