"""Is it worth labelling the frames that segcore proposes? One loop of improvement, against frames chosen by chance.

    python tests/benchmarks/labelling_loop.py DATASET [--start 12] [--add 12] [--steps 300] [--seeds 0,1,2]
        [--gap 2] [--preset fast] [--set key=value …]

DATASET is one of the installation in SEGCORE_HOME whose labels stand in for the person who labels. For each seed: a
network learns from `--start` frames drawn from the dataset's training side; it looks at all others as single pictures
(no flicker is known, so certainty and diversity alone), and `--add` of them are proposed, more than `--gap` places of
their natural order apart. Then two networks learn for `--steps` steps each, from the first frames and the proposed
ones, and from the first frames and as many drawn by chance. All are scored on the dataset's validation side. Runs stay
in the run store, named loop-WHAT-SEED. Prints a line a seed, and one JSON object at the end.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pandas as pd

from segcore.cli.training import parse_changes
from segcore.datasets.dataset import Dataset, Pair, Split
from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.inference.load import load_predictor
from segcore.knowledge.certainty import certainty_of
from segcore.knowledge.motion import small_grey
from segcore.knowledge.proposals import propose
from segcore.pipeline.preprocess import resize_frame
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import from_preset
from segcore.training.schedule import steps_per_epoch


def learn(
    store: RunStore, dataset: Dataset, stems: Sequence[str], name: str, asked: argparse.Namespace
) -> tuple[str, float]:
    """Train on these frames: the run, and its mIoU on the dataset's validation side."""
    from segcore.training.trainer import train

    changes = parse_changes(asked.set) | {"seed": asked.seed}
    config = from_preset(dataset.name, asked.preset, epochs=1, **changes)
    epochs = max(1, round(asked.steps / steps_per_epoch(len(stems), config)))
    config = from_preset(dataset.name, asked.preset, epochs=epochs, **changes)
    chosen = replace(dataset, split=Split(tuple(stems), dataset.split.val, method="by hand"))
    run = store.create(
        "train", config=config.model_dump(mode="json"), name=f"{name}-{asked.seed}", dataset=dataset.name
    )
    with store.writer(run.id) as writer:
        result = train(config, chosen, writer, store)
    keras.backend.clear_session()
    return run.id, result.evaluation.miou


def proposed(store: RunStore, run: str, pool: Sequence[Pair], count: int, gap: int) -> list[str]:
    """The frames of the pool that are worth labelling."""
    network, rows = load_predictor(store, run), []
    for number, pair in enumerate(pool):
        image = read_image(pair.image)
        small = resize_frame(image, network.size_for(*image.shape[:2]))
        labels, confidence = network.predict(small[None])
        found = certainty_of(labels[0], confidence[0], small, small_grey(small))
        rows.append(
            {"frame": number, "time_s": float(number), "unstable": np.nan} | vars(found) | {"sharpness": 1.0}
        )  # no neighbours
    return [pool[one.frame].stem for one in propose(pd.DataFrame(rows), count, gap_s=gap + 0.5)]


def loop(store: RunStore, dataset: Dataset, asked: argparse.Namespace) -> dict[str, Any]:
    """One seed."""
    rng = np.random.default_rng(asked.seed)
    every = list(dataset.part("train"))
    if len(every) < asked.start + 2 * asked.add:
        raise SystemExit(
            f"{dataset.name} has {len(every)} frames to learn from; expected {asked.start + 2 * asked.add}."
        )
    drawn = set(rng.choice(len(every), asked.start, replace=False).tolist())
    first = [every[i].stem for i in sorted(drawn)]
    pool = [pair for i, pair in enumerate(every) if i not in drawn]
    run, before = learn(store, dataset, first, "loop-first", asked)
    best = proposed(store, run, pool, asked.add, asked.gap)
    by_chance = [pool[i].stem for i in rng.choice(len(pool), asked.add, replace=False)]
    _, with_proposed = learn(store, dataset, [*first, *best], "loop-proposed", asked)
    _, with_random = learn(store, dataset, [*first, *by_chance], "loop-random", asked)
    return {
        "seed": asked.seed,
        "first": round(before, 4),
        "proposed": round(with_proposed, 4),
        "random": round(with_random, 4),
        "frames_proposed": best,
        "frames_random": by_chance,
    }


def main() -> None:
    """All seeds, and their means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--start", type=int, default=12)
    parser.add_argument("--add", type=int, default=12)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--gap", type=int, default=2)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--set", action="append", default=[])
    asked = parser.parse_args()
    settings = Settings.from_env()
    store, dataset = RunStore(settings), DatasetStore(settings).open(asked.dataset)
    results = []
    for seed in map(int, asked.seeds.split(",")):
        asked.seed = seed
        results.append(loop(store, dataset, asked))
        print(json.dumps(results[-1]), flush=True)
    means = {key: round(statistics.mean(one[key] for one in results), 4) for key in ("first", "proposed", "random")}
    print(json.dumps({"dataset": dataset.name, "steps": asked.steps, "means": means, "seeds": results}))


if __name__ == "__main__":
    main()
