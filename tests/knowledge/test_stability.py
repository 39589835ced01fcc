"""Motion, flicker and smoothing: by hand, and on the sample scene, where the truth is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from segcore.datasets.sample.scene import CLASSES, sample_scene
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.knowledge.motion import Carrier, MotionFinder, small_grey
from segcore.knowledge.stability import EVEN, Voting, flicker

COUNT = len(CLASSES)
SIZE = (192, 336)


def resting(size: tuple[int, int]) -> Carrier:
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    return Carrier(columns, rows, np.full(size, 255, np.uint8))


def test_flicker_by_hand() -> None:
    before = np.array([[1, 1, 0, 0], [0, 0, 0, 2]], np.uint8)
    labels = np.array([[1, 0, 0, 0], [0, 0, 0, 2]], np.uint8)
    seen = np.full((2, 4), 255, np.uint8)
    found = flicker(before, labels, seen, 4)
    assert found.classes.tolist() == pytest.approx([1 / 6, 1 / 2, 0, np.nan], nan_ok=True)
    assert found.share == pytest.approx(1 / 8)
    seen[0, 1] = 0
    assert flicker(before, labels, seen, 4).share == 0
    assert np.isnan(flicker(before, labels, np.zeros_like(seen), 4).share)


def test_one_frame_alone_is_voted_down_and_two_are_not() -> None:
    """A pixel sure of 1 that says 2 for one frame stays 1; what lasts wins with the second frame."""
    voting, sure = Voting(), np.full((1, 1), 200, np.uint8)
    said = [1, 1, 1, 2, 1, 1, 1, 2, 2, 2]
    found = [
        voting.vote(np.full((1, 1), label, np.uint8), sure, resting((1, 1)) if k else None)
        for k, label in enumerate(said)
    ]
    assert [int(labels[0, 0]) for labels, _ in found] == [1, 1, 1, 1, 1, 1, 1, 1, 2, 2]
    assert [int(confidence[0, 0]) for _, confidence in found] == [*[200] * 3, EVEN, *[200] * 3, EVEN, 200, 200]


def test_nothing_is_kept_over_a_cut_nor_where_nothing_was_seen() -> None:
    voting, sure = Voting(), np.full((1, 2), 200, np.uint8)
    for _ in range(3):
        voting.vote(np.array([[1, 1]], np.uint8), sure, resting((1, 2)))
    half = resting((1, 2))
    half.seen[0, 1] = 0
    assert voting.vote(np.array([[2, 2]], np.uint8), sure, half)[0].tolist() == [[1, 2]]
    assert voting.vote(np.array([[3, 3]], np.uint8), sure, None)[0].tolist() == [[3, 3]]


def test_motion_follows_a_shifted_picture() -> None:
    rng = np.random.default_rng(0)
    wide = cv2.resize(rng.integers(0, 256, (60, 100, 3), np.uint8), (400, 240), interpolation=cv2.INTER_CUBIC)
    finder = MotionFinder()
    first, second = wide[:, 40:360], wide[:, 44:364]
    assert finder.step(first, small_grey(first)) == (None, False)
    motion, cut = finder.step(second, small_grey(second))
    assert motion is not None
    assert not cut
    carrier = motion.at((240, 320))
    inner = (slice(20, -20), slice(20, -20))
    assert (carrier.seen[inner] > 0).mean() > 0.9
    assert np.median(carrier.x[inner] - np.arange(320, dtype=np.float32)[20:-20]) == pytest.approx(4, abs=0.5)
    marks = np.tile(np.arange(320, dtype=np.float32), (240, 1))
    assert np.abs(carrier.carry(marks)[inner] - (marks[inner] + 4)).mean() < 1


def test_two_ways_are_one() -> None:
    first, then = resting((4, 20)), resting((4, 20))
    first.x[:] += 2.25
    then.x[:] += 3
    first.seen[:, 10] = 0
    then.seen[:, 0] = 0
    both = then.after(first)
    assert np.allclose(both.x[:, :17], np.arange(17) + 3 + 2.25)
    assert np.allclose(both.y, first.y)
    assert np.flatnonzero(both.seen[0] == 0).tolist() == [0, 7]


@pytest.fixture(scope="module")
def film() -> list[tuple[np.ndarray, np.ndarray]]:
    """24 frames of the sample scene, small: pictures and exact labels."""
    scene = sample_scene()
    frames = [scene.draw(24 + k / 30) for k in range(24)]
    return [
        (
            cv2.resize(image, SIZE[::-1], interpolation=cv2.INTER_AREA),
            cv2.resize(labels, SIZE[::-1], interpolation=cv2.INTER_NEAREST_EXACT),
        )
        for image, labels in frames
    ]


def carriers(pictures: list[np.ndarray]) -> tuple[list[Carrier | None], list[int]]:
    finder, found, cuts = MotionFinder(), [], []
    for number, picture in enumerate(pictures):
        motion, cut = finder.step(picture, small_grey(picture))
        found.append(motion.at(SIZE) if motion else None)
        cuts += [number] if cut else []
    return found, cuts


def test_only_a_cut_is_a_cut(film: list[tuple[np.ndarray, np.ndarray]]) -> None:
    pictures = [picture for picture, _ in film]
    rng = np.random.default_rng(3)
    other = cv2.resize(rng.integers(0, 256, (6, 10, 3), np.uint8), SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    brighter = [np.clip(picture * 1.15, 0, 255).astype(np.uint8) for picture in pictures[6:]]
    assert carriers(pictures[:6] + brighter)[1] == []
    assert carriers(pictures[:6] + [other] * 3 + pictures[6:12])[1] == [6, 9]


def mediocre(labels: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ragged outlines and spots of other classes, new in each frame; spots are less sure."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    ragged = cv2.GaussianBlur(rng.normal(size=(*SIZE, 2)).astype(np.float32), (0, 0), 4)
    ragged *= 1.2 / ragged.std()
    found = cv2.remap(labels, columns + ragged[..., 0], rows + ragged[..., 1], cv2.INTER_NEAREST)
    confidence = np.full(SIZE, 230, np.uint8)
    for _ in range(8):
        spot = cv2.circle(
            np.zeros(SIZE, np.uint8), tuple(rng.integers(0, SIZE[::-1]).tolist()), int(rng.integers(3, 12)), 1, -1
        )
        found[spot > 0], confidence[spot > 0] = rng.integers(COUNT), rng.integers(120, 220)
    return found, confidence


def test_smoothing_takes_a_third_of_the_flicker_and_no_overlap(film: list[tuple[np.ndarray, np.ndarray]]) -> None:
    rng = np.random.default_rng(0)
    given = [mediocre(labels, rng) for _, labels in film]
    moved, _ = carriers([picture for picture, _ in film])
    voting = Voting()
    smooth = [voting.vote(*one, carrier)[0] for one, carrier in zip(given, moved, strict=True)]

    def flickers(shown: list[np.ndarray]) -> float:
        pairs = zip(shown, shown[1:], moved[1:], strict=False)
        scores = [flicker(c.carry(a), b, c.seen, COUNT).classes for a, b, c in pairs if c is not None]
        return float(np.nanmean(scores))

    def overlap(shown: list[np.ndarray]) -> float:
        return mean_present(iou(sum(confusion_matrix(t, s, COUNT) for (_, t), s in zip(film, shown, strict=True))))

    raw = [labels for labels, _ in given]
    assert flickers([labels for _, labels in film]) < 0.12  # exact labels hardly flicker
    assert flickers(smooth) < 0.7 * flickers(raw)
    assert overlap(smooth) > overlap(raw)
