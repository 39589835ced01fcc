"""Rows 15, 24, 26: damaged and endless videos end cleanly and say what happened."""

from __future__ import annotations

import gc
import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest
from video_clips import BrightPredictor, clip, run

from segcore.errors import Cancelled, VideoError
from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.segment import segment


def test_h15_byte_flipped_files_each_end_clearly(tmp_path: Path) -> None:
    data = np.frombuffer(clip(tmp_path / "good.mp4").read_bytes(), np.uint8)
    random = np.random.default_rng(15)
    ends = {"frames": 0, "refused": 0}
    for number in range(60):
        bad = data.copy()
        places = random.integers(0, len(bad), 12)
        bad[places] = random.integers(0, 256, 12)
        path = tmp_path / f"bad{number}.mp4"
        path.write_bytes(bad.tobytes())
        try:
            with VideoReader(path) as reader:
                ends["frames"] += sum(frame.image.ndim == 3 for frame in reader) > 0
        except VideoError as error:
            ends["refused"] += bool(str(error))
    assert sum(ends.values()) == 60
    assert all(ends.values())


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


def test_h26_memory_stays_flat(tmp_path: Path) -> None:
    short = clip(tmp_path / "short.mkv", 160, 96, range(0, 150 * 40, 40), codec="mpeg4")
    long = clip(tmp_path / "long.mkv", 160, 96, range(0, 1500 * 40, 40), codec="mpeg4")
    run(short, tmp_path / "warm")
    gc.collect()
    peaks = [_peak(lambda v=video: run(v, tmp_path / v.stem)) for video in (short, long)]
    assert peaks[1] < 1.1 * peaks[0] + 8_000_000


def test_h26_cancel_within_five_seconds_leaves_nothing(tmp_path: Path) -> None:
    video = clip(tmp_path / "long.mkv", 160, 96, range(0, 2500 * 40, 40), codec="mpeg4")
    out = tmp_path / "out"
    asked: list[float] = []

    def ask() -> bool:
        if (out / "ledger.csv").parent.exists() and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    with pytest.raises(Cancelled):
        segment(SegmentConfig(video=video, run="none"), BrightPredictor(), out, should_stop=ask)
    assert time.monotonic() - asked[0] < 5
    assert not list(out.iterdir())
    assert not [t for t in threading.enumerate() if t.name.startswith("video-")]


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
