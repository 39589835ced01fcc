"""What the live view costs: the same video job with somebody watching and with nobody, in turns.

    python tests/benchmarks/live_view.py VIDEO RUN [--rounds 5] [--frames 300]

Prints the median over the rounds of (with a watcher) / (without) - 1, of the seconds by the clock and of the seconds of
the processor, which other work on the machine disturbs less; each round runs both, now this one first, now that.
With a watcher the pictures go through the run store, as a job's do; without, one every five seconds is thrown away.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from segcore.inference.load import load_predictor
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.outputs.previews import PREVIEW_FILE
from segcore.video.segment import segment


def main() -> None:
    """Run and print."""
    options = _options()
    store = RunStore(Settings.from_env())
    model = store.get(options.run)
    predictor = load_predictor(store, model.id, backend="openvino")
    end_s = options.frames / VideoInfo.from_path(options.video).fps
    config = SegmentConfig(video=options.video.absolute(), run=model.id, end_s=end_s)
    run = store.create("segment", config={}, name="live-view-benchmark")
    told: list[float] = []

    def keep(picture: bytes) -> None:
        store.put_file(run.id, PREVIEW_FILE, picture)
        told.append(time.monotonic())

    def seconds(on_preview: Callable[[bytes], None], *, live: bool) -> np.ndarray:
        """By the clock, and of the processor: (2,) float64."""
        before = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            done = segment(config, predictor, Path(folder), on_preview=on_preview, watched=lambda: live)
        return np.array([done.seconds, time.process_time() - before])

    seconds(keep, live=True)  # compiled, files in memory
    ratios = []
    for number in range(options.rounds):
        told.clear()
        order = (True, False) if number % 2 else (False, True)
        took = {live: seconds(keep if live else lambda _: None, live=live) for live in order}
        ratios.append(took[True] / took[False] - 1)
        rate = len(told) / took[True][0]
        print(f"with {took[True].round(2)} s ({rate:.2f} pictures/s), without {took[False].round(2)} s", flush=True)
    clock, processor = 100 * np.median(ratios, axis=0)
    print(f"the live view costs {clock:+.2f} % of the time, {processor:+.2f} % of the processor's work")
    store.set_state(run.id, RunState.CANCELLED)
    store.delete(run.id)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=300)
    return parser.parse_args()


if __name__ == "__main__":
    main()
