"""What is said of a job that is held up, by figures made by hand."""

from __future__ import annotations

import pytest

from segcore.video.bottleneck import busiest, in_words, remedy, smaller
from segcore.video.clock import load_of
from segcore.video.load import Load


def load(frames: int = 100, **spent: dict[str, float]) -> Load:
    """Thread → stage → seconds of 10."""
    return load_of({(t, s): v for t, stages in spent.items() for s, v in stages.items()}, {}, frames, 10.0)


NETWORK = load(read={"decode": 2.0, "scale": 1.0}, think={"network": 9.2}, write={"draw": 2.0, "encode": 4.0})


def test_the_network() -> None:
    assert in_words(NETWORK, long_side=640, speed="standard") == (
        'The network is the slowest part (92 % busy). A smaller input (640 → 512) or the speed "fast" would help.'
    )


def test_what_is_chosen_already_is_not_advised() -> None:
    assert "fast" not in in_words(NETWORK, long_side=640, speed="fast")
    assert in_words(NETWORK).endswith("A network with a smaller input would help.")


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


@pytest.mark.parametrize(("long_side", "less"), [(640, 512), (512, 384), (384, 320), (96, 64), (32, 64)])
def test_the_next_size_to_try(long_side: int, less: int) -> None:
    assert smaller(long_side) == less


def test_pictures_can_be_left_out() -> None:
    assert remedy("stills") == "Leaving the pictures out would help."
