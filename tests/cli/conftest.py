"""An installation whose network nobody trained, and a video, for the commands that need both."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with one finished training, "trained"; commands see it."""
    import keras

    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGCORE_HOME", str(home))
        store = RunStore(Settings.from_env())
        spec = ModelSpec(
            architecture="unet_efficientnet_lite0",
            classes=ClassTable.of(["background", "mug", "car"]),
            geometry=Geometry(long_side=96),
        )
        keras.utils.set_random_seed(3)
        run = store.create("train", config={"dataset": "none"}, name="trained")
        weights = home / "best.npz"
        digest = save_weights(build(spec)[0], weights)
        with store.writer(run.id) as writer:
            writer.put_file(MODEL_FILE, spec.model_dump_json().encode())
            writer.put_file(BEST_WEIGHTS, weights)
            writer.set_tags({SHA256_TAG: digest})
        yield home


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven frames of 128×72, a tenth of a second apart."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with VideoWriter(path, 128, 72, time_base=Fraction(1, 1000), fps=10) as writer:
        for number in range(7):
            frame = np.full((72, 128, 3), 60, np.uint8)
            frame[20:50, 10 + 8 * number : 40 + 8 * number] = (200, 40, 40)
            writer.write(frame, number * 100)
    return path
