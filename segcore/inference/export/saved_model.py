"""A TensorFlow SavedModel: a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write the folder; its signature "serving_default" takes `frames`. Notes lie in it as files."""
    save(graph, path, batch=None)
    for name, text in notes.items():
        (path / name).write_text(text, "utf-8")


def save(graph: Graph, path: Path, batch: int | None) -> None:
    """The folder alone; `batch`: frames a call, None: any number."""
    module = tf.Module()
    module.held = [variable.value for variable in graph.model.variables]  # those alone: the model has traces of its own
    module.serve = graph.function(batch)
    tf.saved_model.save(module, str(path), signatures={"serving_default": module.serve})


def open_file(path: Path) -> Runner:
    """Open what was written."""
    loaded = tf.saved_model.load(str(path))
    serve = loaded.signatures["serving_default"]
    (given,) = serve.structured_input_signature[1].values()

    def run(frames: np.ndarray) -> Outputs:
        return {name: value.numpy() for name, value in serve(frames=tf.constant(frames, given.dtype)).items()}

    return Runner(run, f"TensorFlow {tf.__version__}")
