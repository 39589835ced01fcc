"""One .keras file, of Keras' own layers only, so that it opens without segcore."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from segcore.errors import BackendError
from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write the model; the file is a ZIP, the notes lie in it as further entries.

    Raises:
        BackendError: a layer of the network is not Keras' own.
    """
    (_with_labels(graph) if graph.labels else graph.model).save(path)
    with zipfile.ZipFile(path, "a") as archive:
        own = sorted(_foreign(json.loads(archive.read("config.json"))))
        if own:
            raise BackendError(
                f"A .keras file would need segcore to open it: the network uses {', '.join(own)}.",
                fix="Choose SavedModel or ONNX.",
            )
        for name, text in notes.items():
            archive.writestr(name, text)


def _with_labels(graph: Graph) -> keras.Model:
    """uint8 frames → labels and confidence, by the operations of `labelling.labelling_graph`."""
    frames = keras.Input((*graph.size, 3), dtype="uint8", name="frames")
    scores = graph.model(ops.cast(frames, "float32"))
    best = ops.max(scores, axis=-1)
    if graph.output == "sigmoid":
        probability = best
    else:
        probability = 1.0 / ops.sum(ops.exp(scores - ops.expand_dims(best, -1)), axis=-1)
    return keras.Model(
        frames,
        {
            "labels": ops.cast(ops.argmax(scores, axis=-1), "uint8"),
            "confidence": ops.cast(ops.round(ops.clip(probability, 0.0, 1.0) * 255.0), "uint8"),
        },
        name=graph.model.name,
    )


def _foreign(config: Any) -> set[str]:
    """Classes in a model's config that are not Keras' own."""
    if isinstance(config, list):
        return set().union(*map(_foreign, config))
    if not isinstance(config, dict):
        return set()
    found = set().union(*map(_foreign, config.values()))
    module = config.get("module")
    if isinstance(module, str) and "class_name" in config and module.split(".")[0] not in ("keras", "builtins"):
        found.add(str(config["class_name"]))
    return found


def open_file(path: Path) -> Runner:
    """Open what was written."""
    loaded = keras.saving.load_model(path, compile=False, safe_mode=True)
    dtype = loaded.inputs[0].dtype

    def run(frames: np.ndarray) -> Outputs:
        made = loaded(frames.astype(dtype), training=False)
        outputs = made if isinstance(made, dict) else {"scores": made}
        return {name: np.asarray(value) for name, value in outputs.items()}

    return Runner(run, f"Keras {keras.__version__}")
