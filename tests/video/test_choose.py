"""Frames worth labelling: spread, different, sharp, and named by their place in the video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.images import read_image
from segcore.errors import VideoError
from segcore.video.choose import blurred, choose_frames, farthest
from segcore.video.extract import Chosen, extract_frames, frames_at

COLORS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four scenes of 20 frames, each of a colour with a bright square; the fifth "scene" is black."""
    path = tmp_path_factory.mktemp("clip") / "four scenes.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=20, options={"g": "10"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(100):
            image = np.zeros((64, 96, 3), np.uint8)
            if number < 80:
                image[:] = COLORS[number // 20]
                image[20:40, number % 20 : number % 20 + 20] = 255
            frame = av.VideoFrame.from_ndarray(image)
            frame.pts, frame.time_base = number, Fraction(1, 20)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def test_even_is_the_middle_of_equal_shares(clip: Path) -> None:
    assert choose_frames(clip, 4, "even") == [Chosen(i, pytest.approx(i / 20)) for i in (12, 37, 62, 87)]


def test_different_takes_one_of_each_scene_and_no_blank_frame(clip: Path) -> None:
    told: list[tuple[int, int]] = []
    chosen = choose_frames(clip, 4, "different", on_progress=lambda *at: told.append(at))
    assert [one.index // 20 for one in chosen] == [0, 1, 2, 3]
    assert told[-1] == (100, 100)


def test_more_than_there_are_gives_all(clip: Path) -> None:
    assert [one.index for one in choose_frames(clip, 500)] == list(range(100))


@pytest.mark.parametrize("count", [0, 2001])
def test_a_silly_count_is_refused(clip: Path, count: int) -> None:
    with pytest.raises(VideoError, match="1 to 2000"):
        choose_frames(clip, count)


def test_files_show_the_frames_of_their_names(clip: Path, tmp_path: Path) -> None:
    chosen = [Chosen(5, 0.25), Chosen(30, 1.5), Chosen(70, 3.5)]
    files = extract_frames(clip, chosen, tmp_path / "new")
    assert [f.name for f in files] == [f"four scenes_f{i:06d}.jpg" for i in (5, 30, 70)]
    for one, file in zip(chosen, files, strict=True):
        corner = read_image(file)[2:10, 2:90].reshape(-1, 3).mean(0)
        assert np.abs(corner - COLORS[one.index // 20]).max() < 12


def test_seeking_and_decoding_through_give_the_same_frames(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [Chosen(i, i / 20) for i in (3, 41, 66)]
    through = [frame.image.copy() for _, frame in frames_at(clip, chosen)]
    monkeypatch.setattr("segcore.video.extract._SEEK_FROM", 1)
    sought = [frame.image.copy() for _, frame in frames_at(clip, chosen)]
    assert len(through) == len(sought) == 3
    for one, other in zip(through, sought, strict=True):
        np.testing.assert_array_equal(one, other)


def test_farthest_points_by_hand() -> None:
    looks = np.array([[0.0], [1.0], [5.0], [6.0], [20.0]], np.float32)
    assert farthest(looks, 3) == [3, 4, 0]  # 6 is nearest to the mean 6.4; then 20 (14 away); then 0 (6 away)
    assert sorted(farthest(looks, 9)) == [0, 1, 2, 3, 4]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 5))
def test_farthest_points_are_different_rows(rows: int, count: int, seed: int) -> None:
    looks = np.random.default_rng(seed).normal(size=(rows, 3)).astype(np.float32)
    chosen = farthest(looks, count)
    assert len(chosen) == len(set(chosen)) == min(rows, count)


def test_a_blurred_frame_among_sharp_ones() -> None:
    sharpness = np.array([10.0, 11, 9, 2, 10, 12, 10])
    assert blurred(sharpness).tolist() == [False, False, False, True, False, False, False]
