"""Kill -9 of dashboard, scheduler, worker or job at random moments of a mixed load, again and again.

`python tests/benchmarks/faults.py 30 [--seed 0] [--embedded]`: each round puts a training and a video into the queue,
kills one part at a random moment, starts it again, resumes what was interrupted, waits until all is done, and checks:
no ghost is left running, nothing that was shown is lost, no step and no frame is there twice, no process is an orphan,
no half-written file is left. Ends with exit code 1 at the first fault, and keeps its folder then.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from coded_films import film
from mixed_load import Installation
from tiny_training import tiny, write_shapes

from segcore import leftovers
from segcore.batches.making import create_run
from segcore.datasets.store import DatasetStore
from segcore.runs import Run, RunState
from segcore.video.config import SegmentConfig

EPOCHS, STEPS, FRAMES = 3, 4, 60
PARTS = ("dashboard", "scheduler", "worker", "job", "worker and job")
ENDING_S = 10.0
"""What a job may take to leave once its run is told as finished."""
LONGEST_S = 25.0
"""Kills come at a random moment up to so many seconds after the click: before, in and after a job's start."""


def main() -> None:
    """The rounds, then a line of figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", type=int, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--embedded", action="store_true", help="the dashboard's own engine")
    given = parser.parse_args()
    dice, home = random.Random(given.seed), Path(tempfile.mkdtemp(prefix="faults-"))
    parts = ("dashboard", "job") if given.embedded else PARTS
    ghosts, resumed = [], 0
    with Installation(home / "home", external=not given.embedded) as place:
        network = prepared(place, home)
        for number in range(given.rounds):
            victim, moment = parts[number % len(parts)], dice.uniform(0, LONGEST_S)
            seen_s, again = play(place, network, home / "film.mp4", victim, moment)
            ghosts.append(seen_s)
            resumed += again
            line = {"round": number, "killed": victim, "after_s": round(moment, 1), "settled_s": round(seen_s, 1)}
            print(json.dumps(line | {"resumed": again}), flush=True)
        place.check_nothing_shown_is_lost()
        for name in list(place.parts):
            place.kill(name)
        nothing_left(place)
    shutil.rmtree(home)
    print(json.dumps({"rounds": given.rounds, "resumed": resumed, "longest_until_settled_s": round(max(ghosts), 1)}))


def prepared(place: Installation, folder: Path) -> Run:
    """A dataset, a video, and a finished training that segments it."""
    DatasetStore(place.settings).import_path(write_shapes(folder / "source"), "shapes")
    film(folder / "film.mp4", range(0, 40 * FRAMES, 40))
    run = train(place)
    place.click("submit", run)
    place.until_settled(600)
    assert place.store.get(run.id).state is RunState.FINISHED, place.store.get(run.id).reason
    return run


def train(place: Installation) -> Run:
    """A training of seconds, in the queue."""
    config = tiny(epochs=EPOCHS, steps_per_epoch=STEPS)
    return place.store.create("train", config=config.model_dump(mode="json"), dataset="shapes")


def play(place: Installation, network: Run, film_file: Path, victim: str, moment: float) -> tuple[float, int]:
    """One round; seconds from the kill until all that it ended was told, and how many runs had to be resumed."""
    config = SegmentConfig(video=film_file, run=network.id, chunk_frames=15)
    runs = [train(place), create_run(place.store, config)]
    for run in runs:
        place.click("submit", run)
    time.sleep(moment)
    for name in victim.split(" and "):
        place.kill(name)
    killed = time.monotonic()
    place.start()
    again = 0
    while left := [r for r in place.until_settled(900) if r.state is RunState.INTERRUPTED]:
        assert again < 6, [(r.name, r.reason) for r in left]
        for run in left:
            place.click("resume", run)
        again += len(left)
        time.sleep(2)
    settled = time.monotonic() - killed
    for run in runs:
        complete(place, run)
    place.check_nothing_shown_is_lost()
    all_ended(place.jobs, ENDING_S)
    return settled, again


def complete(place: Installation, run: Run) -> None:
    """The result is whole, and nothing in it is there twice."""
    ended = place.store.get(run.id)
    assert ended.state is RunState.FINISHED, (ended.name, ended.state, ended.reason)
    if run.kind == "train":
        steps = [p.step for p in place.store.history(run.id, "step/loss")]
        assert steps == list(range(1, EPOCHS * STEPS + 1)), steps
        return
    ledger = pd.read_parquet(place.store.file(run.id, "ledger.parquet"))
    assert sorted(set(ledger["frame"])) == list(range(FRAMES))
    assert not ledger.duplicated(["frame", "class_id"]).any()


def all_ended(processes: Callable[[], list[psutil.Process]], within_s: float) -> None:
    """Wait until none of them is there any more."""
    deadline = time.monotonic() + within_s
    while (orphans := processes()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not orphans, [p.cmdline() for p in orphans]


def nothing_left(place: Installation) -> None:
    """No process and, a day later, no half-written file."""
    all_ended(place.processes, 30)
    leftovers.clear(place.settings, now=time.time() + 2 * leftovers.DAY_S)
    place.store.clear_work()
    hidden = [p for p in place.home.rglob(".*") if p.name != ".watched"]
    assert not hidden, hidden
    assert not list((place.home / "work").glob("*"))


if __name__ == "__main__":
    main()
