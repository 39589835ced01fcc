"""What a question costs, and how fluid a comparison of two long videos is: seconds, best of three.

    python -m tests.benchmarks.asking_and_comparing [FRAMES]

Baselines stand beside: a process that does nothing but open Python with DuckDB and Arrow, and pandas on the table that
is open already.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pages.results.watch import Line, points
from segcore.ask.examples import LARGEST
from segcore.ask.question import ask
from segcore.ask.video_tables import VideoTables
from segcore.knowledge.areas import presence, share_over_time
from segcore.knowledge.compared import Measured, class_differences, frame_differences, worst
from tests.benchmarks.made_ledger import ledger


def best(work: Callable[[], object]) -> float:
    """Seconds."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def main(frames: int = 100_000) -> None:
    one, other = ledger(frames, 1), ledger(frames, 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.parquet"
        one.to_parquet(path)
        video = [VideoTables("long", {"ledger": path}, {})]
        by_pandas = one[one["class_id"] > 0].groupby("class")
        figures = {
            "opening Python, DuckDB and Arrow": best(
                lambda: subprocess.run([sys.executable, "-c", "import duckdb, pyarrow"], check=True)
            ),
            "a question: largest area of each class": best(lambda: ask(video, LARGEST.sql)),
            "the same by pandas, table open": best(lambda: by_pandas["pixels"].agg(["max", "idxmax"])),
            "every frame of one class as an answer": best(
                lambda: ask(video, "SELECT time_s, share FROM ledger WHERE class = 'class 1'")
            ),
        }
    shares = share_over_time(one, sys.maxsize)
    times = shares.index.to_numpy(float)
    lines = [Line(str(name), "#000000", times, shares[name].to_numpy(float)) for name in shares]
    figures |= {
        "each class in both results": best(lambda: class_differences(Measured(one), Measured(other))),
        "differences, frame by frame": best(lambda: frame_differences(one, other)),
        "stays of one result (its own page has them too)": best(lambda: presence(one, min_s=0.5)),
        "points that are sent of 16 lines": best(lambda: [points(line) for line in [*lines, *lines]]),
    }
    found = frame_differences(one, other)
    figures["the frames that differ most"] = best(lambda: worst(found))
    for what, seconds in figures.items():
        print(f"{seconds:8.3f} s  {what}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
