"""Borders along the edges of pixels, and what the lens and the wall of pictures send to the browser."""

import base64
import io
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from pages.common.gallery import Tile, _as_data
from pages.samples.borders import borders, svg_path
from pages.samples.lens import content, too_ragged
from segcore.classes import ClassTable

CLASSES = ClassTable.of(["ground", "red"], ["#000000", "#ff0000"])


def test_a_lone_pixel_has_four_borders() -> None:
    labels = np.zeros((2, 3), np.uint8)
    labels[1, 2] = 1
    level, upright = borders(labels, 1)
    assert np.stack(level, 1).tolist() == [[1, 2, 3], [2, 2, 3]]
    assert np.stack(upright, 1).tolist() == [[2, 1, 2], [3, 1, 2]]
    assert svg_path(labels, 1) == "M2 1H3M2 2H3M2 1V2M3 1V2"


def test_a_hole_is_bordered_and_straight_lines_are_one() -> None:
    labels = np.ones((5, 5), np.uint8)
    labels[2, 2] = 0
    level, upright = borders(labels, 1)
    assert np.stack(level, 1).tolist() == [[0, 0, 5], [2, 2, 3], [3, 2, 3], [5, 0, 5]]
    assert np.stack(upright, 1).tolist() == [[0, 0, 5], [2, 2, 3], [3, 2, 3], [5, 0, 5]]


def test_an_absent_class_has_no_border() -> None:
    assert svg_path(np.zeros((4, 4), np.uint8), 1) == ""


@settings(deadline=None, max_examples=40)
@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 2)))
def test_crossing_borders_from_outside_gives_the_class_back(labels: np.ndarray) -> None:
    (across, first, last), _ = borders(labels, 1)
    flips = np.zeros((labels.shape[0] + 1, labels.shape[1]), int)
    for y, a, b in zip(across, first, last, strict=True):
        flips[y, a:b] += 1
    assert ((flips.cumsum(0)[:-1] % 2 == 1) == (labels == 1)).all()


def test_the_lens_is_sent_the_exact_labels_and_outlines_of_what_is_shown() -> None:
    labels = np.array([[0, 1, 255]], np.uint8)
    sent = content("data:,", labels, CLASSES, "contours", [1], "f")
    assert (sent["height"], sent["width"]) == (1, 3)
    assert sent["outlines"] == [{"color": "#ff0000", "path": svg_path(labels, 1)}]
    png = base64.b64decode(re.sub("^data:image/png;base64,", "", str(sent["labels"])))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png))), labels)
    assert content("data:,", labels, CLASSES, "fill", [1], "f")["outlines"] == []


def test_noise_is_too_ragged_for_outlines_and_a_square_is_not() -> None:
    labels = np.zeros((600, 600), np.uint8)
    labels[100:500, 100:500] = 1
    assert not too_ragged(labels)
    assert too_ragged(np.indices((600, 600)).sum(0).astype(np.uint8) % 2)


def test_a_tile_holds_its_picture() -> None:
    sent = _as_data(Tile("f<b>", b"\xff\xd8", "Frame f", "scored on"))
    assert sent == {"id": "f<b>", "picture": "data:image/jpeg;base64,/9g=", "alt": "Frame f", "note": "scored on"}
