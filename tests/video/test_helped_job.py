"""A video on several workers comes out as on one, whatever the video, whatever becomes of the helpers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chunked import Shades, film, job, outcome
from helped import ThreadCrew, helped, plain_help

from segcore.errors import Cancelled, ConfigError
from segcore.video.chunks.shelf import Shelf
from segcore.video.config import SegmentConfig
from segcore.video.progress import SegmentProgress
from segcore.video.segment import segment
from segcore.video.spans.lease import Lease, Task
from segcore.video.spans.span import Span

EVEN = [40 * n for n in range(60)]
UNEVEN = np.cumsum([33 + n * n * 7 % 90 for n in range(60)]).tolist()
FILMS: dict[str, tuple[list[int], dict[str, Any]]] = {
    "uneven.mkv": (UNEVEN, {"g": "12", "bf": "2"}),
    "open.ts": (EVEN, {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "fields.mp4": (EVEN, {"g": "12", "bf": "2", "interlaced": True}),
    "one_key_frame.mp4": (EVEN, {"g": "600", "bf": "2"}),
    "mpeg4.avi": (EVEN, {"codec": "mpeg4", "g": "12"}),
}


class Slow(Shades):
    """So many seconds a call, that helpers have something to do."""

    def __init__(self, seconds: float = 0.03) -> None:
        super().__init__()
        self._seconds = seconds

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(self._seconds)
        return super().predict(frames)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("plain") / "plain.mp4", EVEN, g="12", bf="2")


@pytest.fixture(scope="module")
def whole(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one worker makes of it in one pass."""
    return outcome(job(plain, tmp_path_factory.mktemp("whole"), chunk_frames=10_000))


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(found["ledger"], wanted["ledger"])
    assert {k: v for k, v in found.items() if k != "ledger"} == {k: v for k, v in wanted.items() if k != "ledger"}


@pytest.mark.parametrize("name", FILMS)
def test_with_a_helper_it_is_what_it_is_without(name: str, tmp_path: Path) -> None:
    pts, options = FILMS[name]
    video = film(tmp_path / name, pts, **options)
    result, crew = helped(video, tmp_path, Slow(), chunk_frames=7)
    assert crew.tasks
    same(outcome(result), outcome(job(video, tmp_path / "whole", chunk_frames=10_000)))


def test_helpers_take_work_off_the_job_and_numbers_of_frames_go_on(plain: Path, tmp_path: Path) -> None:
    own = Slow()
    settings = {"every": 3, "start_s": 0.3, "region": (10, 8, 50, 40), "also": ("masks",), "chunk_frames": 2}
    result, _ = helped(plain, tmp_path, own, 2, **settings)
    whole = job(plain, tmp_path / "whole", **settings)
    same(outcome(result), outcome(whole))
    assert own.calls * own.parallel < result.frames
    assert (result.folder / "masks.zip").stat().st_size == (whole.folder / "masks.zip").stat().st_size
    assert own.calls * own.parallel < result.load.frames <= result.frames


def test_labels_that_are_smoothed_and_frames_that_are_still_come_out_the_same(tmp_path: Path) -> None:
    video = film(tmp_path / "still.mp4", [40 * n for n in range(48)], loop=5, g="12")
    settings = {"speed": "fast", "smooth": True, "chunk_frames": 6}
    result, crew = helped(video, tmp_path, Slow(), **settings)
    whole = job(video, tmp_path / "whole", **settings)
    assert crew.tasks
    same(outcome(result), outcome(whole))
    for name in ("stability", "certainty", "objects", "tracks", "events", "contacts"):
        found, wanted = (pd.read_parquet(r.folder / f"{name}.parquet") for r in (result, whole))
        pd.testing.assert_frame_equal(found, wanted)


