"""Rows 15, 24, 26: damaged and endless videos end cleanly and say what happened."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from coded_films import Tone, film
from video_clips import BrightPredictor, clip, run

from segcore.errors import Cancelled, VideoError
from segcore.video import flow, job, reader
from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.segment import segment

KINDS: dict[str, dict[str, Any]] = {
    "a.mp4": {"tones": [Tone()], "max_b_frames": 2},
    "a.mkv": {"tones": [Tone("pcm_s16le")]},
    "a.ts": {"tones": [Tone("mp2")]},
    "a.avi": {"codec": "mpeg4", "time_base": Fraction(1, 25), "tones": [Tone("libmp3lame")]},
    "a.mov": {"codec": "prores_ks", "pix_fmt": "yuva444p10le", "tones": [Tone("alac")]},
}


def test_h15_byte_flipped_files_each_end_clearly_in_a_process_of_their_own(tmp_path: Path) -> None:
    """Forty of each container, as the job's process reads them; what a decoder does to that process hurts no other."""
    for name, more in KINDS.items():
        film(tmp_path / name, range(0, 400, 40) if "time_base" not in more else range(10), **more)
    child = [sys.executable, str(Path(__file__).with_name("flipped_videos.py")), str(tmp_path), "40", *KINDS]
    done = subprocess.run(child, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ends = json.loads(done.stdout.splitlines()[-1])
    assert ends["read"] + ends["refused"] == 40 * len(KINDS) == 200
    assert min(ends.values()) > 0


def test_h15_a_decoder_that_stalls_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video, release = clip(tmp_path / "a.mp4"), threading.Event()

    def packets(self: VideoReader) -> Iterator[Any]:
        with self._busy:
            release.wait(60)
        yield from ()

    monkeypatch.setattr(VideoReader, "_packets", packets)
    monkeypatch.setattr(job, "Flow", lambda: flow.Flow(stall_s=0.2))
    monkeypatch.setattr(flow, "_ENDING_S", 0.1)
    monkeypatch.setattr(reader, "_CLOSING_S", 0.1)
    try:
        with pytest.raises(VideoError, match="no progress"):
            run(video, tmp_path / "out")
    finally:
        release.set()


@pytest.mark.parametrize(("name", "codec"), [("good.avi", "mpeg4"), ("good.mp4", "libx264"), ("good.ts", "libx264")])
def test_h24_damage_in_the_middle_is_reported_and_the_rest_processed(tmp_path: Path, name: str, codec: str) -> None:
    source = clip(tmp_path / name, 320, 240, range(100), codec=codec, time_base=Fraction(1, 25), noise=30, gop_size=25)
    data = bytearray(source.read_bytes())
    start = len(data) // 2
    for at in np.random.default_rng(24).integers(start, start + 6000, 40):
        data[at] ^= 0xFF
    source.write_bytes(bytes(data))
    result = run(source, tmp_path / "out")
    assert result.frames >= 80
    assert result.warnings, "40 broken bytes must be reported"


def test_h24_packets_that_cannot_be_decoded_are_counted(tmp_path: Path) -> None:
    video = clip(tmp_path / "a.mp4", 320, 240, range(100), time_base=Fraction(1, 25), noise=30)
    data = bytearray(video.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes([255]) * 20_000
    video.write_bytes(bytes(data))
    with VideoReader(video) as opened:
        assert sum(1 for _ in opened) < 100
        assert any("damaged packets" in warning for warning in opened.warnings())


def test_h26_memory_stays_flat(tmp_path: Path) -> None:
    short = clip(tmp_path / "short.mkv", 640, 360, range(0, 60 * 40, 40), codec="mpeg4")
    long = clip(tmp_path / "long.mkv", 640, 360, range(0, 600 * 40, 40), codec="mpeg4")
    run(short, tmp_path / "warm")
    gc.collect()
    peaks = [_peak(lambda v=video: _slowly(v, tmp_path / v.stem)) for video in (short, long)]
    assert peaks[1] < 1.1 * peaks[0] + 8_000_000


def test_h26_cancel_within_five_seconds_leaves_nothing(tmp_path: Path) -> None:
    video = clip(tmp_path / "long.mkv", 160, 96, range(0, 2500 * 40, 40), codec="mpeg4")
    out, said = tmp_path / "out", list[float]()

    class Clicked(SlowPredictor):
        """At its first frames somebody cancels; the whole video would take half a minute."""

        def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            said.append(time.monotonic())
            time.sleep(0.2)
            return super().predict(frames)

    with pytest.raises(Cancelled):
        segment(SegmentConfig(video=video, run="none"), Clicked(), out, should_stop=lambda: bool(said))
    assert time.monotonic() - said[0] < 5
    assert not list(out.iterdir())
    assert not [t for t in threading.enumerate() if t.name.startswith("video-")]


class SlowPredictor(BrightPredictor):
    """Slower than the decoder, so that frames would pile up if nothing held them back."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(0.012)
        return super().predict(frames)


def _slowly(video: Path, out: Path) -> None:
    segment(SegmentConfig(video=video, run="none"), SlowPredictor(), out)


def _peak(work: object) -> int:
    assert callable(work)
    process, done, peak = psutil.Process(), threading.Event(), [0]

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    work()
    done.set()
    thread.join()
    return peak[0]
