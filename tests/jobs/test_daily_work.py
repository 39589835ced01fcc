"""What is to be done once a day is done at the start, and again a day later; it acts for the installation."""

from __future__ import annotations

import time

import pytest

from segcore.access import NOBODY, SYSTEM, Person, acting_as, current
from segcore.jobs.engine import Engine
from segcore.runs import RunStore
from segcore.settings import Settings


def test_once_a_day(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[float] = []
    engine, now = Engine(RunStore(home), home, daily=lambda: done.append(now[0])), [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for hours in (0, 1, 23.9, 24.1, 25, 48.2):
        now[0] = 1000.0 + hours * 3600
        engine._once_a_day()
    assert [(at - 1000.0) / 3600 for at in done] == pytest.approx([0, 24.1, 48.2])


def test_the_engine_acts_for_the_installation(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Person] = []
    engine = Engine(RunStore(home), home)
    monkeypatch.setattr(engine, "_rounds_until_closed", lambda: seen.append(current()))
    with acting_as(NOBODY):
        engine._watch()
    assert seen == [SYSTEM]
