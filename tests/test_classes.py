"""The class table, and the colours of those who were given none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from skimage.color import deltaE_ciede2000, rgb2lab

from segcore.classes import PALETTE, SAFE_PALETTE, ClassTable, SegClass, default_color, safe_colors, voc_color
from segcore.errors import ConfigError


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


def _as_seen(rgb: np.ndarray, matrix: list[list[float]]) -> np.ndarray:
    """(N, 3) sRGB in [0, 1] as an eye sees it that lacks one kind of cone (Machado et al. 2009, severity 1), as Lab."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(matrix).T, 0, 1)
    return rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)[None])[0]


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
    ],
    ids=["usual", "protanopia", "deuteranopia", "tritanopia"],
)
def test_safe_colors_differ_to_every_eye(matrix: list[list[float]]) -> None:
    colors = np.array([c.rgb for c in ClassTable.of([f"c{i}" for i in range(14)], SAFE_PALETTE)]) / 255
    seen = _as_seen(colors, matrix)
    apart = deltaE_ciede2000(seen[:, None], seen[None])
    assert apart[np.triu_indices(len(seen), 1)].min() >= 10


@pytest.mark.parametrize("count", [0, 1, 14, 15, 60, 255])
def test_safe_colors_for_any_number_of_classes(count: int) -> None:
    colors = safe_colors(count)
    assert len(set(colors)) == len(colors) == count
    assert colors[:14] == list(SAFE_PALETTE)[:count]
    ClassTable.of([f"c{i}" for i in range(count)], colors)


def test_a_class_is_found_by_name_or_id_and_a_name_goes_first() -> None:
    table = ClassTable.of(["background", "mug", "0"])
    assert [table.find(word) for word in ("mug", "1", "2", "0")] == [1, 1, 2, 2]


@pytest.mark.parametrize("wrong", ["cup", "3", "-1", "", "²"])
def test_a_class_that_is_not_there_is_told_with_those_that_are(wrong: str) -> None:
    with pytest.raises(ConfigError, match="0 background, 1 mug"):
        ClassTable.of(["background", "mug"]).find(wrong)