def test_frames_that_the_file_tells_wrongly_are_counted_anew(
    plain: Path, whole: dict[str, Any], tmp_path: Path, monkeypatch: Any
) -> None:
    """A table that promises frames which never come, as of a damaged file, in the beginning and after the end."""
    from segcore.video.spans.timetable import Timetable

    told = Timetable.of
    steps: list[int] = []

    def wrong(*args: Any) -> Timetable:
        table = told(*args)
        steps.append(int(table.pts[1]))
        beyond = table.pts[-1] + steps[0] * np.arange(1, 12)
        return Timetable(np.sort(np.concatenate([table.pts, [7, 8, 9], beyond])), table.every)

    monkeypatch.setattr(Timetable, "of", wrong)
    result, crew = helped(plain, tmp_path, Slow(0.1), chunk_frames=5)
    same(outcome(result), whole)
    guessed = [task.span.after for task in crew.tasks if task.span.after and task.span.after.crc is None]
    off_by = [after.index - after.pts // steps[0] for after in guessed]
    assert off_by[0] == 3
    assert off_by[-1] == 0, "numbers were put right on the way"


def test_a_helper_that_was_called_back_lays_no_chunk_down_any_more(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even one that it was about to; a right one may be in that place by now."""
    config = SegmentConfig(video=plain, run="r", workers=2, chunk_frames=5)
    work = tmp_path / "work"
    segment(config, Shades(), tmp_path / "out", work=work)
    shelf, lease, task = Shelf(work), Lease(work), Task.of(Span())
    shelf.clear()
    lease.want([task.id])
    begin = Shelf.begin

    def begun(shelf: Shelf, number: int) -> Path:
        if number == 2:
            lease.want([])
        return begin(shelf, number)

    monkeypatch.setattr("segcore.video.spans.lease.BEAT_S", 3600.0)  # by itself it would not look
    monkeypatch.setattr(Shelf, "begin", begun)
    with pytest.raises(Cancelled, match="does not want this any more"):
        plain_help(config, task, work)
    assert [record.number for record in shelf.records()] == [0, 1]
    assert not list(work.glob(".chunk-*"))


def test_a_helper_that_dies_is_replaced_and_one_that_always_fails_is_let_go(
    plain: Path, whole: dict[str, Any], tmp_path: Path
) -> None:
    def dying(config: SegmentConfig, task: Task, work: Path) -> None:
        if crew.names[crew.tasks.index(task)] == "2":
            raise MemoryError("no room")
        plain_help(config, task, work)

    config = SegmentConfig(video=plain, run="r", workers=3, chunk_frames=4)
    crew = ThreadCrew(config, tmp_path / "work", 2, dying)
    result = segment(config, Slow(), tmp_path / "out", work=tmp_path / "work", crew=crew)
    assert result.warnings == ["2 did not finish its part: no room"]
    same(outcome(result) | {"warnings": []}, whole)
    assert crew.names.count("2") == 2
    assert crew.names.count("1") > 1


def test_a_job_that_dies_goes_on_with_all_that_was_finished(plain: Path, whole: dict[str, Any], tmp_path: Path) -> None:
    config = SegmentConfig(video=plain, run="r", workers=2, chunk_frames=5)
    crew = ThreadCrew(config, tmp_path / "work")

    class Dies(Slow):
        def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            if len(Shelf(tmp_path / "work").records()) > 6:
                raise MemoryError("no room")
            return super().predict(frames)

    with pytest.raises(MemoryError):
        segment(config, Dies(), tmp_path / "out", work=tmp_path / "work", crew=crew)
    kept = sum(record.frames for record in Shelf(tmp_path / "work").records())
    last = Shades()
    resumed = segment(
        config, last, tmp_path / "out", work=tmp_path / "work", crew=ThreadCrew(config, tmp_path / "work")
    )
    same(outcome(resumed), whole)
    assert kept >= 35
    assert last.calls * last.parallel <= len(EVEN) - kept + last.parallel


def test_cancelled_within_a_second_or_two_with_all_helpers(plain: Path, tmp_path: Path) -> None:
    own, since = Slow(), [0.0]
    config = SegmentConfig(video=plain, run="r", workers=3, chunk_frames=2)

    def slow_help(config: SegmentConfig, task: Task, work: Path) -> None:
        from segcore.video.spans.helping import help_with

        help_with(config, task, Slow, work, {})

    def stop() -> bool:
        if own.calls > 3 and not since[0]:
            since[0] = time.monotonic()
        return bool(since[0])

    crew = ThreadCrew(config, tmp_path / "work", 2, slow_help)
    with pytest.raises(Cancelled):
        segment(config, own, tmp_path / "out", work=tmp_path / "work", crew=crew, should_stop=stop)
    assert time.monotonic() - since[0] < 5
    assert not list((tmp_path / "out").glob("*"))


def test_stopped_early_it_keeps_what_follows_from_the_beginning(
    plain: Path, whole: dict[str, Any], tmp_path: Path
) -> None:
    own = Slow()
    config = SegmentConfig(video=plain, run="r", workers=2, chunk_frames=5)
    crew = ThreadCrew(config, tmp_path / "work")
    result = segment(config, own, tmp_path / "out", work=tmp_path / "work", crew=crew, should_end=lambda: own.calls > 7)
    assert 0 < result.frames < len(EVEN)
    assert outcome(result)["times"] == whole["times"][: result.frames]
    assert "stopped early" in result.warnings[0]


def test_progress_adds_up(plain: Path, tmp_path: Path) -> None:
    seen: list[SegmentProgress] = []
    config = SegmentConfig(video=plain, run="r", workers=2, chunk_frames=5)
    crew = ThreadCrew(config, tmp_path / "work")
    segment(config, Slow(), tmp_path / "out", work=tmp_path / "work", crew=crew, on_progress=seen.append)
    assert all(progress.frames <= len(EVEN) for progress in seen)
    assert max(progress.helpers for progress in seen) == 1
    assert (seen[-1].frames, seen[-1].total) == (len(EVEN), len(EVEN))


def test_a_helper_says_what_it_does_not_see(plain: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=plain, run="r", workers=2)
    task = Task.model_validate({"id": "a", "span": {}})
    with pytest.raises(ConfigError, match=r"folder .* is not here\. All workers need the same SEGCORE_HOME"):
        plain_help(config, task, tmp_path / "nowhere")
    shelf = Shelf(tmp_path / "work")
    shelf.belongs_to({"the video plain.mp4": [1, 2, 3]})
    with pytest.raises(ConfigError, match=r"Another here than where the job is: .*the video plain\.mp4"):
        plain_help(config, task, tmp_path / "work")
    (tmp_path / "work/job.json").unlink()
    with pytest.raises(Cancelled):
        plain_help(config, task, tmp_path / "work")
