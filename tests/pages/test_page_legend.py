"""The legend of an import: what a user chooses becomes a mapping."""

import io

import numpy as np
import pytest
from PIL import Image

from pages.common import strips
from pages.common.pictures import jpeg
from pages.datasets.edits import Row, join, mapping_of, rows_of
from segcore.datasets.drafts import DraftClass
from segcore.errors import DatasetError


def _class(class_id: int, name: str, color: str) -> DraftClass:
    return DraftClass(
        id=class_id, name=name, color=color, source=f"label {class_id}", share=0.1, frames=2, known=True, crops=()
    )


LEGEND = (_class(0, "background", "#000000"), _class(1, "cup", "#ff0000"), _class(2, "mug", "#00ff00"))


def test_an_untouched_legend_needs_no_mapping() -> None:
    assert mapping_of(rows_of(LEGEND), LEGEND) is None


def test_a_merged_class_goes_where_it_was_sent_and_the_rest_closes_up() -> None:
    mapping = mapping_of(join(rows_of(LEGEND), 1, 2), LEGEND)
    assert mapping is not None
    assert mapping.target == (0, 1, 1)
    assert mapping.classes.names == ["background", "mug"]
    assert mapping.classes[1].color == "#00ff00"


def test_an_ignored_class_becomes_255() -> None:
    mapping = mapping_of(join(rows_of(LEGEND), 1, None), LEGEND)
    assert mapping is not None
    assert mapping.target == (0, 255, 1)


def test_what_had_joined_a_class_goes_along_when_that_one_moves() -> None:
    rows = join(join(rows_of(LEGEND), 1, 2), 2, 0)
    assert {row.into for row in rows.values()} == {0}
    alone = join(rows, 1, 1)
    assert (alone[1].kept, alone[2].into) == (True, 0)


def test_renaming_and_recolouring_alone_is_a_mapping_too() -> None:
    mapping = mapping_of(rows_of(LEGEND) | {1: Row(1, " beaker ", "#123456", 1)}, LEGEND)
    assert mapping is not None
    assert not mapping.moves
    assert (mapping.classes[1].name, mapping.classes[1].color) == ("beaker", "#123456")


@pytest.mark.parametrize(("name", "words"), [("mug", "Two classes are called 'mug'"), ("  ", "no name")])
def test_names_must_be_given_and_differ(name: str, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        mapping_of(rows_of(LEGEND) | {1: Row(1, name, "#ff0000", 1)}, LEGEND)


def test_something_must_be_left() -> None:
    rows = rows_of(LEGEND)
    for row_id in (0, 1, 2):
        rows = join(rows, row_id, None)
    with pytest.raises(DatasetError, match="Every class is ignored"):
        mapping_of(rows, LEGEND)


def test_the_bar_of_a_split_has_a_colour_for_each_side() -> None:
    bar = np.asarray(Image.open(io.BytesIO(strips.split_bar([0, 1, 2], width=90, height=3))))
    assert bar.shape == (3, 90, 4)
    assert [tuple(bar[1, x]) for x in (15, 45, 75)] == [tuple(side) for side in strips.SIDES]


def test_a_band_below_a_thumbnail_says_its_side() -> None:
    thumbnail = jpeg(np.full((40, 60, 3), 200, np.uint8))
    for side, color in enumerate(strips.BANDS):
        banded = np.asarray(Image.open(io.BytesIO(strips.banded(thumbnail, side))), int)
        assert banded.shape == (54, 60, 3)
        assert abs(banded[-4:, 10:50].mean((0, 1)) - color).max() < 8
