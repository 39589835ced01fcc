"""Each kind of odd file, through the whole job: a right result, or a message that a person understands."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from coded_films import LEFT, RIGHT, Seen, patches, seen
from odd_files import ODD, Odd
from video_clips import BrightPredictor

from segcore.errors import VideoError
from segcore.video.config import SegmentConfig
from segcore.video.segment import SegmentResult, segment

READ = {name: kind for name, kind in ODD.items() if not kind.refused}
REFUSED = {name: kind for name, kind in ODD.items() if kind.refused}


def test_there_are_enough_of_them() -> None:
    assert len(READ) >= 40
    assert len(ODD) == len(READ) + len(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    kind = REFUSED[name]
    kind.make(tmp_path / kind.file)
    with pytest.raises(VideoError, match=kind.refused):
        _segment(tmp_path / kind.file, tmp_path / "out")
    assert not (tmp_path / "out" / "overlay.mp4").exists()


@pytest.mark.parametrize("name", READ)
def test_faithful(name: str, tmp_path: Path) -> None:
    kind = READ[name]
    _make(kind, tmp_path / kind.file)
    result = _segment(tmp_path / kind.file, tmp_path / "out")
    found = seen(result.overlay, kind.size)
    _check_frames(kind, result, found)
    _check_picture(kind, found)
    _check_sound(kind, result, found)
    _check_words(kind, result.warnings)


def _make(kind: Odd, path: Path) -> None:
    try:
        kind.make(path)
    except av.error.EncoderNotFoundError as error:
        pytest.skip(f"this build of FFmpeg cannot make it: {error}")


def _segment(video: Path, out: Path) -> SegmentResult:
    config = SegmentConfig(video=video, run="none", style="contour", hidden=(1,))  # nothing is drawn
    return segment(config, BrightPredictor(), out)


def _check_frames(kind: Odd, result: SegmentResult, found: Seen) -> None:
    """As many as the source has, each at its own time, in the video and in the ledger."""
    times = [1000 * time for time in found.times_s]
    if kind.times_ms:
        np.testing.assert_allclose(times, list(kind.times_ms), atol=1.0)
    ledger = pd.read_parquet(result.ledger)
    np.testing.assert_allclose(ledger[ledger.class_id == 0].time_s * 1000, times, atol=1.0)
    assert set(ledger.groupby("frame").pixels.sum()) == {kind.size[0] * kind.size[1]}


def _check_picture(kind: Odd, found: Seen) -> None:
    """Upright, in its colours, each frame the right one."""
    if kind.numbers is not None:
        assert found.numbers == list(kind.numbers)
    if kind.colours:
        np.testing.assert_allclose(patches(found.first), [LEFT, RIGHT], atol=12)


def _check_sound(kind: Odd, result: SegmentResult, found: Seen) -> None:
    """There, and in place."""
    assert result.summary["sound"].startswith(kind.sound)
    assert (found.sound is None) == (kind.sound == "none")
    if kind.beep_ms is not None:
        assert found.beep_s is not None
        assert 1000 * found.beep_s == pytest.approx(kind.beep_ms, abs=30)


def _check_words(kind: Odd, warnings: list[str]) -> None:
    assert len(warnings) == len(kind.says), warnings
    for words in kind.says:
        assert any(words in warning for warning in warnings), warnings
