"""The process that draws samples: what it gives, what it says when there is nothing, when it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.datasets.store import Dataset
from segcore.errors import DatasetError, JobError
from segcore.pipeline.config import Sampling
from segcore.pipeline.drawer import Drawer
from segcore.pipeline.drawing import draw_alone, draw_samples
from segcore.pipeline.samples import Samples
from segcore.settings import Settings
from segcore.training.config import from_preset

SETTINGS = Sampling.of(from_preset("shapes", "fast", crop=(64, 64), geometry={"long_side": 96}, seed=3))


@pytest.fixture
def drawer(home: Settings) -> Iterator[Drawer]:
    drawer = Drawer(home)
    yield drawer
    drawer.close()


def children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "segcore.pipeline.drawer_child" in " ".join(p.cmdline())]


def until(came_true: Callable[[], bool]) -> bool:
    """Waits for it, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not came_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return came_true()


@given(count=st.integers(0, 3), height=st.integers(1, 5), width=st.integers(1, 5), seed=st.integers(0, 99))
def test_samples_come_through_as_they_were(count: int, height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 256, (count, height, width), np.uint8)
    sent = Samples(rng.integers(0, 256, (*labels.shape, 3), np.uint8), labels, ("a ü\n",) * count, seed)
    wire = BytesIO()
    sent.write(wire)
    wire.seek(0)
    came = Samples.read(json.loads(wire.readline()), wire)
    np.testing.assert_array_equal(came.images, sent.images)
    np.testing.assert_array_equal(came.labels, sent.labels)
    assert (came.stems, came.start, wire.read()) == (sent.stems, sent.start, b"")


def test_its_samples_are_those_of_this_process_and_a_damaged_frame_is_told(drawer: Drawer, shapes: Dataset) -> None:
    drawn, here = drawer.samples("shapes", SETTINGS, 3, start=5), draw_samples(shapes, SETTINGS, 3, start=5)
    np.testing.assert_array_equal(drawn.images, here.images)
    np.testing.assert_array_equal(drawn.labels, here.labels)
    assert (drawn.stems, drawn.start) == (here.stems, 5)
    pair = shapes.pairs[0]
    alone = drawer.alone("shapes", SETTINGS, pair.stem, "flip", 2)
    np.testing.assert_array_equal(alone.images, draw_alone(shapes, SETTINGS, pair.stem, "flip", 2).images)
    pair.image.write_bytes(b"no picture")
    with pytest.raises(DatasetError, match=pair.image.name):
        drawer.alone("shapes", SETTINGS, pair.stem, "flip", 2)
    assert drawer.alive


def test_a_dataset_that_is_not_there_is_told(drawer: Drawer) -> None:
    with pytest.raises(DatasetError, match="No dataset 'nowhere'") as told:
        drawer.samples("nowhere", SETTINGS, 1)
    assert told.value.fix == "There are: none."
    assert drawer.alive


def test_one_that_is_killed_is_told_and_the_next_question_starts_another(drawer: Drawer) -> None:
    killer = threading.Thread(target=lambda: until(lambda: bool(children())) and children()[0].kill())
    killer.start()
    with pytest.raises(JobError, match=r"has ended \(signal 9\)"):
        drawer.samples("nowhere", SETTINGS, 1)
    killer.join()
    with pytest.raises(DatasetError, match="nowhere"):
        drawer.samples("nowhere", SETTINGS, 1)


def test_one_that_takes_too_long_is_ended(home: Settings) -> None:
    drawer = Drawer(home, patience_s=0.05)
    with pytest.raises(JobError, match=r"within 0\.05 seconds"):
        drawer.samples("nowhere", SETTINGS, 1)
    assert not drawer.alive


def test_one_that_fails_is_told_by_its_last_words(drawer: Drawer) -> None:
    with pytest.raises(JobError, match="failed: TypeError: "):
        drawer.samples(3, SETTINGS, 1)  # type: ignore[arg-type]  # no name


def test_it_ends_when_nothing_is_asked_any_more(home: Settings) -> None:
    drawer = Drawer(home, idle_s=0.2)
    with pytest.raises(DatasetError):
        drawer.samples("nowhere", SETTINGS, 1)
    assert drawer.alive
    assert until(lambda: not drawer.alive)


ASKING = """
import os, psutil
from segcore.errors import DatasetError
from segcore.pipeline.config import Sampling
from segcore.pipeline.drawer import Drawer
from segcore.settings import Settings
from segcore.training.config import from_preset
try:
    Drawer(Settings.from_env()).samples("nowhere", Sampling.of(from_preset("nowhere", "fast")), 1)
except DatasetError:
    print(psutil.Process().children()[0].pid, flush=True)
    os._exit(0)
"""


@pytest.mark.usefixtures("home")
def test_it_ends_with_the_process_that_asked() -> None:
    done = subprocess.run([sys.executable, "-c", ASKING], capture_output=True, text=True, check=True)
    assert until(lambda: not psutil.pid_exists(int(done.stdout)))
