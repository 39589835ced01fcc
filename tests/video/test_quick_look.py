"""Frames spread over a video: cheap ones, none twice, drawn as the job draws them; and their contact sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chunked import Shades, film

from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.preview import preview, spread
from segcore.video.sheet import contact_sheet


def times(video: Path, count: int = 20, **settings: object) -> list[float]:
    config = SegmentConfig(video=video, run="r", **settings)  # type: ignore[arg-type]
    return [round(frame.time_s, 3) for frame in spread(config, VideoInfo.from_path(video), count)]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute, a key frame every two seconds."""
    return film(
        tmp_path_factory.mktemp("long") / "long.mp4", [40 * n for n in range(1500)], loop=40, g="50", sc_threshold="0"
    )


def test_key_frames_are_taken_where_they_are_near(long: Path) -> None:
    found = times(long)
    assert len(found) == 20
    assert found == sorted(set(found))
    assert all(time % 2 == 0 for time in found)
    assert max(np.diff(found)) <= 4


def test_of_a_part_all_lie_in_it(long: Path) -> None:
    found = times(long, 5, start_s=11.0, end_s=40.0)
    assert len(found) == 5
    assert found[0] >= 11.0
    assert found[-1] < 40.0


def test_of_a_short_video_each_frame_comes_once(tmp_path: Path) -> None:
    video = film(tmp_path / "short.mp4", [40 * n for n in range(6)], g="12")
    assert times(video) == [round(0.04 * n, 3) for n in range(1, 6)]


def test_one_key_frame_is_decoded_from_once(tmp_path: Path) -> None:
    video = film(tmp_path / "one.mp4", [40 * n for n in range(500)], loop=40, g="5000", sc_threshold="0")
    found = times(video, 10)
    assert len(found) == 10
    assert found[0] == 0.0
    assert max(np.diff(found)) <= 2.04


def test_pictures_and_shares(long: Path) -> None:
    told: list[tuple[int, int]] = []
    config = SegmentConfig(video=long, run="r")
    found = preview(config, Shades(), 7, width=64, on_progress=lambda *step: told.append(step))
    assert [one.picture.shape for one in found] == [(48, 64, 3)] * 7
    assert [float(one.shares.sum()) for one in found] == pytest.approx([1.0] * 7)
    assert told[-1] == (7, 7)
    region = preview(SegmentConfig(video=long, run="r", region=(0, 0, 64, 32)), Shades(), 3, width=640)
    assert [one.picture.shape for one in region] == [(32, 64, 3)] * 3


def test_a_contact_sheet_holds_each_picture() -> None:
    sheet = contact_sheet([np.full((20, 30, 3), 40 + n, np.uint8) for n in range(7)], ["0:01.0"] * 7, columns=3)
    assert sheet.shape == (3 * 52 + 6, 3 * 36 + 6, 3)
    assert [sheet[6 + n // 3 * 52, 6 + n % 3 * 36, 0] for n in range(7)] == [40 + n for n in range(7)]
