"""Objects by hand: what counts as one, how large it is, and how its overlap is reckoned."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.classes import IGNORE
from segcore.evaluation.objects import object_scores, size_of


def canvas(*boxes: tuple[int, int, int, int, int]) -> np.ndarray:
    """(100, 100) labels with boxes (class, top, left, height, width)."""
    mask = np.zeros((100, 100), np.uint8)
    for class_id, top, left, height, width in boxes:
        mask[top : top + height, left : left + width] = class_id
    return mask


@pytest.mark.parametrize(
    ("share", "size"), [(0.0029, "small"), (0.003, "medium"), (0.0299, "medium"), (0.03, "large"), (1.0, "large")]
)
def test_sizes_go_by_the_share_of_the_frame(share: float, size: str) -> None:
    assert size_of(share) == size


def test_each_piece_of_a_class_is_an_object_and_the_background_is_none() -> None:
    truth = canvas((1, 0, 0, 4, 5), (1, 50, 50, 10, 20), (2, 80, 0, 20, 40))
    scores = sorted(object_scores(truth, truth, 3), key=lambda s: s.pixels)
    assert [(s.class_id, s.size, s.pixels, s.hit, s.overlap) for s in scores] == [
        (1, "small", 20, 20, 1.0),
        (1, "medium", 200, 200, 1.0),
        (2, "large", 800, 800, 1.0),
    ]


def test_overlap_by_hand() -> None:
    truth = canvas((1, 0, 0, 10, 10))
    [half] = object_scores(truth, canvas((1, 0, 5, 10, 10)), 2)
    assert (half.pixels, half.hit) == (100, 50)
    assert half.overlap == pytest.approx(50 / 150)
    [missed] = object_scores(truth, canvas((1, 50, 50, 10, 10)), 2)
    assert (missed.hit, missed.overlap) == (0, 0.0)
    [mixed_up] = object_scores(truth, canvas((2, 0, 0, 10, 10)), 3)
    assert mixed_up.overlap == 0.0


def test_two_objects_that_were_joined_do_not_count_against_each_other() -> None:
    """The bridge between them does, for either: 10 pixels beside the 100 that were hit."""
    truth = canvas((1, 0, 0, 10, 10), (1, 0, 20, 10, 10))
    joined = canvas((1, 0, 0, 10, 10), (1, 0, 20, 10, 10), (1, 4, 10, 1, 10))
    assert [s.overlap for s in object_scores(truth, joined, 2)] == pytest.approx([100 / 110, 100 / 110])


def test_pieces_of_one_object_count_together() -> None:
    truth = canvas((1, 0, 0, 10, 21))
    split = canvas((1, 0, 0, 10, 10), (1, 0, 11, 10, 10))
    assert [s.overlap for s in object_scores(truth, split, 2)] == pytest.approx([200 / 210])


def test_specks_are_no_objects_and_ignored_pixels_are_not_scored() -> None:
    truth = canvas((1, 0, 0, 3, 3), (1, 50, 50, 10, 10))
    truth[50:60, 60:70] = IGNORE
    [score] = object_scores(truth, canvas((1, 50, 50, 10, 20)), 2)
    assert (score.pixels, score.overlap) == (100, 1.0)
