"""A step of the notebook's network against the plainest `model.fit`, and of the default network, in one process.

    TF_ENABLE_ONEDNN_OPTS=1 python tests/benchmarks/training_step.py [--batch 8] [--steps 6]

The variable is what segcore sets for its own processes; `model.fit` then runs with it, too.

All at 256×256, on the same batch that lies in memory. `model.fit` runs the same network with the notebook's loss as it
would be written there (Adam, one-hot planes in float32, no metrics). The rounds take turns, so that a busy machine
is busy for all. Prints one JSON object: seconds a step (median), images a second, and the two ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from segcore.models.unet_efficientnet_lite0 import unet_efficientnet_lite0
from segcore.models.unet_notebook import unet_notebook
from segcore.training.average import WeightAverage
from segcore.training.config import from_preset
from segcore.training.losses import dice_bce
from segcore.training.optimizer import make_optimizer
from segcore.training.parts import settle_encoder
from segcore.training.step import TrainLoss, make_train_step

CLASSES, SIDE = 8, 256
NETWORKS = {"notebook": unet_notebook, "fast": unet_efficientnet_lite0}


def plain_fit(images: np.ndarray, labels: np.ndarray) -> Callable[[], object]:
    """The notebook's network under `model.fit`."""
    model = unet_notebook(CLASSES)
    planes = np.eye(CLASSES, dtype=np.float32)[labels]
    model.compile(keras.optimizers.Adam(1e-3), lambda truth, made: dice_bce(tf.argmax(truth, -1), made))
    frames = images.astype(np.float32)
    return lambda: model.fit(frames, planes, batch_size=len(frames), epochs=1, verbose=0)


def our_step(preset: str, images: np.ndarray, labels: np.ndarray) -> Callable[[], object]:
    """A step as a training of this preset does it, average of the weights included."""
    config = from_preset("benchmark", preset)
    model, twin = (NETWORKS[preset](CLASSES) for _ in range(2))
    optimizer = make_optimizer(config, settle_encoder(model, config))
    optimizer.build(model.trainable_variables)
    step = make_train_step(model, optimizer, TrainLoss(config, np.ones(CLASSES)), jit=False)
    average = WeightAverage(model, twin, config.average)
    given, wanted = tf.constant(images), tf.constant(labels)

    def run() -> None:
        float(step(given, wanted)[0])
        average.update(1000)

    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=6)
    asked = parser.parse_args()
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (asked.batch, SIDE, SIDE, 3), np.uint8)
    labels = random.integers(0, CLASSES, (asked.batch, SIDE, SIDE), np.uint8)
    runs = {"model.fit, the notebook's net": plain_fit(images, labels)}
    runs |= {name: our_step(name, images, labels) for name in NETWORKS}
    for run in runs.values():
        run()
        run()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(asked.steps):
        for name, run in runs.items():
            begin = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begin)
    step = {name: statistics.median(values) for name, values in seconds.items()}
    fit = step["model.fit, the notebook's net"]
    print(
        json.dumps(
            {
                "batch": asked.batch,
                "seconds_a_step": {name: round(value, 3) for name, value in step.items()},
                "images_per_s": {name: round(asked.batch / value, 2) for name, value in step.items()},
                "notebook_step_to_fit": round(step["notebook"] / fit, 3),
                "default_to_notebook_images_per_s": round(step["notebook"] / step["fast"], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
