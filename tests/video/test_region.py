"""A region is cut out exactly, drawn back exactly, and refused where it is not in the frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chunked import HEIGHT, WIDTH, Shades, film, job
from hypothesis import given
from hypothesis import strategies as st

from segcore.errors import VideoError
from segcore.video.colors import BT601
from segcore.video.labelled import FinishedFrame
from segcore.video.planes import Planes
from segcore.video.reader import VideoReader
from segcore.video.region import Region


def noise(width: int, height: int) -> Planes:
    planes = Planes.empty(width, height, BT601)
    planes.data[:] = np.random.default_rng(1).integers(20, 230, planes.data.shape)
    return planes


@given(st.integers(32, 70), st.integers(32, 70), st.data())
def test_it_grows_to_even_pixels_and_comes_back_unchanged(width: int, height: int, data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, width - 16)), data.draw(st.integers(0, height - 16))
    asked = Region(left, top, data.draw(st.integers(16, width - left)), data.draw(st.integers(16, height - top)))
    region = asked.within(width, height)
    if region is None:
        assert asked.width >= width - 1
        assert asked.height >= height - 1
        return
    assert region.x % 2 == region.y % 2 == 0
    assert 0 <= asked.x - region.x <= 1
    assert 0 <= region.x + region.width - asked.x - asked.width <= 1
    planes = noise(width, height)
    part, before = region.cut(planes), planes.data.copy()
    assert np.array_equal(part.luma[: region.height, : region.width], planes.luma[region.place])
    region.paste(part, planes)
    assert np.array_equal(planes.data, before)


@pytest.mark.parametrize("bad", [(-2, 0, 20, 20), (0, 0, 65, 20), (50, 0, 16, 16), (0, 40, 16, 16), (0, 0, 10, 40)])
def test_what_is_not_in_the_frame_is_refused_with_its_size(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(VideoError, match="64×48 pixels"):
        Region(*bad).within(64, 48)


def test_labels_lie_in_the_frame_and_nothing_outside() -> None:
    labels, empty = np.array([[1, 2]], np.uint8), np.zeros((1, 2), np.uint8)
    frame = FinishedFrame(0, 0.0, 0, labels, empty, {}, noise(64, 48), None, Region(4, 2, 4, 2))  # type: ignore[arg-type]
    whole = frame.mask((8, 10))
    assert whole[2:4, 4:8].tolist() == [[1, 1, 2, 2]] * 2
    assert (whole == 255).sum() == 80 - 8


def test_a_job_sees_only_the_region(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", [40 * n for n in range(8)], g="12")
    seen: list[tuple[int, ...]] = []

    class Watching(Shades):
        def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            seen.append(frames.shape[1:3])
            return super().predict(frames)

    result = job(video, tmp_path / "out", Watching(), region=(32, 16, 64, 32), style="contour", hidden=(1, 2, 3))
    assert set(seen) == {(16, 32)}
    assert result.summary["network_size"] == [16, 32]
    ledger = pd.read_parquet(result.ledger)
    assert ledger.groupby("frame")["pixels"].sum().tolist() == [64 * 32] * 8
    assert ledger.groupby("frame")["share"].sum().tolist() == pytest.approx([1.0] * 8)
    with VideoReader(video) as source, VideoReader(result.overlay) as overlay:
        assert (overlay.info.width, overlay.info.height) == (WIDTH, HEIGHT)
        plain, drawn = next(iter(source)).image.astype(int), next(iter(overlay)).image.astype(int)
    assert np.abs(drawn - plain)[20:44, 36:92].mean() < 9  # what coding changes; dimmed it would be tens
    assert drawn[:12].mean() < 0.55 * plain[:12].mean()


def test_all_of_the_frame_is_no_region(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", [40 * n for n in range(5)], g="12")
    one, other = job(video, tmp_path / "one", region=(0, 0, WIDTH, HEIGHT)), job(video, tmp_path / "other")
    assert one.csv.read_bytes() == other.csv.read_bytes()
