"""Kill a training with SIGKILL at random moments, resume it, and check that nothing but the running epoch is lost.

`python tests/benchmarks/killed_training.py 20 [--seed 0] [--kills 1]`: so many trainings, each killed (so many times)
at a random moment of a random stage – a step, the validation, the best weights, the checkpoint – and resumed to its
end. Ends with exit code 1 at the first fault.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from segcore.datasets.store import DatasetStore
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.models.weights import sha256_of
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.best import MARKS_TAG
from segcore.training.checkpoint import INDEX

EPOCHS, STEPS = 4, 5
STAGES = ("step", "validate", "keep_best", "save_checkpoint", "put_file")
SETTINGS = {
    "pretrained": "false",
    "geometry": '{"long_side": 96}',
    "crop": "[64, 64]",
    "batch_size": "2",
    "steps_per_epoch": str(STEPS),
}
TOLD = """
import sys
from pathlib import Path
from segcore.training import checkpoint, trainer
from segcore.runs.writer import RunWriter
said = Path(sys.argv.pop(1)).open("a", buffering=1)

def telling(name, real):
    def call(*args, **kwargs):
        print(name, file=said)
        try:
            return real(*args, **kwargs)
        finally:
            print("after", file=said)
    return call

for name in ("validate", "keep_best", "save_checkpoint"):
    setattr(trainer, name, telling(name, getattr(trainer, name)))
trainer._Training._step = telling("step", trainer._Training._step)
RunWriter.put_file = telling("put_file", RunWriter.put_file)
from segcore.cli import main
main()
"""
"""The command line, telling in a file which stage it is in."""


def main() -> None:
    """Kill, resume, check; then say how it went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("trainings", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kills", type=int, default=1)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        home = prepared(Path(name))
        lost = [kill_and_resume(home, number, given.kills, dice) for number in range(given.trainings)]
    done = {"trainings": given.trainings, "kills": given.trainings * given.kills, "most_steps_lost": max(lost)}
    print(json.dumps(done | {"steps_of_an_epoch": STEPS, "mean_steps_lost": round(sum(lost) / len(lost), 2)}))


def prepared(folder: Path) -> Settings:
    """A home with the dataset "blocks"."""
    home = Settings.from_env({"SEGCORE_HOME": str(folder / "home")})
    rng = np.random.default_rng(0)
    for part in ("images", "masks"):
        (folder / "source" / part).mkdir(parents=True)
    for number in range(8):
        mask = rng.integers(0, 2, (4, 6), np.uint8).repeat(16, 0).repeat(16, 1)
        cv2.imwrite(str(folder / "source/images" / f"{number}.png"), np.stack([mask * 200] * 3, axis=-1))
        cv2.imwrite(str(folder / "source/masks" / f"{number}.png"), mask)
    DatasetStore(home).import_path(folder / "source", "blocks")
    return home


def kill_and_resume(home: Settings, number: int, kills: int, dice: random.Random) -> int:
    """One training to its end; gives the steps that had to be done again at most."""
    store, name, lost = RunStore(home), f"victim-{number}", 0
    before: dict = {"done": 0, "kept": 0, "best": None}
    changes = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
    arguments = ["blocks", "--preset", "fast", "--epochs", str(EPOCHS), "--name", name, *changes]
    for _ in range(kills):
        stage, occurrence = dice.choice(STAGES), dice.randint(1, EPOCHS * STEPS // 2 if dice.random() < 0.5 else EPOCHS)
        where = killed(home, arguments, stage, occurrence, dice)
        found = [run for run in store.list("train") if run.name == name]
        if not found:  # killed before it had made its run: it starts anew
            continue
        before, run = evidence(store, found[0]), found[0]
        assert run.state in (RunState.INTERRUPTED, RunState.FINISHED, RunState.QUEUED), run
        lost = max(lost, before["done"] - before["kept"])
        print(json.dumps({"training": number, "killed": where} | before), flush=True)
        arguments = ["--resume", name]
        if run.state is RunState.FINISHED:
            return lost
    done = subprocess.run(
        [sys.executable, "-m", "segcore", "train", *arguments, "--json"],
        capture_output=True, text=True, env=os.environ | home.environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    check(store, store.get(name), before)
    return lost


def killed(home: Settings, arguments: list[str], stage: str, occurrence: int, dice: random.Random) -> str:
    """Start a training and kill it in a stage, when it comes for the so-many-th time, after a little while."""
    told = home.home / "told.txt"
    told.write_text("")
    job = subprocess.Popen(
        [sys.executable, "-c", TOLD, str(told), "train", *arguments, "--json"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | home.environment(),
    )  # fmt: skip
    try:
        while job.poll() is None and told.read_text().split().count(stage) < occurrence:
            time.sleep(0.001)
        time.sleep(dice.choice((0, dice.uniform(0, 0.02), dice.uniform(0, 0.3))))
    finally:
        job.send_signal(signal.SIGKILL)
        job.wait()
    said = told.read_text().split() or ["start"]
    return f"{said[-1]} ({stage} {occurrence})"


def evidence(store: RunStore, run: Run) -> dict:
    """What a killed run left: steps done, steps that its checkpoint keeps, the best score that is on the disk."""
    steps = [p.step for p in store.history(run.id, "step/loss")]
    index = json.loads(store.file(run.id, INDEX).read_text()) if store.has_file(run.id, INDEX) else []
    best = None
    if store.has_file(run.id, BEST_WEIGHTS):
        digest = sha256_of(store.file(run.id, BEST_WEIGHTS))
        assert digest in run.tags[SHA256_TAG].split(), "the best weights are not those that were recorded"
        best = json.loads(run.tags[MARKS_TAG])[digest][0]
    kept = index[0]["state"]["step"] if index else 0
    return {"done": max(steps, default=0), "kept": kept, "best": best}


def check(store: RunStore, run: Run, before: dict) -> None:
    """A resumed run is complete: every step and epoch once, at most one epoch done again, the best kept."""
    assert run.state is RunState.FINISHED, run
    assert before["done"] - before["kept"] <= STEPS, f"more than an epoch was lost: {before}"
    for key in ("step/loss", "step/lr"):
        assert [p.step for p in store.history(run.id, key)] == list(range(1, EPOCHS * STEPS + 1)), key
    for key in ("epoch/val_miou", "epoch/step", "val_iou/0"):
        assert [p.step for p in store.history(run.id, key)] == list(range(1, EPOCHS + 1)), key
    assert [p.value for p in store.history(run.id, "epoch/step")] == [STEPS * e for e in range(1, EPOCHS + 1)]
    resumed = [
        p for p in store.history(run.id, "step/loss") if p.time >= (run.started.timestamp() if run.started else 0)
    ]
    assert not resumed or resumed[0].step == before["kept"] + 1, "the resume did not go on after the checkpoint"
    best = float(run.tags["segcore.best_miou"])
    assert best >= max(p.value for p in store.history(run.id, "epoch/val_miou")) - 1e-6
    assert before["best"] is None or best >= before["best"] - 1e-6, "the best score was forgotten"
    assert run.tags[SHA256_TAG] == sha256_of(store.file(run.id, BEST_WEIGHTS))


if __name__ == "__main__":
    main()
