"""Matrix and range: values of the standards, and the way there and back."""

from __future__ import annotations

import av
import numpy as np
import pytest

from segcore.video.colors import BT601, Colors

BT709 = Colors(matrix=1)


@pytest.mark.parametrize(
    ("colors", "rgb", "yuv"),
    [
        (BT601, (255, 0, 0), (81, 90, 240)),
        (BT601, (0, 255, 0), (145, 54, 34)),
        (BT709, (255, 0, 0), (63, 102, 240)),
        (BT709, (255, 255, 255), (235, 128, 128)),
        (BT709, (0, 0, 0), (16, 128, 128)),
        (Colors(matrix=6, full=True), (255, 0, 0), (76, 85, 255)),
        (Colors(matrix=9), (0, 0, 255), (29, 240, 119)),
    ],
)
def test_values_of_the_standards(colors: Colors, rgb: tuple[int, ...], yuv: tuple[int, ...]) -> None:
    assert np.abs(colors.yuv(np.array(rgb, np.uint8)).astype(int) - yuv).max() <= 1


@pytest.mark.parametrize("colors", [BT601, BT709, Colors(matrix=9), Colors(matrix=1, full=True)])
def test_there_and_back(colors: Colors) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    assert np.abs(colors.rgb(colors.yuv(rgb)).astype(int) - rgb).max() <= 3


def test_what_is_unspecified_goes_by_size() -> None:
    assert Colors().standard == "bt601"
    assert Colors(large=True).standard == "bt709"
    assert Colors(matrix=5, large=True).standard == "bt601"


def test_what_a_picture_says() -> None:
    picture = av.VideoFrame(1920, 1080, "yuv420p")
    assert Colors.of_picture(picture) == Colors(large=True)
    picture.colorspace, picture.color_range = 1, 2
    assert Colors.of_picture(picture) == Colors(matrix=1, full=True, large=True)
    assert Colors.of_picture(av.VideoFrame(64, 48, "yuvj420p")).full
