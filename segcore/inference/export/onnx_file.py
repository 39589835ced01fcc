"""One .onnx file, converted by tf2onnx, run by onnxruntime."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner

OPSET = 17
"""Of 2022: known to every runtime of today, and it has all that the networks use."""


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write the file; the notes are kept in it as metadata properties."""
    import onnx
    import tf2onnx

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    function = graph.function()
    model, _ = tf2onnx.convert.from_function(function, input_signature=function.input_signature, opset=OPSET)
    onnx.helper.set_model_props(model, notes)
    onnx.checker.check_model(model)
    onnx.save_model(model, path)


def open_file(path: Path) -> Runner:
    """Open what was written."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    dtype = np.uint8 if given.type == "tensor(uint8)" else np.float32
    names = [output.name for output in session.get_outputs()]

    def run(frames: np.ndarray) -> Outputs:
        return dict(zip(names, session.run(names, {given.name: frames.astype(dtype)}), strict=True))

    return Runner(run, f"onnxruntime {onnxruntime.__version__}")
