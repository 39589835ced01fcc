"""One .tflite file for LiteRT (formerly TensorFlow Lite), one frame a call: fixed shapes use its fast paths."""

from __future__ import annotations

import importlib.util
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import tensorflow as tf

from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner
from segcore.inference.export.saved_model import save
from segcore.temporary import passing


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write the file; the notes are packed behind it, where LiteRT's tools look for associated files."""
    with passing() as folder:
        save(graph, folder, batch=1)
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(folder)).convert())
    with zipfile.ZipFile(path, "a") as archive:
        for name, text in notes.items():
            archive.writestr(name, text)


def open_file(path: Path) -> Runner:
    """Open what was written: by LiteRT where it is installed, else by the older copy of it inside TensorFlow."""
    if importlib.util.find_spec("ai_edge_litert"):
        from ai_edge_litert.interpreter import Interpreter

        interpreter, program = Interpreter(str(path)), f"LiteRT {version('ai-edge-litert')}"
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that this copy will leave TensorFlow some day
            interpreter, program = tf.lite.Interpreter(str(path)), f"TensorFlow Lite in TensorFlow {tf.__version__}"
    runner = interpreter.get_signature_runner()
    dtype = next(iter(runner.get_input_details().values()))["dtype"]

    def run(frames: np.ndarray) -> Outputs:
        made: dict[str, np.ndarray] = runner(frames=frames.astype(dtype))
        return made

    return Runner(run, program)
