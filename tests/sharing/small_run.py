"""A finished training with a tiny network, as a real one would have left it, and the pictures it was scored on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.store import DatasetStore
from segcore.evaluation.answer import Answer
from segcore.evaluation.counting import count_frame, report_of
from segcore.evaluation.metrics import Evaluation
from segcore.evaluation.report import Report, Subject, report_file
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.models.weights import save_weights
from segcore.pipeline.preprocess import Geometry
from segcore.runs import MetricPoint, Run, RunStore
from segcore.training.config import as_params, from_preset

CLASSES = ClassTable.of(["background", "cup <b>", "a|b"])
SPEC = ModelSpec(architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=96))
CONFUSION = np.array([[80, 10, 10], [5, 45, 0], [0, 0, 50]])


def tiny_build(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """Stands for `registry.build`: as the networks are made, but converted in a second."""
    assert not pretrained
    keras.utils.set_random_seed(3)
    image = keras.Input((None, None, 3), name="image")
    x = keras.layers.Rescaling(1 / 255, name="normalise")(image)
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu6", name="conv")(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Conv2D(len(spec.classes), 1, name="classes")(x)
    return keras.Model(image, keras.layers.UpSampling2D(2, interpolation="bilinear", name="up")(x)), "none"


def write_dataset(store: RunStore, folder: Path) -> None:
    """The dataset "cups": eight blurred pictures of 96×64."""
    random = np.random.default_rng(0)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for name in "abcdefgh":
        image = cv2.resize(random.integers(0, 256, (8, 12, 3)).astype(np.uint8), (96, 64))
        cv2.imwrite(str(folder / "images" / f"{name}.png"), image)
        cv2.imwrite(str(folder / "masks" / f"{name}.png"), random.integers(0, 3, (64, 96)).astype(np.uint8))
    DatasetStore(store.settings).import_path(folder, "cups")


def write_report(run_id: str) -> Report:
    """A report on one frame, whose picture lies with the run."""
    truth = np.tile(np.arange(3, dtype=np.uint8).repeat(4), (8, 1))
    counts = count_frame("c", truth, Answer(truth, np.full(truth.shape, 200, np.uint8)), 3)
    counts = replace(counts, image=counts.image.model_copy(update={"picture": "evaluation/val/c.png"}))
    subject = Subject(
        run=run_id, name="cups", dataset="cups", dataset_hash="d" * 64, split="val", weights="0" * 64, backend="tests"
    )
    return report_of(subject, CLASSES, [counts], 1.0)


def write_run(store: RunStore, scratch: Path, name: str = "cups-fast-1") -> Run:
    """The run, on "cups", scored on its frames c and f."""
    config = from_preset("cups", "fast")
    made = store.create(
        "train", config=config.model_dump(mode="json"), name=name, dataset="cups", params=as_params(config)
    )
    digest = save_weights(tiny_build(SPEC)[0], scratch / "best.npz")
    scored = Evaluation(tuple(CLASSES.names), CONFUSION, (("c", 0.7), ("f", 0.9)))
    report = write_report(made.id)
    split = {"train": list("abdegh"), "val": ["c", "f"]}
    with store.writer(made.id) as writer:
        writer.put_file(BEST_WEIGHTS, scratch / "best.npz")
        writer.put_file(MODEL_FILE, SPEC.model_dump_json().encode())
        writer.put_file("evaluation.json", json.dumps(scored.as_json()).encode())
        writer.put_file("split.json", json.dumps(split).encode())
        writer.put_file(report_file("val"), report.model_dump_json().encode())
        writer.put_file(report_file("folds"), b"{}")
        writer.put_file("validation/epoch-0001-0.png", b"a picture of the data")
        writer.put_file("weights/last-0.npz", b"a checkpoint")
        points = [MetricPoint(step, 1_700_000_000 + step, 1 / step) for step in (1, 2, 3)]
        store.write_batch(made.id, [("step/loss", p) for p in points] + [("epoch/val_miou", points[0])])
        store.set_tags(
            made.id,
            {
                SHA256_TAG: digest,
                "segcore.best_miou": "0.75",
                "segcore.best_epoch": "1",
                "segcore.dataset_hash": "d" * 64,
                "segcore.device": "CPU (of a laptop)",
            },
        )
    return store.get(made.id)
