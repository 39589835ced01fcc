"""Stages: order is kept, the first error ends all, a stall is noticed."""

from __future__ import annotations

import time

import pytest

from segcore.errors import VideoError
from segcore.video.flow import Channel, Flow


def test_items_pass_in_order_through_a_narrow_channel() -> None:
    flow = Flow()
    channel: Channel[int] = Channel(flow, 1)
    got: list[int] = []

    def give() -> None:
        for i in range(50):
            channel.put(i)
        channel.close()

    flow.start("give", give)
    flow.start("take", lambda: got.extend(channel))
    flow.watch(lambda: False)
    assert got == list(range(50))


def test_an_error_releases_a_stage_that_waits() -> None:
    flow = Flow()
    channel: Channel[int] = Channel(flow, 1)

    def fail() -> None:
        next(iter(channel))
        raise ZeroDivisionError

    flow.start("give", lambda: [channel.put(i) for i in range(10)] and None)
    flow.start("take", fail)
    with pytest.raises(ZeroDivisionError):
        flow.watch(lambda: False)


def test_a_stall_is_an_error() -> None:
    flow = Flow(stall_s=0.2)
    flow.start("sleep", lambda: time.sleep(1))
    with pytest.raises(VideoError, match="no progress"):
        flow.watch(lambda: False)


def test_the_clock_tells_work_from_waiting() -> None:
    flow = Flow()
    channel: Channel[int] = Channel(flow, 1)

    def give() -> None:
        for i in range(10):
            channel.put(i)
        channel.close()

    def take() -> None:
        for _ in channel:
            with flow.clock.of("slow"):
                time.sleep(0.02)

    flow.start("give", give)
    flow.start("take", take)
    flow.watch(lambda: False)
    load = flow.clock.load(10)
    (slow,) = load.stages
    (taker,) = load.threads
    assert 20 <= slow.ms < 60
    assert slow.threads == ("video-take",)
    assert taker.busy > 0.7 > taker.waits_for_input


def test_a_signal_while_it_is_watched_ends_the_stages_too() -> None:
    flow = Flow()
    over: list[bool] = []

    def work() -> None:
        over.append(flow.stopping.wait(10))

    def interrupted() -> bool:
        raise KeyboardInterrupt

    flow.start("work", work)
    with pytest.raises(KeyboardInterrupt):
        flow.watch(interrupted)
    assert over == [True]
