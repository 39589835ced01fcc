"""Overlays: each style touches what it should, in the class's colour."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from segcore.classes import ClassTable
from segcore.video.look import STYLES, Look
from segcore.video.overlay import draw_overlay

CLASSES = ClassTable.of(["background", "red", "зелёный"])


@pytest.fixture
def scene() -> tuple[np.ndarray, np.ndarray]:
    labels = np.zeros((54, 96), np.uint8)
    labels[20:40, 20:50] = 1
    labels[20:40, 60:90] = 2
    return np.full((540, 960, 3), 150, np.uint8), labels


def test_notebook_darkens_by_one_and_a_half_and_outlines(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    out = draw_overlay(frame, labels, CLASSES)
    assert (out[10, 10] == 100).all()
    assert (out[300, 350] == 100).all()  # inside: no fill
    assert (out[215:385, 196:206] == (255, 0, 0)).all(-1).any(1).all()  # left border of class 1, without a gap
    assert (out[215:385, 596:606] == (0, 255, 0)).all(-1).any(1).all()


def test_fill_blends_by_opacity_inside_only(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    out = draw_overlay(frame, labels, CLASSES, Look(style="fill", opacity=0.4))
    assert np.abs(out[300, 350].astype(int) - (192, 90, 90)).max() <= 1
    assert (out[10, 10] == 150).all()


def test_both_fills_and_outlines(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    out = draw_overlay(frame, labels, CLASSES, Look(style="both", opacity=0.4))
    assert out[300, 350, 0] > 180
    assert (out[300, 196:206] == (255, 0, 0)).all(-1).any()


@pytest.mark.parametrize("style", STYLES)
def test_the_frame_itself_is_not_touched(scene: tuple[np.ndarray, np.ndarray], style: str) -> None:
    frame, labels = scene
    draw_overlay(frame, labels, CLASSES, Look(style=style, legend=True, names=True))  # type: ignore[arg-type]
    assert (frame == 150).all()


def test_hidden_classes_are_not_drawn(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    assert not (draw_overlay(frame, labels, CLASSES, Look(style="contour", hidden=(1,))) == (255, 0, 0)).all(-1).any()


def test_a_mask_is_colours_on_black(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    out = draw_overlay(frame, labels, CLASSES, Look(style="mask", opacity=0.2))
    assert (out[10, 10] == 0).all()
    assert out[300, 350].tolist() == [255, 0, 0]
    assert out[300, 750].tolist() == [0, 255, 0]


def test_side_by_side_has_the_frame_as_it_was_at_the_left(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    out = draw_overlay(frame, labels, CLASSES, Look(style="mask", side_by_side=True))
    assert out.shape == (540, 1920, 3)
    assert (out[:, :960] == 150).all()
    assert out[300, 960 + 350].tolist() == [255, 0, 0]


def test_names_stand_at_their_objects(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    plain, named = (draw_overlay(frame, labels, CLASSES, Look(style="contour", names=on)) for on in (False, True))
    rows, columns = np.nonzero((plain != named).any(-1))
    assert columns.min() > 200
    assert rows.min() > 200
    assert rows.max() < 400
    assert ((named > 230).all(-1) & (plain < 200).any(-1)).sum() > 40  # white letters


@pytest.mark.parametrize("bad", [{"opacity": 1.1}, {"thickness": 0}, {"style": "neon"}, {"colour": 1}])
def test_bad_looks_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Look(**bad)  # type: ignore[arg-type]


def test_the_legend_names_classes_in_any_script(scene: tuple[np.ndarray, np.ndarray]) -> None:
    frame, labels = scene
    corner = draw_overlay(frame, labels, CLASSES, Look(style="contour", legend=True))[:100, :200]
    assert (corner == (255, 0, 0)).all(-1).sum() > 50
    assert (corner > 230).all(-1).sum() > 20  # white letters


def test_the_legend_fits_a_tiny_frame() -> None:
    out = draw_overlay(
        np.zeros((16, 24, 3), np.uint8), np.zeros((8, 8), np.uint8), CLASSES, Look(legend=True, names=True)
    )
    assert out.shape == (16, 24, 3)


def test_thickness_follows_the_frame_height() -> None:
    assert [Look().line(h) for h in (100, 540, 1080, 2160)] == [1, 2, 4, 8]
