"""How far a batch is, by figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from segcore.batches.batch import BATCH, LENGTH, PLACE, Batch, batch_of, grouped, seconds_left, share_done, titles
from segcore.runs.records import Progress, Run, RunState

START = datetime(2026, 1, 1, tzinfo=UTC)


def run(
    place: int, state: RunState, *, length: float | None = 10.0, took: float | None = None,
    share: float = 0.0, eta: float | None = None, video: str = "", batch: str = "b",
) -> Run:  # fmt: skip
    """A video run; `took` seconds until it ended."""
    params = {BATCH: batch, PLACE: str(place), "video": video or f"{place}.mp4"} if batch else {"video": video}
    params |= {} if length is None else {LENGTH: str(length)}
    started = None if took is None else START
    ended = None if took is None else START + timedelta(seconds=took)
    progress = Progress(stage="segmenting", done=share, total=1.0, eta_s=eta) if share or eta else None
    return Run(
        id=f"{batch}{place}{state}", name=f"run-{place}", kind="segment", state=state, reason="", dataset=None,
        created=START, started=started, ended=ended, params=params, progress=progress,
    )  # fmt: skip


def batch(*runs: Run) -> Batch:
    return batch_of("b", runs)


def test_videos_count_by_their_length() -> None:
    done = run(1, RunState.FINISHED, length=30, took=60)
    assert share_done(batch(done, run(2, RunState.QUEUED, length=10))) == pytest.approx(0.75)
    half = run(2, RunState.RUNNING, length=10, share=0.5)
    assert share_done(batch(done, half)) == pytest.approx(0.875)


def test_an_unknown_length_counts_as_the_mean_of_the_others() -> None:
    known = [run(1, RunState.FINISHED, length=20, took=1), run(2, RunState.QUEUED, length=40)]
    assert share_done(batch(*known, run(3, RunState.FAILED, length=None))) == pytest.approx(50 / 90)
    assert share_done(batch(run(1, RunState.QUEUED, length=None), run(2, RunState.FAILED, length=None))) == 0.5


def test_time_left_by_the_pace_so_far() -> None:
    """30 seconds of video took 60; 40 are left; a failed one says nothing of the pace."""
    done, failed = run(1, RunState.FINISHED, length=30, took=60), run(2, RunState.FAILED, length=30, took=1)
    assert seconds_left(batch(done, failed, run(3, RunState.QUEUED, length=40))) == pytest.approx(80)
    assert seconds_left(batch(run(1, RunState.QUEUED))) is None
    assert seconds_left(batch(done, failed)) == 0.0


def test_a_running_video_needs_at_least_what_it_says_itself() -> None:
    done = run(1, RunState.FINISHED, length=30, took=3)
    assert seconds_left(batch(done, run(2, RunState.RUNNING, length=10, share=0.5, eta=55))) == pytest.approx(55)


def test_of_several_tries_the_newest_counts_and_places_give_the_order() -> None:
    newest_first = [run(2, RunState.QUEUED), run(1, RunState.FINISHED, took=1), run(2, RunState.FAILED)]
    found = batch(*newest_first)
    assert [r.state for r in found.runs] == [RunState.FINISHED, RunState.QUEUED]
    assert found.active
    assert not found.broken
    assert found.ended is None


def test_runs_of_a_batch_stand_together_where_its_newest_stands() -> None:
    alone = run(0, RunState.FINISHED, batch="", video="alone.mp4")
    mixed = grouped([run(2, RunState.FINISHED), alone, run(1, RunState.FINISHED), run(1, RunState.FINISHED, batch="c")])
    assert [len(item.runs) if isinstance(item, Batch) else item.params["video"] for item in mixed] == [
        2, "alone.mp4", 1
    ]  # fmt: skip
    assert isinstance(mixed[0], Batch)
    assert mixed[0].name == "2 videos"


def test_equal_names_are_told_apart() -> None:
    runs = [run(i, RunState.QUEUED, video=v) for i, v in enumerate(["a.mp4", "b.mp4", "a.mp4", "a.mp4"])]
    assert titles(runs) == ["a.mp4", "b.mp4", "a.mp4 (2)", "a.mp4 (3)"]
