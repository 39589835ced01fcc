"""Where classes are: boxes, masks and regions, as plain numpy tells them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.knowledge.class_parts import class_parts

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))
LABELS = arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 7, 255]))


def test_a_ring_and_what_it_holds() -> None:
    labels = np.zeros((6, 8), np.uint8)
    labels[1:4, 2:5] = 3
    labels[2, 3] = 9
    labels[5, 7] = 3
    parts = class_parts(labels)
    assert sorted(parts) == [0, 3, 9]
    assert (parts[3].pixels, parts[3].box) == (9, (2, 1, 6, 5))
    assert (parts[9].pixels, parts[9].box) == (1, (3, 2, 1, 1))
    assert (parts[0].count, parts[3].count, parts[9].count) == (1, 2, 1)  # around the ring; ring and corner; within
    numbers, stats = parts[3].regions
    assert sorted(stats[:, 4].tolist()) == [1, 8]
    assert numbers[1, 1] == 0
    place, mask = parts[9].padded(4, labels.shape)
    assert place == (slice(0, 6), slice(0, 8))
    assert np.argwhere(mask).tolist() == [[2, 3]]
    place, mask = parts[9].padded(1, labels.shape)
    assert place == (slice(1, 4), slice(2, 5))
    assert mask.tolist() == [[0, 0, 0], [0, 255, 0], [0, 0, 0]]


@settings(max_examples=200, deadline=None)
@given(LABELS)
def test_regions_are_counted_as_they_are_numbered(labels: np.ndarray) -> None:
    for part in class_parts(labels).values():
        numbers, stats = part.regions
        assert part.count == len(stats) == numbers.max()
        assert stats[:, 4].sum() == part.pixels


@settings(max_examples=80, deadline=None)
@given(LABELS, st.integers(0, 5))
def test_masks_lie_where_the_labels_are(labels: np.ndarray, margin: int) -> None:
    parts = class_parts(labels)
    assert sorted(parts) == np.unique(labels).tolist()
    for label, part in parts.items():
        there = labels == label
        assert part.pixels == there.sum()
        rows, columns = (np.flatnonzero(there.any(axis)) for axis in (1, 0))
        x, y, width, height = part.box
        assert (y, y + height - 1) == (rows[0], rows[-1])
        assert (x, x + width - 1) == (columns[0], columns[-1])
        np.testing.assert_array_equal(part.mask > 0, there[y : y + height, x : x + width])
        place, mask = part.padded(margin, labels.shape)
        np.testing.assert_array_equal(mask > 0, there[place])
        assert (mask > 0).sum() == there.sum()
        assert place[0].start == max(0, y - margin)
        assert place[1].stop == min(labels.shape[1], x + width + margin)
