"""How long a refresh of the monitor takes on the server: a training of 20 000 steps that goes on, three watchers.

    python tests/benchmarks/monitor_points.py [--steps 20000] [--watchers 3] [--seconds 20]

A thread plays the training (ten steps a second, written through the run's own writer); each watcher refreshes every
two seconds as the page does: reads the run and its new points, makes all panels, and puts them into the JSON that the
browser gets. Compared with one watcher of a training of 200 steps on the same machine.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pages.common.curves import FRESH_S, CurveBook
from pages.training import panels
from segcore.classes import ClassTable
from segcore.runs import MetricPoint, RunStore
from segcore.settings import Settings

CLASSES = ClassTable.of(["background", *"abcdefg"])
EPOCH = 60
EVERY_S = 2.0


def step_values(step: int) -> dict[str, float]:
    wild = random.uniform(0.6, 1.6)
    score = 1 - math.exp(-step / 3000)
    return {
        "step/loss": wild * math.exp(-step / 4000) + 0.05,
        "step/miou": score * random.uniform(0.9, 1),
        "step/dice": score * random.uniform(0.9, 1),
        "step/lr": 2e-3 * (1 - step / 40_000),
        "step/images_per_s": 30 * wild,
        "step/seconds": 0.25 / wild,
        "step/input_share": 0.03 * wild,
    }


def epoch_values(epoch: int) -> dict[str, float]:
    score = 1 - math.exp(-epoch * EPOCH / 3000)
    by_class = {f"val_iou/{c.id}": score * (1 - 0.05 * c.id) for c in CLASSES}
    return {
        "epoch/step": epoch * EPOCH,
        "epoch/val_loss": 1 - score,
        "epoch/val_miou": score,
        "epoch/val_dice": score,
    } | by_class


def fill(store: RunStore, run_id: str, steps: int) -> None:
    """Write a training of so many steps at once."""
    values = [(step, step_values(step)) for step in range(1, steps + 1)]
    values += [(epoch, epoch_values(epoch)) for epoch in range(1, steps // EPOCH + 1)]
    store.write_batch(run_id, [(k, MetricPoint(s, float(s), v)) for s, each in values for k, v in each.items()])


def refresh(store: RunStore, book: CurveBook, run_id: str) -> int:
    """What the page does every two seconds; the length of what it sends."""
    run = store.get(run_id)
    book.update(panels.STEP_KEYS, FRESH_S)
    if book.newest("epoch/step") != run.metrics.get("epoch/step"):
        book.update((*panels.EPOCH_KEYS, *panels.class_keys(CLASSES)))
    return len(json.dumps(panels.panels(book, CLASSES, panels.Look())))


def measure(store: RunStore, steps: int, watchers: int, seconds: float) -> dict[str, float]:
    run = store.create("train", config={"minutes": 60}, name=f"steps-{steps}")
    fill(store, run.id, steps)
    book, taken, sizes = CurveBook(store, run.id), [], []
    end = time.monotonic() + seconds
    begin = time.perf_counter()
    refresh(store, book, run.id)
    first = (time.perf_counter() - begin) * 1000

    def watch(delay: float) -> None:
        time.sleep(delay)
        while time.monotonic() < end:
            begin = time.perf_counter()
            sizes.append(refresh(store, book, run.id))
            taken.append((time.perf_counter() - begin) * 1000)
            time.sleep(max(0.0, EVERY_S - taken[-1] / 1000))

    threads = [threading.Thread(target=watch, args=(EVERY_S * i / watchers,)) for i in range(watchers)]
    with store.writer(run.id) as job:
        for thread in threads:
            thread.start()
        step = steps
        while time.monotonic() < end:
            step += 1
            job.log(step_values(step), step)
            if step % EPOCH == 0:
                job.log(epoch_values(step // EPOCH), step // EPOCH)
            time.sleep(0.1)
        for thread in threads:
            thread.join()
    taken.sort()
    return {
        "first_ms": round(first, 1),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)], 1),
        "kilobytes": round(statistics.mean(sizes) / 1000, 1),
        "refreshes": len(taken),
    }


def main() -> None:
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--steps", type=int, default=20_000)
    wanted.add_argument("--watchers", type=int, default=3)
    wanted.add_argument("--seconds", type=float, default=20)
    args = wanted.parse_args()
    with tempfile.TemporaryDirectory() as home:
        store = RunStore(Settings.from_env({"SEGCORE_HOME": home}))
        for steps, watchers in ((200, 1), (args.steps, args.watchers)):
            print(f"{steps} steps, {watchers} watchers:", measure(store, steps, watchers, args.seconds))


if __name__ == "__main__":
    main()
