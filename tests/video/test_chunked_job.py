"""A job in chunks gives what a single pass gives, whatever the video, wherever it is cut, however often it dies."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pandas as pd
import pytest
from chunked import Shades, film, job, outcome, pictures, scene
from PIL import Image

from segcore.errors import Cancelled, ConfigError, VideoError
from segcore.knowledge.masks import MASKS_FILE, read_masks
from segcore.video.chunks.shelf import Shelf
from segcore.video.config import SegmentConfig
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

EVEN = [40 * n for n in range(60)]
UNEVEN = np.cumsum([33 + n * n * 7 % 90 for n in range(60)]).tolist()
GAP = EVEN[:20] + [9000 + t for t in EVEN[20:]]
FILMS: dict[str, tuple[list[int], dict[str, Any]]] = {
    "plain.mp4": (EVEN, {"g": "12"}),
    "uneven.mkv": (UNEVEN, {"g": "12", "bf": "2"}),
    "gap.mp4": (GAP, {"g": "12", "bf": "2"}),
    "open.mp4": (EVEN, {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "open.ts": (EVEN, {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "fields.mp4": (EVEN, {"g": "12", "bf": "2", "interlaced": True}),
    "refresh.mp4": (EVEN, {"x264-params": "intra-refresh=1:keyint=15"}),
    "one_key_frame.mp4": (EVEN, {"g": "600", "bf": "2"}),
    "mpeg2.mpg": (EVEN, {"codec": "mpeg2video", "g": "12", "bf": "2"}),
    "mpeg4.avi": (EVEN, {"codec": "mpeg4", "g": "12"}),
    "vp9.webm": (EVEN, {"codec": "libvpx-vp9", "g": "25", "deadline": "realtime", "cpu-used": "8"}),
}


@pytest.fixture(scope="module", params=FILMS)
def video(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pts, options = FILMS[request.param]
    return film(tmp_path_factory.mktemp("films") / request.param, pts, **options)


@pytest.fixture(scope="module")
def whole(video: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a single pass gives."""
    return outcome(job(video, tmp_path_factory.mktemp("whole"), chunk_frames=100_000))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("plain") / "plain.mp4", EVEN, g="12")


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(found["ledger"], wanted["ledger"])
    assert {k: v for k, v in found.items() if k != "ledger"} == {k: v for k, v in wanted.items() if k != "ledger"}


