"""Row 26: a video job that is cancelled ends within five seconds, whatever it is doing, and leaves nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coded_films import Tone, film
from video_clips import BrightPredictor

from segcore.errors import Cancelled
from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.segment import segment
from segcore.video.sound_reader import SoundReader

LIMIT_S = 5.0
ONE = {"sc_threshold": "1000000000"}
"""One group of pictures, whatever is to be seen."""


def _cancelled(video: Path, out: Path, ready: Callable[[], bool], **settings: Any) -> float:
    """Seconds from "cancel", said as soon as it is ready, to the end of the job."""
    asked: list[float] = []

    def ask() -> bool:
        if ready() and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    with pytest.raises(Cancelled):
        segment(SegmentConfig(video=video, run="none", **settings), BrightPredictor(), out, should_stop=ask)
    return time.monotonic() - asked[0]


def _working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("video-")]


def _slowly(patch: pytest.MonkeyPatch, owner: type, delay_s: float) -> list[float]:
    """Packets come one at a time; their times are noted."""
    real, seen = owner._packets, []  # type: ignore[attr-defined]

    def packets(self: Any) -> Iterator[Any]:
        for packet in real(self):
            time.sleep(delay_s)
            seen.append(time.monotonic())
            yield packet

    patch.setattr(owner, "_packets", packets)
    return seen


def test_h26_while_frames_before_the_start_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One group of pictures, of which the last is wanted: at this pace it comes after half a minute."""
    video = film(
        tmp_path / "long.mkv",
        [n % 64 * 40 + n // 64 * 2560 for n in range(600)],
        codec="mpeg4",
        gop_size=600,
        options=ONE,
    )
    packets = _slowly(monkeypatch, VideoReader, 0.05)
    assert _cancelled(video, tmp_path / "out", lambda: len(packets) > 5, start_s=23.9) < LIMIT_S
    assert not _working()


def test_h26_while_sound_is_encoded_behind_the_last_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute of sound, a hundredth of a second at a time."""
    video = film(tmp_path / "a.mkv", [0, 40], tones=[Tone("pcm_s16le", seconds=30)])
    pieces = _slowly(monkeypatch, SoundReader, 0.01)
    out = tmp_path / "out"
    assert _cancelled(video, out, lambda: len(pieces) > 100) < LIMIT_S
    assert not _working()
    assert not list(out.iterdir())


def test_h26_while_the_decoder_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that does not come back cannot be ended; it is left behind, and the file that it holds stays open."""
    video = film(tmp_path / "a.mp4", range(0, 400, 40))
    hangs, release = threading.Event(), threading.Event()

    def packets(self: VideoReader) -> Iterator[Any]:
        with self._busy:
            hangs.set()
            release.wait(60)
        yield from ()

    monkeypatch.setattr(VideoReader, "_packets", packets)
    try:
        assert _cancelled(video, tmp_path / "out", hangs.is_set) < LIMIT_S
    finally:
        release.set()
