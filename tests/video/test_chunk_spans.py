"""Which chunks are made next, when frames come, and what a job and its helpers tell each other."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.errors import Cancelled
from segcore.video.chunks.plan import Plan
from segcore.video.chunks.record import ChunkRecord, Witness
from segcore.video.load import Load, StageLoad, ThreadLoad, together
from segcore.video.spans import helpers
from segcore.video.spans.cut import LONGEST, misfit, next_span
from segcore.video.spans.lease import Hold, Lease
from segcore.video.spans.span import Span
from segcore.video.spans.timetable import Timetable


def record(number: int, before: Witness | None, last: Witness) -> ChunkRecord:
    return ChunkRecord(
        number=number, frames=1, labelled=1, before=before, last=last, ends="border", seconds=0, damage={}
    )


def guess(chunk: int) -> Witness | None:
    return Witness(index=chunk - 1, pts=chunk - 1) if chunk else None


SEEN = [Witness(index=n, pts=n, crc=n) for n in range(50)]


def test_the_first_span_begins_with_the_video_and_the_next_one_after_a_guess() -> None:
    first = next_span(range(12), {}, [], guess, workers=2)
    assert first == Span(first=0, until=3)
    second = next_span(range(12), {}, [first], guess, workers=2)
    assert second == Span(first=3, until=6, after=Witness(index=2, pts=2))


def test_after_a_finished_chunk_its_last_frame_is_known_and_chunks_without_frames_are_passed_over() -> None:
    there = {0: record(0, None, SEEN[0])}
    assert next_span([0, 1, 5, 6], there, [], guess, workers=1) == Span(first=1, until=6, after=SEEN[0])
    assert next_span([0, 1, 5], there, [], guess, workers=9) == Span(first=1, until=5, after=SEEN[0])


def test_the_last_span_ends_with_the_video() -> None:
    assert next_span([0], {}, [], guess, workers=3) == Span(first=0)
    assert next_span([0, 1], {}, [Span(first=0, until=1)], guess, workers=3) == Span(first=1, after=guess(1))
    assert next_span([0, 1], {}, [Span(first=0)], guess, workers=3) is None


def test_a_chunk_that_is_kept_back_waits_for_the_one_before() -> None:
    taken = [Span(first=0, until=1)]
    assert next_span([0, 1, 2], {}, taken, guess, workers=1, kept_back={1}) == Span(first=2, after=guess(2))
    assert next_span([0, 1], {}, taken, guess, workers=1, kept_back={1}) is None
    there = {0: record(0, None, SEEN[0])}
    assert next_span([0, 1], there, [], guess, workers=1, kept_back={1}) == Span(first=1, after=SEEN[0])


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(1, 6), st.randoms(use_true_random=False))
def test_however_it_is_cut_each_chunk_is_made_once(chunks: set[int], workers: int, dice: random.Random) -> None:
    expected, made, taken = sorted(chunks), {}, []
    while True:
        if taken and dice.random() < 0.5:
            over = taken.pop(dice.randrange(len(taken)))
            for number in filter(over.holds, expected):
                assert number not in made
                made[number] = record(number, None, SEEN[0])
        span = next_span(expected, made, taken, guess, workers=workers) if len(taken) < workers else None
        if span is not None:
            assert not any(span.holds(number) for number in made)
            assert 1 <= sum(map(span.holds, expected)) <= LONGEST
            taken.append(span)
        elif not taken:
            break
    assert sorted(made) == expected


def test_chunks_that_do_not_fit_are_told_from_those_that_are_missing() -> None:
    records = [record(0, None, SEEN[0]), record(2, SEEN[1], SEEN[2])]
    assert not misfit(records, 1, [0, 1, 2])
    assert misfit(records, 1, [0, 2])
    assert not misfit(records[:1], 1, [0, 1])
    assert misfit([record(0, SEEN[3], SEEN[4])], 0, [0])


def test_frames_are_numbered_by_their_times_and_numbers_can_be_put_right() -> None:
    table = Timetable(np.array([0, 10, 20, 35, 50, 51, 90]), every=2)
    plan = Plan(0, 25)
    assert table.chunks(plan) == [0, 2, 3]  # 0 and 20, 50, 90
    assert [table.before(plan, n) for n in (0, 2, 3)] == [
        None,
        Witness(index=2, pts=20),
        Witness(index=4, pts=50),
    ]
    later = table.aligned(Witness(index=3, pts=50, crc=1))
    assert later.before(plan, 3) == Witness(index=4, pts=51)
    assert later.chunks(plan) == [0, 1, 2]


def test_a_task_is_held_as_long_as_it_is_wanted_and_the_job_lives(tmp_path: Path) -> None:
    lease = Lease(tmp_path)
    assert Hold(tmp_path, "a").lost()
    lease.want(["a", "b"])
    one, other, deaf = Hold(tmp_path, "a"), Hold(tmp_path, "b"), Hold(tmp_path, "b", silent_s=0.0)
    for hold in (one, other, deaf):
        hold._asked -= 10  # as if the file had been read long ago
    lease.want(["b"])
    assert one.lost()
    assert not other.lost()
    assert deaf.lost()
    lease.end()
    assert not other.lost(), "it looks twice a second"
    with pytest.raises(Cancelled, match="does not want this any more"):
        other.check()
    assert other.lost()


def test_what_a_helper_says_is_heard_and_forgotten(tmp_path: Path) -> None:
    lease = Lease(tmp_path)
    lease.want(["a"])
    assert lease.said("a") is None
    hold = Hold(tmp_path, "a")
    hold.say(3, Load(frames=3))
    hold.say(5, Load(frames=5), "done")
    said = lease.said("a")
    assert said is not None
    assert (said.beat, said.frames, said.load.frames, said.state) == (2, 5, 5, "done")
    hold.say(6, Load())
    Lease(tmp_path)
    assert lease.said("a") is None, "an earlier attempt's word counts no more"


def test_loads_of_two_workers_are_one() -> None:
    def load(frames: int, seconds: float, ms: float, busy: float) -> Load:
        return Load(
            frames=frames,
            seconds=seconds,
            stages=(StageLoad(name="network", ms=ms, busy=busy, threads=("t",)),),
            threads=(ThreadLoad(name="t", busy=busy, waits_for_input=1 - busy, waits_for_output=0),),
        )

    both = together([load(100, 10.0, 80.0, 0.8), load(300, 30.0, 40.0, 0.4), Load()])
    assert (both.frames, both.seconds) == (400, 40.0)
    assert (both.stages[0].ms, both.stages[0].busy) == (50.0, pytest.approx(0.5))
    assert both.threads[0].waits_for_input == pytest.approx(0.5)
    assert together([load(5, 1.0, 2.0, 0.5)]) == load(5, 1.0, 2.0, 0.5)


def test_a_helper_that_falls_silent_is_let_go_and_not_asked_a_third_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_task: str, shunned: set[str]) -> SimpleNamespace | None:
        return None if "w" in shunned else SimpleNamespace(name="w", ended=lambda: None)

    monkeypatch.setattr(helpers, "START_S", -1.0)
    all_of_them = helpers.Helpers(SimpleNamespace(ask=ask, close=lambda: None), tmp_path)
    for _ in range(2):
        assert all_of_them.ask(Span())
        assert not all_of_them.ask(Span()), "it is at work"
        assert all_of_them.look()
        assert all_of_them.spans == []
    assert not all_of_them.ask(Span())
    assert all_of_them.notes == ["w did not finish its part: nothing was heard of it any more."]
