"""Runs of labels: by hand, and put together again."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.knowledge.label_runs import LabelRuns

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def test_columns_one_after_the_other() -> None:
    runs = LabelRuns.of(np.array([[0, 4, 4], [0, 4, 0]], np.uint8))  # 0 0 | 4 4 | 4 0
    assert (runs.begins.tolist(), runs.ends.tolist(), runs.labels.tolist()) == ([0, 2, 5], [2, 5, 6], [0, 4, 0])
    assert runs.boxes() == {0: (3, (0, 0, 3, 2)), 4: (3, (1, 0, 2, 2))}


@settings(max_examples=100, deadline=None)
@given(arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 255])))
def test_they_make_the_labels_again(labels: np.ndarray) -> None:
    runs = LabelRuns.of(labels)
    np.testing.assert_array_equal(np.repeat(runs.labels, runs.ends - runs.begins), labels.T.reshape(-1))
    assert (runs.labels[1:] != runs.labels[:-1]).all()
    assert sum(pixels for pixels, _ in runs.boxes().values()) == labels.size
