"""Run lengths, against pycocotools, COCO's own tool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask

from segcore.datasets.formats.coco.rle import check_counts, decode, encode_parts, parse_counts

PARTS = arrays(np.int32, array_shapes(min_dims=2, max_dims=2, max_side=24), elements={"min_value": 0, "max_value": 3})


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_text_of_pycocotools_is_read_and_runs_are_the_same(parts: np.ndarray) -> None:
    runs = encode_parts(parts)
    assert set(runs) == set(np.unique(parts).tolist()) - {0}
    for number, counts in runs.items():
        packed = coco_mask.encode(np.asfortranarray(parts == number, np.uint8))
        assert parse_counts(packed["counts"].decode()).tolist() == counts
        found = decode(check_counts(np.array(counts), parts.shape), parts.shape)
        np.testing.assert_array_equal(found, parts == number)


def test_columns_first_and_zeros_first() -> None:
    assert encode_parts(np.array([[1, 0], [1, 1]])) == {1: [0, 2, 1, 1]}
    assert encode_parts(np.array([[0, 0], [1, 0]])) == {1: [1, 1, 2]}


def test_long_runs_and_falling_ones() -> None:
    mask = np.zeros((3000, 2000), np.uint8, "F")
    mask[:, 1000:] = 1
    mask[5, 1999] = 0
    packed = coco_mask.encode(mask)["counts"].decode()
    assert parse_counts(packed).tolist() == [3_000_000, 2_997_005, 1, 2994]


@pytest.mark.parametrize("text", ["é", "\x01", "o", "ooooooooo0", "p" * 3])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="run"):
        parse_counts(text)


@pytest.mark.parametrize("counts", [[3], [-1, 5], [2, 3], [4, 0, 1], []])
def test_runs_must_fill_the_picture(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="expected 2×2"):
        check_counts(np.array(counts, np.int64), (2, 2))
