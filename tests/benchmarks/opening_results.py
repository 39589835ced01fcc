"""What the first opening of a long result's page, and of two compared, computes: seconds, best of three.

    python -m tests.benchmarks.opening_results [FRAMES] [--before CHECKOUT]

Synthetic results of eight classes: a ledger of 8 rows a frame, objects of 5, some 500 objects that are followed.
With the folder of an older checkout, its functions do the same in the same process, in turn, beside the ratio.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.made_ledger import SIZE, ledger

OBJECTS, LASTS = 5, 1000
"""Objects a frame; frames that an object is there."""
MODULES = ("areas", "compared", "counted", "events", "frame_times", "object_table", "tables", "tracks")
Work = Callable[[], object]


def objects(frames: int) -> pd.DataFrame:
    """An object table: five objects a frame that wander, one of them seen for a moment only, now and then."""
    rng = np.random.default_rng(3)
    frame, slot = np.repeat(np.arange(frames), OBJECTS), np.tile(np.arange(OBJECTS), frames)
    track = 1 + slot + OBJECTS * (frame // LASTS)
    track = np.where((slot == 0) & (frame % LASTS < 8), track + 100_000, track)  # unsure beginnings do not count
    x = 960 + np.cumsum(rng.normal(0, 3, (frames, OBJECTS)), 0).ravel() % 800
    y = 540 + np.cumsum(rng.normal(0, 3, (frames, OBJECTS)), 0).ravel() % 400
    rows: dict[str, Any] = {"frame": frame, "time_s": frame / 25, "object": slot + 1, "track": track}
    rows |= {"class_id": 1 + slot, "class": pd.array([f"class {1 + s}" for s in slot], "str"), "pixels": 4000}
    rows |= {"share": 0.002, "x": x, "y": y, "left": x - 30, "top": y - 30, "width": 60.0, "height": 60.0}
    rows |= {"perimeter": 240.0, "angle": 0.0, "confidence": np.where(track > 100_000, 0.5, 0.9), "at_border": False}
    return pd.DataFrame(rows)


def contacts(found: pd.DataFrame) -> pd.DataFrame:
    """The first two of each frame touch half of the time."""
    one, other = (found[found["object"] == number].reset_index(drop=True) for number in (1, 2))
    rows = one[["frame", "time_s", "object", "track", "class_id", "class"]].copy()
    for name in ("object", "track", "class_id", "class"):
        rows[f"other_{name}"] = other[name]
    return rows.assign(length=40.0)[rows["frame"] % 200 < 100]


@contextmanager
def older(folder: Path) -> Iterator[None]:
    """segcore is that of another checkout while it is imported here."""
    mine = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "segcore"}
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "segcore"]:
            del sys.modules[name]
        sys.modules |= mine


def works(frames: int) -> dict[str, Work]:
    """What is timed, by the segcore that is imported now."""
    areas, compared, counted, _, times_, table, tables, tracks = (
        importlib.import_module(f"segcore.knowledge.{name}") for name in MODULES
    )
    one, other = ledger(frames, 1), ledger(frames, 2)
    times, found = times_.FrameTimes.of_ledger(one), objects(frames)
    touching = contacts(found)
    followed = tracks.track_table(tracks.positions(found), times)

    def now() -> object:
        stored = {"tracks": followed, "events": found.iloc[:0], "objects": found, "contacts": touching}
        new = importlib.import_module("segcore.knowledge.known")
        return new.known_of(stored.__getitem__, times, counted.Counted(), SIZE)

    def then() -> object:
        some = counted.counted_tracks(followed, counted.Counted())
        kept = counted.only(found, some)
        tables.events_of(tracks.positions(kept), counted.only(touching, some), times, SIZE)
        return tracks.positions(kept)

    assert len(table.OBJECT_SCHEMA.names) == len(found.columns)
    known = now if importlib.util.find_spec("segcore.knowledge.known") else then
    return {
        "each class (summarise)": lambda: areas.summarise(one),
        "areas over time": lambda: areas.share_over_time(one, sys.maxsize),
        "stays": lambda: areas.presence(one, min_s=0.5),
        "times of frames": lambda: times_.FrameTimes.of_ledger(one),
        "objects that count, their events": known,
        "compare: each class in both": lambda: compared.class_differences(
            compared.Measured(one), compared.Measured(other)
        ),
        "compare: frame by frame": lambda: compared.frame_differences(one, other),
        "a copy of the table, as each rerun took one": lambda: pickle.loads(pickle.dumps(one, 5)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("frames", nargs="?", type=int, default=100_000)
    parser.add_argument("--before", type=Path)
    asked = parser.parse_args()
    now, then = works(asked.frames), {}
    if asked.before:
        with older(asked.before.resolve()):
            then = works(asked.frames)
    for name, work in now.items():
        best = {"now": np.inf, "then": np.inf}
        for _ in range(3):
            for which, one in (("now", work), ("then", then.get(name))):
                if one is not None:
                    began = time.perf_counter()
                    one()
                    best[which] = min(best[which], time.perf_counter() - began)
        ratio = f"   before {best['then']:8.3f} s, {best['then'] / best['now']:5.1f} times as long" if then else ""
        print(f"{best['now']:8.3f} s  {name:45}{ratio}", flush=True)


if __name__ == "__main__":
    main()
