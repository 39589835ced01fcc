"""The settings of a training, one changed at a time: accuracy for the same steps, and what a step costs.

    python tests/benchmarks/recipe_series.py DATASET [--steps 1000 | --minutes 8] [--seeds 0,1,2] [--only NAME …]
        [--preset fast] [--set key=value …]

DATASET is one of the installation in SEGCORE_HOME. By steps, the other programs of a busy machine change no score, only
the seconds a step; by minutes they do. Each training is a run of its own, named recipe-NAME-SEED, and stays in
the run store. Prints a line for each, and one JSON object at the end: validation mIoU by time and at the end, the
lowest class, seconds a step (median) and the share of it that waits for input.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
from typing import Any

from segcore.datasets.store import DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import from_preset
from segcore.training.schedule import steps_per_epoch

VARIANTS: dict[str, list[str]] = {
    "as it is": [],
    "no average": ["average=0"],
    "longer average": ["average=0.998"],
    "nothing frozen": ["freeze=0"],
    "frozen to stride 8": ["freeze=8"],
    "depthwise frozen": ["freeze_depthwise=true"],
    "Dice": ["loss=ce_dice"],
    "Lovász": ["loss=ce_lovasz"],
    "classes weigh the same": ["class_balance=0"],
    "classes weigh by root": ["class_balance=0.5"],
    "classes weigh by inverse": ["class_balance=1"],
    "encoder as fast": ["encoder_rate=1"],
    "encoder at 0.3": ["encoder_rate=0.3"],
    "encoder at 0.05": ["encoder_rate=0.05"],
    "half the rate": ["learning_rate=0.001"],
    "twice the rate": ["learning_rate=0.004"],
    "constant rate": ["schedule=constant"],
    "crops of 384, four": ["crop=[384,384]", "batch_size=4"],
    "frames of 800": ['geometry={"long_side":800}'],
    "crops anywhere": ["augment.seek=0"],
    "crops on classes": ["augment.seek=0.7"],
    "zoom 0.8 to 1.4": ["augment.zoom=[0.8,1.4]"],
    "no rotation": ["augment.rotation=0"],
    "rotation 35": ["augment.rotation=35"],
    "no colour": ["augment.brightness=0", "augment.contrast=0", "augment.saturation=0"],
    "from random weights": ["pretrained=false"],
}


def measure(store: RunStore, name: str, seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Train once, and what came of it."""
    command = [sys.executable, "-m", "segcore", "train", asked.dataset, "--preset", asked.preset, "--json"]
    command += ["--name", f"recipe-{name.replace(' ', '-').replace(',', '')}-{seed}", "--seed", str(seed)]
    command += ["--minutes", str(asked.minutes)] if asked.minutes else ["--epochs", str(epochs(store, asked))]
    for change in [*asked.set, *VARIANTS[name]]:
        command += ["--set", change]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    run = json.loads(done.stdout.splitlines()[-1])["run"]
    keys = [k for k in store.metric_keys(run) if k.startswith(("step/", "epoch/", "val_iou/"))]
    return summary(name, seed, {key: [p.value for p in store.history(run, key)] for key in keys})


def epochs(store: RunStore, asked: argparse.Namespace) -> int:
    """As many as make the steps that were asked for."""
    frames = len(DatasetStore(store.settings).open(asked.dataset).part("train"))
    config = from_preset(asked.dataset, asked.preset, epochs=1)
    return max(1, round(asked.steps / steps_per_epoch(frames, config)))


def summary(name: str, seed: int, history: dict[str, list[float]]) -> dict[str, Any]:
    """The figures of one run, from its metrics: name → values in their order."""
    seconds = itertools.accumulate(history["epoch/seconds"])
    curve = [(round(s), round(miou, 4)) for s, miou in zip(seconds, history["epoch/val_miou"], strict=True)]
    best = max(range(len(curve)), key=lambda i: curve[i][1])
    classes = [values[best] for key, values in history.items() if key.startswith("val_iou/")]
    return {
        "name": name,
        "seed": seed,
        "miou": curve[best][1],
        "lowest_class": round(min(classes), 4),
        "images_per_s": round(statistics.median(history["step/images_per_s"]), 2),
        "input_share": round(statistics.median(history["step/input_share"]), 4),
        "curve": curve,
    }


def main() -> None:
    """Train the variants one after the other and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--only", nargs="*", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--set", action="append", default=[])
    asked = parser.parse_args()
    store = RunStore(Settings.from_env())
    results = []
    for name, seed in itertools.product(asked.only, map(int, asked.seeds.split(","))):
        results.append(measure(store, name, seed, asked))
        told = {key: value for key, value in results[-1].items() if key != "curve"}
        print(json.dumps(told), flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
