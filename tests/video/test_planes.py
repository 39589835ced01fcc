"""Planes: as the decoder gave them, upright, padded; and drawn on as an RGB image would be."""

from __future__ import annotations

import av
import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.video.canvas import PlanesCanvas, RgbCanvas
from segcore.video.colors import BT601, Colors
from segcore.video.look import STYLES, Look
from segcore.video.orientation import Orientation
from segcore.video.overlay import draw, draw_overlay
from segcore.video.planes import PlaneReader, Planes, paired_width, side_by_side

CLASSES = ClassTable.of(["background", "red", "green"])


def smooth(height: int, width: int) -> np.ndarray:
    """An image whose colours change slowly, so that halved colour planes lose little."""
    y, x = np.mgrid[:height, :width].astype(float)
    return np.stack([60 + 80 * x / width, 90 + 60 * y / height, 150 - 50 * x / width], -1).astype(np.uint8)


def picture(image: np.ndarray, form: str = "yuv420p") -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=form)


def read(source: av.VideoFrame, degrees: int = 0) -> Planes:
    size = (source.width, source.height)
    return PlaneReader(size, Orientation.of_degrees(degrees), BT601).read(source)


def test_planes_are_those_of_the_decoder_bit_by_bit() -> None:
    source = picture(smooth(48, 70))  # rows are longer than what is seen
    assert (read(source).data == source.to_ndarray()).all()


@pytest.mark.parametrize("form", ["yuv420p", "yuv422p10le", "yuv444p", "gbrp", "nv12"])
def test_any_pixel_format_becomes_the_same_image(form: str) -> None:
    image = smooth(48, 64)
    assert np.abs(read(picture(image, form)).rgb().astype(int) - image).max() <= 6


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize(("height", "width"), [(48, 64), (47, 63)])
def test_rotated_and_odd_frames(degrees: int, height: int, width: int) -> None:
    image = smooth(height, width)
    made = read(picture(image), degrees)
    upright = np.rot90(image, degrees // 90)
    assert (made.height, made.width) == upright.shape[:2]
    assert made.data.shape[1] % 2 == 0
    assert np.abs(made.rgb().astype(int) - upright).max() <= 8
    assert made.picture().width == made.data.shape[1]


@pytest.mark.parametrize("height", [2, 4, 6, 46, 48, 50])
def test_an_encoder_gets_the_same_planes_at_any_height(height: int) -> None:
    planes = read(picture(np.random.default_rng(1).integers(0, 255, (height, 64, 3), np.uint8)))
    made = planes.picture()
    assert (made.width, made.height) == (64, height)
    assert (read(made).data == planes.data).all()


def test_a_picture_of_another_size_is_scaled_to_the_first() -> None:
    made = PlaneReader((64, 48), Orientation(), BT601).read(picture(smooth(96, 128)))
    assert np.abs(made.rgb().astype(int) - smooth(48, 64)).max() <= 8


def test_small_for_a_preview() -> None:
    made = Planes.of_rgb(smooth(480, 640), BT601)
    assert made.rgb(160).shape == (120, 160, 3)
    assert np.abs(made.rgb(160).astype(int) - smooth(120, 160)).max() <= 6
    assert made.rgb(2000).shape == (480, 640, 3)


@pytest.mark.parametrize("colors", [BT601, Colors(matrix=1), Colors(matrix=1, full=True)])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(540, 960), (541, 959)])
def test_drawn_on_planes_it_looks_as_on_rgb(colors: Colors, style: str, size: tuple[int, int]) -> None:
    labels = np.zeros((54, 96), np.uint8)
    labels[20:40, 20:50], labels[25:45, 60:90] = 1, 2
    image = smooth(*size)
    look = Look(style=style, legend=True, names=True)  # type: ignore[arg-type]
    expected = draw_overlay(image, labels, CLASSES, look)
    planes = Planes.of_rgb(image, colors)
    draw(PlanesCanvas(planes), labels, CLASSES, look)
    luma = Planes.of_rgb(expected, colors).luma.astype(int)
    assert np.abs(planes.luma.astype(int) - luma).max() <= 12
    assert np.abs(planes.luma.astype(int) - luma).mean() < 0.6
    assert np.abs(planes.rgb().astype(int) - expected).mean() < 2


@pytest.mark.parametrize("thickness", [3, 4])
def test_lines_have_about_as_much_colour_as_they_are_wide(thickness: int) -> None:
    """Against the outline drawn in RGB, whose colour is halved afterwards; soft edges would give 1.3 times as much."""
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.stack([96 + 60 * np.cos(turn), 80 + 50 * np.sin(turn)], -1).astype(np.float32)[:, None]
    grey = np.full((160, 192, 3), 90, np.uint8)
    painting = [((230, 40, 40), [circle])]
    wanted, planes = RgbCanvas(grey.copy()), Planes.of_rgb(grey, BT601)
    wanted.outline(painting, thickness)
    PlanesCanvas(planes).outline(painting, thickness)
    for mine, theirs in zip(planes.chroma, Planes.of_rgb(wanted.image, BT601).chroma, strict=True):
        amount, expected = (np.abs(plane.astype(int) - 128).sum() for plane in (mine, theirs))
        assert 0.85 < amount / expected < 1.2


@pytest.mark.parametrize("size", [(48, 64), (47, 63)])
def test_side_by_side_keeps_both_frames(size: tuple[int, int]) -> None:
    left, right = (Planes.of_rgb(smooth(*size) // part, BT601) for part in (1, 2))
    pair = side_by_side(left, right)
    assert (pair.width, pair.height) == (paired_width(size[1]), size[0]) == (128, size[0])
    parts = zip((left.luma, *left.chroma), (right.luma, *right.chroma), (pair.luma, *pair.chroma), strict=True)
    for one, other, both in parts:
        np.testing.assert_array_equal(both, np.hstack([one, other]))


def test_a_copy_is_drawn_on_alone() -> None:
    planes = Planes.of_rgb(smooth(48, 64), BT601)
    before = planes.data.copy()
    PlanesCanvas(planes.copy()).darken(2)
    assert (planes.data == before).all()


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(1), Orientation(0, mirrored=True)])
@pytest.mark.parametrize("size", [(48, 64), (47, 63)])
def test_darkened_on_the_way_it_is_what_darkening_afterwards_makes(
    orientation: Orientation, size: tuple[int, int]
) -> None:
    height, width = size
    reader = PlaneReader((width, height), orientation, BT601)
    source = av.VideoFrame.from_ndarray(np.random.default_rng(2).integers(0, 255, (*size, 3), np.uint8), "rgb24")
    afterwards = PlanesCanvas(reader.read(source))
    afterwards.darken(1.5)
    on_the_way = PlanesCanvas(reader.read(source, darker=1.5))
    np.testing.assert_array_equal(on_the_way.planes.data, afterwards.planes.data)
    assert abs(float(afterwards.planes.luma.mean()) - 16) < abs(float(reader.read(source).luma.mean()) - 16) * 0.7
    on_the_way.darken(1.5)  # it is so dark already
    np.testing.assert_array_equal(on_the_way.planes.data, afterwards.planes.data)
