"""Rows 17–22: odd but honest videos become right results."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from video_clips import clip, facts, picture, run, times_ms

from segcore.video.reader import VideoReader


def test_h17_resolution_changes_midway(tmp_path: Path) -> None:
    parts = [
        clip(tmp_path / f"{w}.ts", w, h, codec="mpeg2video", pts=range(0, 10), time_base=Fraction(1, 25))
        for w, h in ((64, 48), (128, 96))
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(p.read_bytes() for p in parts))
    result = run(joined, tmp_path / "out")
    assert result.frames >= 19
    assert facts(result.overlay)[3:] == (64, 48)
    assert any("changed size" in warning for warning in result.warnings)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
@pytest.mark.parametrize("pts", [[0, 100, 150, 900, 1000], [0, 33, 67, 100, 133], [700, 740, 790, 1500]])
def test_h18_times_are_kept_within_a_millisecond(tmp_path: Path, name: str, pts: list[int]) -> None:
    source = clip(tmp_path / name, pts=pts)
    result = run(source, tmp_path / "out")
    np.testing.assert_allclose(times_ms(result.overlay), pts, atol=1.0)
    ledger = pd.read_parquet(result.ledger)
    np.testing.assert_allclose(ledger[ledger.class_id == 0].time_s * 1000, pts, atol=1.0)


def test_h18_b_frames_of_the_source_do_not_shift_times(tmp_path: Path) -> None:
    pts = list(range(0, 1200, 40))
    source = clip(tmp_path / "b.mp4", pts=pts, max_b_frames=3)
    np.testing.assert_allclose(times_ms(run(source, tmp_path / "out").overlay), pts, atol=1.0)


def test_h19_backward_times_are_repaired_with_a_warning(tmp_path: Path) -> None:
    source = tmp_path / "back.nut"
    with av.open(str(source), "w", format="nut") as output:
        stream = output.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        packets = []
        for number in range(4):
            frame = av.VideoFrame.from_ndarray(picture(64, 48, number), "rgb24").reformat(format="yuvj420p")
            frame.pts = number
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for packet, (pts, dts) in zip(packets, ((0, 0), (5, 1), (3, 2), (9, 3)), strict=True):
            packet.pts, packet.dts = pts, dts
            output.mux(packet)
    result = run(source, tmp_path / "out")
    times = times_ms(result.overlay)
    assert result.frames == len(times) == 4
    assert all(a < b for a, b in itertools.pairwise(times))
    assert any("time stamp" in warning for warning in result.warnings)


@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_h20_overlay_is_upright(tmp_path: Path, rotation: int) -> None:
    source = clip(tmp_path / "phone.mp4", 64, 48, rotation=rotation)
    with VideoReader(source) as reader:
        frames = [frame.image for frame in reader]
        size = (reader.info.width, reader.info.height)
    expected = np.rot90(picture(64, 48, 0), rotation // 90)
    assert size == expected.shape[1::-1]
    assert np.abs(frames[0].astype(int) - expected).mean() < 6
    assert facts(run(source, tmp_path / "out").overlay)[3:] == size


def test_h20_a_scaled_frame_is_upright_too(tmp_path: Path) -> None:
    with VideoReader(clip(tmp_path / "phone.mp4", 64, 48, rotation=90)) as reader:
        frame = next(iter(reader))
        assert frame.scaled((32, 24)).shape == (32, 24, 3)
        whole = frame.image.reshape(32, 2, 24, 2, 3).mean((1, 3))
        assert np.abs(frame.scaled((32, 24)) - whole).mean() < 4


def test_h21_odd_sizes_are_padded_and_measured_at_their_own_size(tmp_path: Path) -> None:
    source = clip(tmp_path / "odd.mkv", 63, 47, codec="ffv1", pix_fmt="bgr0")
    result = run(source, tmp_path / "out")
    assert facts(result.overlay) == (10, "h264", "yuv420p", 64, 48)
    ledger = pd.read_parquet(result.ledger)
    assert set(ledger.groupby("frame").pixels.sum()) == {63 * 47}
    np.testing.assert_allclose(ledger.groupby("frame").share.sum(), 1)


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "suffix"),
    [("libx265", "yuv420p10le", "mp4"), ("libx264", "yuv444p", "mp4"), ("png", "rgba", "mov"), ("ffv1", "gray", "mkv")],
)
def test_h22_deep_alpha_and_grey_become_plain_h264(tmp_path: Path, codec: str, pix_fmt: str, suffix: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg has no {codec}")
    source = clip(tmp_path / f"odd.{suffix}", codec=codec, pix_fmt=pix_fmt)
    result = run(source, tmp_path / "out")
    assert facts(result.overlay) == (10, "h264", "yuv420p", 64, 48)


def test_h22_hdr_is_brought_to_standard_range_with_a_note(tmp_path: Path) -> None:
    source = clip(tmp_path / "hdr.mp4", color_trc=16, color_primaries=9, colorspace=9)
    result = run(source, tmp_path / "out")
    assert result.frames == 10
    assert any("HDR10" in warning for warning in result.warnings)
    with VideoReader(source) as reader:
        seen = next(iter(reader)).image
    square = seen[13:23, 2:14].mean()
    assert abs(square - picture(64, 48, 0)[13:23, 2:14].mean()) > 20, "its numbers were taken for standard ones"
