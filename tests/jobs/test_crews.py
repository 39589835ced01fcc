"""Helpers as processes of this machine: how many, with which last words, on which cores, and all gone in the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.jobs.dask_crew import DaskHelper
from segcore.jobs.helper_process import HelperProcess, shares
from segcore.jobs.local_crew import LocalCrew
from segcore.settings import Settings


def command(task: str) -> tuple[str, ...]:
    """A task is a line of Python."""
    return ("-c", task)


@pytest.fixture
def crew(tmp_path) -> LocalCrew:
    made = LocalCrew(Settings.from_env({"SEGCORE_HOME": str(tmp_path)}), command, 2)
    yield made
    made.close()


def until(said: Callable[[], object]) -> object:
    deadline = time.monotonic() + 60
    while (found := said()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_no_more_than_so_many_at_once_and_last_words(crew: LocalCrew) -> None:
    one = crew.ask("import time; time.sleep(600)")
    other = crew.ask("import sys; print('a thing'); sys.exit('the disk is full')")
    assert crew.ask("pass") is None
    assert (one.name, other.name) == ("Helper 1 on this machine", "Helper 2 on this machine")
    assert until(other.ended) == "the disk is full"
    assert one.ended() is None
    assert crew.ask("pass", shunned={other.name}) is None
    again = crew.ask("import os; assert os.environ['SEGCORE_HOME']")
    assert again.name == other.name
    assert until(again.ended) == ""


def test_closed_nobody_is_left(crew: LocalCrew) -> None:
    helper = crew.ask("import time; time.sleep(600)")
    began = time.monotonic()
    crew.close()
    assert not psutil.pid_exists(helper.process.pid)
    assert time.monotonic() - began < 5
    crew.close()


def test_a_helper_that_is_killed_says_so(crew: LocalCrew) -> None:
    helper = crew.ask("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert until(helper.ended) == "its process was killed (signal 9)."


@pytest.mark.skipif(not hasattr(psutil.Process, "cpu_affinity"), reason="this system does not tell cores")
def test_each_has_its_share_of_the_cores_and_gives_it_back(tmp_path) -> None:
    before = os.sched_getaffinity(0)
    made = LocalCrew(Settings.from_env({"SEGCORE_HOME": str(tmp_path)}), command, len(before) - 1 or 1)
    try:
        helper: HelperProcess = made.ask("import time; time.sleep(600)")
        own, its = os.sched_getaffinity(0), os.sched_getaffinity(helper.process.pid)
        assert own | its <= before
        assert len(before) == 1 or not own & its
    finally:
        made.close()
    assert os.sched_getaffinity(0) == before


@given(st.integers(1, 40), st.integers(1, 12))
def test_shares_are_even_and_use_all_cores(cores: int, workers: int) -> None:
    found = shares(list(range(cores)), workers)
    assert len(found) == workers
    assert {core for share in found for core in share} == set(range(cores))
    if cores >= workers:
        assert sum(map(len, found)) == cores
        assert max(map(len, found)) - min(map(len, found)) <= 1
    else:
        assert all(share == list(range(cores)) for share in found)


@pytest.mark.parametrize(
    ("status", "living", "words"),
    [
        ("pending", True, None),
        ("pending", False, "the worker is gone."),
        ("lost", True, "the worker is gone."),
        ("finished", False, "its last words"),
        ("error", True, "no room"),
    ],
)
def test_what_becomes_of_a_task_on_a_worker(status: str, living: bool, words: str | None) -> None:
    future = SimpleNamespace(
        status=status, result=lambda **_: "its last words", exception=lambda **_: MemoryError("no room")
    )
    worker = SimpleNamespace(name="w", address="tcp://a:1")
    helper = DaskHelper(worker, future, lambda: {"tcp://a:1"} if living else set())
    assert (helper.name, helper.ended()) == ("Worker w", words)
