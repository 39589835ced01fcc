"""The class table, and the colours of those who were given none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from segcore.classes import PALETTE, ClassTable, SegClass, default_color, voc_color


def test_default_palette_is_the_notebooks() -> None:
    table = ClassTable.of([f"c{i}" for i in range(8)])
    assert [c.color for c in table] == list(PALETTE)
    assert table[4].rgb == (255, 165, 0)


@pytest.mark.parametrize(
    ("class_id", "rgb"), [(0, (0, 0, 0)), (1, (128, 0, 0)), (2, (0, 128, 0)), (15, (192, 128, 128))]
)
def test_voc_colors(class_id: int, rgb: tuple[int, int, int]) -> None:
    assert voc_color(class_id) == rgb


@given(st.integers(0, 254), st.integers(0, 254))
def test_voc_colors_differ(a: int, b: int) -> None:
    assert (voc_color(a) == voc_color(b)) == (a == b)


def test_colors_beyond_the_palette_are_colors() -> None:
    assert default_color(20) == "#{:02x}{:02x}{:02x}".format(*voc_color(20))


def test_look_up_table() -> None:
    table = ClassTable.of(["background", "mug"]).color_table()
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert table[1].tolist() == [255, 0, 0]
    assert not table[255].any()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ClassTable.of(["a", "a"]),
        lambda: ClassTable((SegClass(id=1, name="a", color="#000000"),)),
        lambda: SegClass(id=0, name="a", color="red"),
        lambda: SegClass(id=0, name="", color="#000000"),
        lambda: SegClass(id=255, name="a", color="#000000"),
    ],
)
def test_unsound_tables_are_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        wrong()  # type: ignore[operator]


def test_round_trip_through_json() -> None:
    table = ClassTable.of(["background", "mug", "Löffel <b>"])
    assert ClassTable.model_validate_json(table.model_dump_json()) == table
