"""What is told while a video is segmented, and while its parts are joined."""

from __future__ import annotations

import pytest
from hand_clock import Clock

from segcore.errors import Cancelled
from segcore.video import progress
from segcore.video.load import Load
from segcore.video.progress import JoiningMeter, SegmentProgress, Speedometer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


def test_rate_and_time_left_are_of_what_was_done_since_it_began(clock: Clock) -> None:
    told: list[SegmentProgress] = []
    speed = Speedometer(told.append, before=10)
    for done in (15, 20, 30):
        clock.now += 1
        speed.look(done, 60)
    assert [(p.frames, p.total, p.fps, p.eta_s) for p in told] == [(15, 60, 5, 9), (20, 60, 5, 8), (30, 60, 6.67, 4.5)]
    speed.look(31, 60)
    assert len(told) == 3  # twice a second at most


def test_joining_is_told_with_the_time_that_it_still_takes(clock: Clock) -> None:
    told: list[SegmentProgress] = []
    meter = JoiningMeter(told.append, lambda: None)
    meter.look()
    assert not told  # it has not begun
    meter.begin(400, Load(frames=400))
    meter.look()
    assert (told[-1].frames, told[-1].total, told[-1].joined, told[-1].load.frames) == (400, 400, 0.0, 400)
    for _ in range(100):
        meter.step()
    clock.now += 2
    meter.look()
    assert (told[-1].joined, told[-1].eta_s) == (0.25, 6.0)


def test_whoever_is_asked_ends_it_from_either_thread() -> None:
    def ask() -> None:
        raise Cancelled("by a person")

    meter = JoiningMeter(lambda _: None, ask)
    for call in (meter.step, meter.look):
        with pytest.raises(Cancelled):
            call()


def test_a_video_without_frames_is_joined_nowhere() -> None:
    told: list[SegmentProgress] = []
    meter = JoiningMeter(told.append, lambda: None)
    meter.begin(0, Load())
    meter.look()
    assert told[-1].joined == 0.0
