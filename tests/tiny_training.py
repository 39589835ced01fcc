"""A tiny dataset that a network can learn in seconds, and settings that make a training tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from segcore.models.spec import ModelSpec
from segcore.runs.records import Run
from segcore.runs.store import RunStore
from segcore.training.config import TrainConfig, from_preset

TINY: dict[str, Any] = {
    "pretrained": False,
    "geometry": {"long_side": 96},
    "crop": (64, 64),
    "batch_size": 2,
    "steps_per_epoch": 3,
    "epochs": 2,
    "augment": {"zoom": [0.9, 1.2], "rotation": 0},
}


def write_shapes(folder: Path, frames: int = 10) -> Path:
    """Red discs (1) and blue bars (2) on green, 96×64, at most 26 of them; each a picture of its own, no video."""
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    rng = np.random.default_rng(0)
    for number in range(frames):
        mask = np.zeros((64, 96), np.uint8)
        cv2.circle(mask, (int(rng.integers(20, 40)), int(rng.integers(20, 44))), 14, 1, -1)
        left = int(rng.integers(55, 70))
        cv2.rectangle(mask, (left, 10), (left + 16, 54), 2, -1)
        image = np.array([[30, 160, 30], [220, 30, 30], [30, 30, 220]], np.uint8)[mask]
        noisy = np.clip(image.astype(int) + rng.integers(-12, 12, image.shape), 0, 255).astype(np.uint8)
        cv2.imwrite(str(folder / "images" / f"{chr(97 + number)}.png"), noisy[..., ::-1])
        cv2.imwrite(str(folder / "masks" / f"{chr(97 + number)}.png"), mask)
    return folder


def tiny(**changes: Any) -> TrainConfig:
    """Settings of a training of a few seconds."""
    return from_preset("shapes", **({"preset": "fast"} | TINY | changes))


def tiny_network(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """Stands for `registry.build` where a test is not about the network: it is compiled in a second."""
    assert not pretrained
    image = keras.Input((None, None, 3), name="image")
    x = keras.layers.Rescaling(1 / 255, name="normalise")(image)
    x = keras.layers.Conv2D(8, 3, padding="same", name="conv")(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    return keras.Model(image, keras.layers.Conv2D(len(spec.classes), 1, name="classes")(x)), "none"


def new_run(runs: RunStore, config: TrainConfig) -> Run:
    return runs.create("train", config=config.model_dump(mode="json"), dataset=config.dataset)