class Slow(Shades):
    """Three hundredths of a second a call."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(0.03)
        return super().predict(frames)


def distances(one: Path, other: Path) -> np.ndarray:
    """Mean difference of grey levels of each frame of two videos."""
    pairs = zip(pictures(one), pictures(other), strict=True)
    return np.array([np.abs(a.astype(int) - b).mean() for a, b in pairs])


def test_chunks_give_what_a_single_pass_gives(video: Path, whole: dict[str, Any], tmp_path: Path) -> None:
    same(outcome(job(video, tmp_path, chunk_frames=7)), whole)


def test_a_job_that_dies_twice_goes_on_as_if_nothing_had_happened(
    video: Path, whole: dict[str, Any], tmp_path: Path
) -> None:
    for calls in (9, 15):
        with pytest.raises(MemoryError):
            job(video, tmp_path / "out", Shades(fails_at=calls), tmp_path / "work", chunk_frames=9)
        assert not list((tmp_path / "out").glob("*"))
    kept = Shelf(tmp_path / "work").records()
    last = Shades()
    result = job(video, tmp_path / "out", last, tmp_path / "work", chunk_frames=9)
    same(outcome(result), whole)
    done = sum(record.frames for record in kept)
    assert done > 9
    assert last.calls == -(-(result.frames - done) // last.parallel)


def test_no_seam_is_seen(plain: Path, tmp_path: Path) -> None:
    nothing = {"style": "contour", "hidden": (1, 2, 3)}
    cut, uncut = (job(plain, tmp_path / str(n), chunk_frames=n, **nothing).overlay for n in (10, 1000))
    lost, usual = distances(cut, plain), distances(uncut, plain)
    assert len(lost) == len(EVEN)
    assert lost.max() < 1.2 * usual.max()  # the frame after a key frame is the farthest, wherever key frames are


@pytest.mark.parametrize(
    "settings",
    [
        {"every": 4, "chunk_frames": 5},
        {"start_s": 0.5, "end_s": 1.9, "chunk_frames": 8},
        {"region": (11, 8, 51, 40), "chunk_frames": 8},
        {"also": ("masks", "frames"), "chunk_frames": 13},
        {"refine": True, "side_by_side": True, "chunk_frames": 17},
        {"start_s": 0.3, "every": 3, "region": (10, 8, 50, 40), "also": ("masks",), "chunk_frames": 4},
    ],
    ids=lambda settings: "-".join(settings),
)
def test_settings_and_chunks_do_not_meddle(plain: Path, tmp_path: Path, settings: dict[str, Any]) -> None:
    whole = job(plain, tmp_path / "whole", **settings | {"chunk_frames": 10_000})
    with pytest.raises(MemoryError):
        job(plain, tmp_path / "cut", Shades(fails_at=whole.frames // 3), tmp_path / "work", **settings)
    cut = job(plain, tmp_path / "cut", work=tmp_path / "work", **settings)
    same(outcome(cut), outcome(whole))
    assert [p.name for p in cut.files] == [p.name for p in whole.files]
    if "masks" in settings.get("also", ()):
        assert (tmp_path / "cut/masks.zip").stat().st_size == (tmp_path / "whole/masks.zip").stat().st_size


def test_frames_that_show_the_same_share_labels_within_a_chunk(tmp_path: Path) -> None:
    video = film(tmp_path / "still.mp4", [40 * n for n in range(48)], loop=1, g="12")
    uncut = job(video, tmp_path / "uncut", speed="fast", chunk_frames=12)
    assert (uncut.frames, uncut.summary["frames_labelled"]) == (48, 4)
    with pytest.raises(MemoryError):
        job(video, tmp_path / "out", Shades(fails_at=2), tmp_path / "work", speed="fast", chunk_frames=12)
    resumed = job(video, tmp_path / "out", work=tmp_path / "work", speed="fast", chunk_frames=12)
    same(outcome(resumed), outcome(uncut))
    assert distances(resumed.overlay, uncut.overlay).max() < 2
    assert resumed.summary["frames_labelled"] == 4


def test_labels_move_along_within_a_chunk_and_go_on_as_they_were_after_a_kill(tmp_path: Path) -> None:
    wide = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (192, 400, 3), np.uint8), (0, 0), 4)
    wide = cv2.normalize(wide, None, 0, 255, cv2.NORM_MINMAX)
    with VideoWriter(tmp_path / "pan.mp4", 192, 144, fps=25) as writer:
        for number in range(26):
            writer.write(np.ascontiguousarray(wide[20:164, 4 * number : 4 * number + 192]))
    video = tmp_path / "pan.mp4"
    uncut = job(video, tmp_path / "uncut", speed="fast", chunk_frames=10)
    assert (uncut.frames, uncut.summary["frames_labelled"]) == (26, 3 + 3 + 2)
    with pytest.raises(MemoryError):
        job(video, tmp_path / "out", Shades(fails_at=3), tmp_path / "work", speed="fast", chunk_frames=10)
    resumed = job(video, tmp_path / "out", work=tmp_path / "work", speed="fast", chunk_frames=10)
    same(outcome(resumed), outcome(uncut))
    every = job(video, tmp_path / "every")
    seen = [uncut.folder / MASKS_FILE, every.folder / MASKS_FILE]
    for moved, own in zip(*(read_masks(path) for path in seen), strict=True):
        assert (moved.labels == own.labels).mean() > 0.8, moved.frame


def test_videos_beside_the_overlay_are_joined_too(plain: Path, tmp_path: Path) -> None:
    also = ("mask_video", "alpha_overlay")
    whole, cut = (job(plain, tmp_path / str(n), also=also, chunk_frames=n) for n in (1000, 14))
    for name in ("masks.mov", "overlay-alpha.webm"):
        with av.open(str(whole.folder / name)) as one, av.open(str(cut.folder / name)) as other:
            assert one.streams.video[0].metadata.get("alpha_mode") == other.streams.video[0].metadata.get("alpha_mode")
            pairs = list(zip(one.decode(video=0), other.decode(video=0), strict=True))
        assert len(pairs) == len(EVEN)
        assert all(a.time == b.time for a, b in pairs)
        if name == "masks.mov":
            assert all(np.array_equal(a.to_ndarray()[0], b.to_ndarray()[0]) for a, b in pairs)


def test_pictures_of_a_folder_go_on_too(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for number in range(30):
        Image.fromarray(scene(number)).save(tmp_path / f"pictures/{number}.png")
    (tmp_path / "pictures/11.png").write_bytes(b"no picture")
    whole = outcome(job(tmp_path / "pictures", tmp_path / "whole"))
    with pytest.raises(MemoryError):
        job(tmp_path / "pictures", tmp_path / "out", Shades(fails_at=12), tmp_path / "work", chunk_frames=8)
    same(outcome(job(tmp_path / "pictures", tmp_path / "out", work=tmp_path / "work", chunk_frames=8)), whole)


def test_a_video_that_changed_is_not_gone_on_with(plain: Path, tmp_path: Path) -> None:
    video = tmp_path / "plain.mp4"
    video.write_bytes(plain.read_bytes())
    with pytest.raises(MemoryError):
        job(video, tmp_path / "out", Shades(fails_at=12), tmp_path / "work", chunk_frames=8)
    os.utime(video, ns=(1, 1))
    with pytest.raises(ConfigError, match=r"since it began, the video plain\.mp4 changed\. Start it anew"):
        job(video, tmp_path / "out", work=tmp_path / "work", chunk_frames=8)


def test_other_weights_or_settings_are_not_gone_on_with(plain: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=plain, run="r", chunk_frames=8)
    with pytest.raises(MemoryError):
        segment(config, Shades(fails_at=12), tmp_path / "out", work=tmp_path / "work", answers={"the weights": "abc"})
    changed = config.model_copy(update={"opacity": 0.2})
    with pytest.raises(ConfigError, match="its settings and the weights changed"):
        segment(changed, Shades(), tmp_path / "out", work=tmp_path / "work", answers={"the weights": "abd"})


def test_a_frame_that_is_not_what_it_was_ends_the_job(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        job(plain, tmp_path / "out", Shades(fails_at=14), tmp_path / "work", chunk_frames=8)
    record = tmp_path / "work/chunk-000001/record.json"
    crc = Shelf(tmp_path / "work").records()[1].last.crc
    record.write_text(record.read_text().replace(str(crc), str(crc ^ 1)))
    with pytest.raises(VideoError, match="is not the one that it was"):
        job(plain, tmp_path / "out", work=tmp_path / "work", chunk_frames=8)


def test_chunks_after_a_lost_one_are_made_again(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        job(plain, tmp_path / "out", Shades(fails_at=25), tmp_path / "work", chunk_frames=8)
    assert len(Shelf(tmp_path / "work").records()) >= 4
    (tmp_path / "work/chunk-000001/record.json").write_text("{")
    last = Shades()
    same(
        outcome(job(plain, tmp_path / "out", last, tmp_path / "work", chunk_frames=8)),
        outcome(job(plain, tmp_path / "whole")),
    )
    assert last.calls == (60 - 8) // 2


def test_a_job_that_is_ended_early_keeps_what_is_done_and_can_be_done_further(plain: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=plain, run="r", chunk_frames=8)
    slow = Slow()
    result = segment(config, slow, tmp_path / "out", work=tmp_path / "work", should_end=lambda: slow.calls > 10)
    assert 20 < result.frames < 50
    assert result.summary["stopped_early"]
    assert "stopped early" in result.warnings[0]
    whole = outcome(job(plain, tmp_path / "whole"))
    found = outcome(result)
    assert found["times"] == whole["times"][: result.frames]
    pd.testing.assert_frame_equal(found["ledger"], whole["ledger"][: 4 * result.frames])
    same(outcome(segment(config, Shades(), tmp_path / "out", work=tmp_path / "work")), whole)


def test_ended_before_the_first_frame_is_cancelled(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segcore.video.job.Job._decode", lambda job: job._decoded.close())
    with pytest.raises(Cancelled, match="before its first frame"):
        segment(SegmentConfig(video=plain, run="r"), Shades(), tmp_path / "out", should_end=lambda: True)
    assert not list((tmp_path / "out").iterdir())


def test_resumed_and_ended_at_once_it_is_what_was_done_before(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        job(plain, tmp_path / "out", Shades(fails_at=20), tmp_path / "work", chunk_frames=8)
    done = sum(record.frames for record in Shelf(tmp_path / "work").records())
    config = SegmentConfig(video=plain, run="r", chunk_frames=8)
    result = segment(config, Slow(), tmp_path / "out", work=tmp_path / "work", should_end=lambda: True)
    assert done <= result.frames < len(EVEN)
    assert result.summary["stopped_early"]
    assert len(result.warnings) == 1
