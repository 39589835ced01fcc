"""OpenVINO's .xml with its .bin."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner
from segcore.inference.openvino_runtime import ov


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write both files, weights as float32; the notes are kept in the .xml as runtime information."""
    model = ov.convert_model(graph.function().get_concrete_function())
    for name, text in notes.items():
        model.set_rt_info(text, ["segcore", name])
    ov.save_model(model, path, compress_to_fp16=False)


def open_file(path: Path) -> Runner:
    """Open what was written."""
    compiled = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    dtype = compiled.inputs[0].get_element_type().to_dtype()

    def run(frames: np.ndarray) -> Outputs:
        return {port.get_any_name(): value.copy() for port, value in compiled(frames.astype(dtype)).items()}

    return Runner(run, f"OpenVINO {str(ov.get_version()).split('-')[0]}")
