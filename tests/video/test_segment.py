"""The whole video job, with a predictor that needs no network."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from segcore.classes import ClassTable
from segcore.errors import ConfigError
from segcore.inference.predictor import Predictor
from segcore.video.audio import EncodedSound
from segcore.video.colors import Colors
from segcore.video.config import SegmentConfig
from segcore.video.planes import Planes
from segcore.video.progress import SegmentProgress
from segcore.video.reader import VideoReader
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

FRAMES = 40


class LeftHalf:
    """Labels the left half 1; `delay` seconds a call; fails at the call of this number."""

    classes = ClassTable.of(["background", "left", "never"])
    backend = "left half"
    parallel = 3

    def __init__(self, delay: float = 0.0, fails_at: int | None = None) -> None:
        self.calls, self.delay, self.fails_at = 0, delay, fails_at

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return (32, 64) if width >= height else (64, 32)

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.calls += 1
        time.sleep(self.delay)
        if self.calls == self.fails_at:
            raise MemoryError("no room")
        labels = np.zeros((len(frames), 32, 64), np.uint8)
        labels[..., :32] = 1
        return labels, np.full_like(labels, 255)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    sound = EncodedSound.of_samples(np.zeros(44_100 * 2, np.float32), 44_100)
    with VideoWriter(tmp_path / "in.mp4", 128, 96, fps=20, sound=sound) as writer:
        for number in range(FRAMES):
            writer.write(np.full((96, 128, 3), number * 5, np.uint8))
    return tmp_path / "in.mp4"


def test_the_predictor_of_these_tests_is_one() -> None:
    assert isinstance(LeftHalf(), Predictor)


def test_everything_is_made(video: Path, tmp_path: Path) -> None:
    seen: list[SegmentProgress] = []
    previews: list[bytes] = []
    result = segment(
        SegmentConfig(video=video, run="r"), LeftHalf(), tmp_path / "out", on_progress=seen.append,
        on_preview=previews.append, provenance={"network": {"weights_sha256": "abc"}},
    )  # fmt: skip
    assert result.frames == FRAMES == seen[-1].frames == seen[-1].total
    assert seen[0].joined is None
    assert seen[-1].joined is not None  # the parts are joined in the end, and that is told
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "overlay.mp4", "ledger.parquet", "ledger.csv", "summary.json", "poster.jpg", "heat.npz",
        *(f"{name}.{kind}" for name in ("objects", "contacts", "tracks", "events") for kind in ("parquet", "csv")),
        "stability.parquet", "stability.csv", "certainty.parquet", "certainty.csv", "masks.parquet",
    }  # fmt: skip
    assert {path.name for path in result.files} == {path.name for path in (tmp_path / "out").iterdir()}
    assert set(result.stages) >= {"decode", "scale", "network", "draw", "measure", "objects", "encode"}
    assert cv2.imdecode(np.frombuffer(previews[0], np.uint8), 1).shape == (96, 128, 3)
    assert result.poster.read_bytes()[:2] == b"\xff\xd8"
    summary = json.loads(result.summary_file.read_text())
    assert summary["network"]["weights_sha256"] == "abc"
    assert summary["sound"] == "copied (aac)"
    assert [c["frames"] for c in summary["classes"]] == [FRAMES, FRAMES, 0]
    assert summary["warnings"] == []
    busy = {stage["name"]: stage["busy"] for stage in summary["load"]["stages"]}
    assert set(busy) == set(result.stages)
    assert all(0 <= share <= 1 for share in busy.values())
    assert seen[-1].load.frames == FRAMES
    threads = {thread["name"] for thread in summary["load"]["threads"]}
    assert threads >= {"video-decode", "video-network", "video-encode"}


def test_a_slow_network_is_named_as_the_bottleneck(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r"), LeftHalf(delay=0.1), tmp_path / "out")
    assert result.load.words.startswith("The network is the slowest part (")


def test_times_of_the_overlay_are_those_of_the_source(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r"), LeftHalf(), tmp_path / "out")
    with VideoReader(video) as source, VideoReader(result.overlay) as overlay:
        assert [f.time_s for f in source] == [f.time_s for f in overlay]
        assert overlay.info.has_audio


@pytest.mark.parametrize(("matrix", "full"), [(1, False), (2, False), (5, True)])
def test_the_source_s_colours_are_kept(tmp_path: Path, matrix: int, full: bool) -> None:
    colors = Colors(matrix=matrix, full=full)
    grey = Planes.of_rgb(np.full((96, 128, 3), (40, 120, 200), np.uint8), colors)
    with VideoWriter(tmp_path / "in.mp4", 128, 96, fps=20, colors=colors, crf=1) as writer:
        for _ in range(5):
            writer.write(grey)
    config = SegmentConfig(video=tmp_path / "in.mp4", run="r", style="contour")
    result = segment(config, LeftHalf(), tmp_path / "out")
    with VideoReader(result.overlay) as overlay:
        assert overlay.info.colors == colors
        found = next(iter(overlay)).planes()
        assert np.abs(found.data.astype(int) - grey.data)[:, 100:].max() <= 2


def test_a_class_that_is_not_there_cannot_be_hidden(video: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"0 to 2. Received: \[3\]"):
        segment(SegmentConfig(video=video, run="r", hidden=(1, 3)), LeftHalf(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", [(96, 128), (48, 62)])
def test_side_by_side_doubles_the_width_and_keeps_times_colours_and_aspect(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    colors, aspect = Colors(matrix=1, full=True), Fraction(4, 3)
    source = Planes.of_rgb(np.full((*size, 3), (40, 120, 200), np.uint8), colors)
    path = tmp_path / "in.mp4"
    base = Fraction(1, 1000)
    with VideoWriter(
        path, size[1], size[0], time_base=base, fps=20, colors=colors, crf=1, pixel_aspect=aspect
    ) as writer:
        for time in (0, 50, 70, 400):
            writer.write(source, time)
    config = SegmentConfig(video=path, run="r", style="mask", side_by_side=True)
    result = segment(config, LeftHalf(), tmp_path / "out")
    with VideoReader(result.overlay) as overlay:
        info, frames = overlay.info, list(overlay)
    assert (info.width, info.height, info.colors, info.pixel_aspect) == (2 * size[1], size[0], colors, aspect)
    assert [f.time_s for f in frames] == [0, 0.05, 0.07, 0.4]
    seen, middle = frames[1].image.astype(int), size[0] // 2
    assert np.abs(seen[middle, 10] - (40, 120, 200)).max() < 6
    assert np.abs(seen[middle, size[1] + 10] - (255, 0, 0)).max() < 10
    assert seen[middle, -5].max() < 10
    assert pd.read_parquet(result.ledger).pixels.sum() == 4 * size[0] * size[1]


def test_the_ledger_has_every_frame_and_class(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r"), LeftHalf(), tmp_path / "out")
    ledger = pd.read_parquet(result.ledger)
    assert len(ledger) == FRAMES * 3
    assert ledger.pixels.tolist() == [6144, 6144, 0] * FRAMES
    pd.testing.assert_frame_equal(ledger, pd.read_csv(result.csv), check_dtype=False)


def test_objects_are_followed_through_the_video(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r"), LeftHalf(), tmp_path / "out")
    objects = pd.read_parquet(result.folder / "objects.parquet")
    assert objects["frame"].tolist() == list(range(FRAMES))
    assert set(objects["track"]) == {1}
    assert (objects[["left", "top", "width", "height"]].to_numpy() == (0, 0, 64, 96)).all()
    (track,) = pd.read_csv(result.folder / "tracks.csv").to_dict("records")
    assert (track["class"], track["frames"], track["seconds"], track["path"]) == ("left", FRAMES, 2.0, 0)
    events = pd.read_parquet(result.folder / "events.parquet")
    assert events["kind"].tolist() == ["there", "there"]


def test_a_part_begins_at_zero_and_names_the_time_of_the_source(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r", start_s=0.5, end_s=1.0), LeftHalf(), tmp_path / "out")
    assert result.frames == 10
    with VideoReader(result.overlay) as overlay:
        assert [round(f.time_s, 3) for f in overlay] == [round(0.05 * i, 3) for i in range(10)]
    assert pd.read_parquet(result.ledger).time_s.min() == pytest.approx(0.5)


def test_an_error_of_the_network_ends_the_job_and_leaves_nothing(video: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryError, match="no room"):
        segment(SegmentConfig(video=video, run="r"), LeftHalf(fails_at=3), tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "bad",
    [
        {"style": "neon"},
        {"start_s": 2, "end_s": 1},
        {"opacity": 2},
        {"colour": 1},
        {"also": ["film"]},
        {"also": ["masks", "masks"]},
    ],
)
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SegmentConfig(video=Path("a"), run="r", **bad)  # type: ignore[arg-type]
