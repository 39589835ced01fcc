"""What networks see of decoded pictures: whatever the colours are written in, the picture scaled in RGB."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from segcore.pipeline.preprocess import resize_frame
from segcore.video.orientation import Orientation
from segcore.video.scaling import Scaler


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """Soft blobs of every colour."""
    seeds = np.random.default_rng(0).integers(0, 256, (12, 20, 3), dtype=np.uint8)
    return cv2.resize(seeds, (640, 360), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p", "yuv444p", "yuv420p10le", "rgb24"])
@pytest.mark.parametrize("matrix", [1, 2, 6, 7, 9])
@pytest.mark.parametrize("value_range", [0, 1, 2])
def test_as_scaled_in_rgb(image: np.ndarray, form: str, matrix: int, value_range: int) -> None:
    picture = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=form)
    if form != "rgb24":
        picture.colorspace, picture.color_range = matrix, value_range
    whole = picture.to_ndarray(format="rgb24")
    seen = Scaler(Orientation()).scaled(picture, (176, 320))
    assert (seen.shape, seen.dtype) == ((176, 320, 3), np.uint8)
    apart = np.abs(seen.astype(int) - resize_frame(whole, (176, 320)))
    exact = form.endswith("420p") and matrix != 7  # FFmpeg's own way to RGB halves colours once more
    assert apart.mean() < (2 if exact else 4)
    assert apart.max() < (9 if exact else 40)


def test_turned_pictures_are_upright(image: np.ndarray) -> None:
    picture = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p")
    turn = Orientation(turns=1)
    seen = Scaler(turn).scaled(picture, (320, 176))
    level = Scaler(Orientation()).scaled(picture, (176, 320))
    assert seen.shape == (320, 176, 3)
    np.testing.assert_array_equal(seen, turn.upright(level))


def test_larger_than_the_picture(image: np.ndarray) -> None:
    picture = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p")
    seen = Scaler(Orientation()).scaled(picture, (720, 1280))
    apart = np.abs(seen.astype(int) - cv2.resize(picture.to_ndarray(format="rgb24"), (1280, 720)))
    assert apart.mean() < 3
