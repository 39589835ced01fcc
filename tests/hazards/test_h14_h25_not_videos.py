"""Rows 14, 16, 23, 25: files that are no video, or must not be opened, end in a plain message."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from video_clips import BrightPredictor, clip, run

from segcore.errors import VideoError
from segcore.video import info, limits
from segcore.video.config import SegmentConfig
from segcore.video.demux import READ_OPTIONS
from segcore.video.info import VideoInfo
from segcore.video.limits import check_size
from segcore.video.reader import VideoReader
from segcore.video.segment import segment


def test_h14_playlist_that_names_a_sibling_is_refused(tmp_path: Path) -> None:
    clip(tmp_path / "secret.mp4")
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("ffconcat version 1.0\nfile secret.mp4\n")
    with av.open(str(playlist), options={"protocol_whitelist": "file"}) as opened:  # the danger is real
        assert opened.format.name == "concat"
    with pytest.raises(VideoError, match="playlist"):
        VideoInfo.from_path(playlist)


def test_h14_hls_playlist_is_refused(tmp_path: Path) -> None:
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoError, match="playlist"):
        VideoInfo.from_path(playlist)


def test_h14_nothing_but_files_is_opened(tmp_path: Path) -> None:
    """A container may name where its parts are: no address of another kind is followed."""
    video = clip(tmp_path / "a.mkv", codec="mpeg4")
    address = f"concat:{video}|{video}"
    with av.open(address) as opened:  # the danger is real
        assert opened.streams.video
    with pytest.raises((av.error.FFmpegError, ValueError)):
        av.open(address, options=READ_OPTIONS).close()


@pytest.mark.parametrize(("width", "height"), [(8193, 100), (100, 8193), (5000, 4321)])
def test_h16_frames_beyond_the_limit_are_refused(width: int, height: int) -> None:
    with pytest.raises(VideoError, match=f"{width}×{height}"):
        check_size(Path("big.mp4"), width, height)


def test_h16_the_limit_itself_is_accepted_lying_and_upright() -> None:
    check_size(Path("big.mp4"), 8192, 4320)
    check_size(Path("big.mp4"), 4320, 8192)


def test_h16_a_real_file_is_refused_by_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = clip(tmp_path / "wide.mkv", 8200, 16, [0, 40], codec="ffv1")
    monkeypatch.setattr(info, "_first_frame", lambda _: pytest.fail("a frame was decoded"))
    with pytest.raises(VideoError, match="8200×16"):
        VideoReader(wide)


def test_h16_frames_that_grow_midway_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = tmp_path / "joined.ts"
    for width, height in ((64, 48), (128, 96)):
        part = clip(tmp_path / "part.ts", width, height, range(10), codec="mpeg2video", time_base=Fraction(1, 25))
        joined.write_bytes((joined.read_bytes() if joined.exists() else b"") + part.read_bytes())
    monkeypatch.setattr(limits, "MAX_LONG_SIDE", 100)
    with VideoReader(joined) as reader, pytest.raises(VideoError, match="128×96"):
        list(reader)


def test_h23_cut_off_file_says_so(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mov").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])  # the table of frames stands at the end
    with pytest.raises(VideoError, match="cut off or damaged"):
        run(cut, tmp_path / "out")
    assert not (tmp_path / "out" / "overlay.mp4").exists()


def test_h23_cut_off_behind_the_table_keeps_what_is_there_and_warns(tmp_path: Path) -> None:
    source = clip(tmp_path / "whole.mp4", 320, 240, range(0, 4000, 40), options={"qp": "5"})
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(source.read_bytes()[: int(source.stat().st_size * 0.6)])
    result = run(cut, tmp_path / "out")
    assert 10 < result.frames < 100
    assert any("lost" in warning for warning in result.warnings)


def test_h23_no_frames(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    with pytest.raises(VideoError, match="empty"):
        run(empty, tmp_path / "out")
    header_only = tmp_path / "header.avi"
    with av.open(str(header_only), "w") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        output.start_encoding()
    with pytest.raises(VideoError):
        run(header_only, tmp_path / "out")


def test_h23_a_part_without_frames_is_named(tmp_path: Path) -> None:
    video = clip(tmp_path / "short.mp4")
    with pytest.raises(VideoError, match="no frames between"):
        segment(SegmentConfig(video=video, run="none", start_s=60), BrightPredictor(), tmp_path / "out")


def test_h25_audio_only(tmp_path: Path) -> None:
    sound = tmp_path / "sound.mp4"
    with av.open(str(sound), "w") as output:
        stream = output.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with pytest.raises(VideoError, match="holds only sound"):
        VideoInfo.from_path(sound)


def test_h25_wav_and_pictures_renamed(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.mp4"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    with pytest.raises(VideoError, match="not a video"):
        VideoInfo.from_path(tmp_path / "a.mp4")
    for kind in ("PNG", "JPEG", "GIF"):
        Image.new("RGB", (32, 32)).save(tmp_path / "b.mp4", kind)
        with pytest.raises(VideoError, match=f"Received: a {kind} image"):
            VideoInfo.from_path(tmp_path / "b.mp4")
