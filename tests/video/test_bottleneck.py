"""What is said of a job that is held up, by figures made by hand."""

from __future__ import annotations

from segcore.video.bottleneck import busiest, remedy
from segcore.video.bottleneck import in_words as in_words_for
from segcore.video.clock import load_of
from segcore.video.load import Load
from segcore.video.speed import Speed


def load(frames: int = 100, **spent: dict[str, float]) -> Load:
    """Thread → stage → seconds of 10."""
    return load_of({(t, s): v for t, stages in spent.items() for s, v in stages.items()}, {}, frames, 10.0)


def in_words(job: Load, speed: Speed = "standard") -> str:
    return in_words_for(job, long_side=640, speed=speed)


NETWORK = load(read={"decode": 2.0, "scale": 1.0}, think={"network": 9.2}, write={"draw": 2.0, "encode": 4.0})


def test_the_network() -> None:
    assert in_words(NETWORK) == (
        "The network is the slowest part (92 % busy). "
        'The speed "fast" (fewer frames, and smaller: 640 → 512) would help.'
    )


def test_what_is_chosen_already_is_not_advised() -> None:
    assert in_words(NETWORK, "fast").endswith("A network that was trained with a smaller input would help.")


def test_several_stages_of_one_thread() -> None:
    writing = load(think={"network": 5.0}, write={"measure": 1.0, "draw": 3.5, "encode": 5.0})
    assert in_words(writing) == (
        "Encoding and drawing are the slowest part (together 95 % busy). A faster processor would help."
    )


def test_the_stage_that_makes_up_most_of_a_thread_stands_alone() -> None:
    reading = load(read={"decode": 8.5, "scale": 1.0}, think={"network": 4.0})
    found = busiest(reading)
    assert found is not None
    assert [stage.name for stage in found[1]] == ["decode"]
    assert in_words(reading).startswith("Reading is the slowest part (95 % busy).")


def test_where_all_wait_none_is_named() -> None:
    assert busiest(load(read={"decode": 3.0}, think={"network": 5.9})) is None
    assert in_words(load(read={"decode": 3.0})).startswith("No part is busy most of the time")
    assert busiest(Load()) is None


def test_nothing_is_said_after_a_few_frames() -> None:
    assert in_words(load(frames=19, think={"network": 9.0})) == ""


def test_an_unknown_stage_is_called_by_its_name() -> None:
    assert in_words(load(read={"dream": 9.0})).startswith("Dream is the slowest part (90 % busy).")


def test_what_was_asked_for_can_be_left_out() -> None:
    assert remedy("stills", long_side=640, speed="standard") == "Leaving that out would help."
