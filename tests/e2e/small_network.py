"""A run with an untrained network, for browser tests in which it does not matter what the network sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.classes import ClassTable
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs import RunStore
from segcore.settings import Settings


def make_network(home: Path) -> RunStore:
    """A finished training called "trained", in the store that is returned."""
    keras = pytest.importorskip("keras")
    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(home)}))
    classes = ClassTable.of(["background", "mug", "car"])
    spec = ModelSpec(architecture="unet_efficientnet_lite0", classes=classes, geometry=Geometry(long_side=96))
    keras.utils.set_random_seed(3)
    run = store.create("train", config={"dataset": "none"}, name="trained")
    digest = save_weights(build(spec)[0], home / "best.npz")
    with store.writer(run.id) as writer:
        writer.put_file(MODEL_FILE, spec.model_dump_json().encode())
        writer.put_file(BEST_WEIGHTS, home / "best.npz")
        writer.set_tags({SHA256_TAG: digest})
    return store
