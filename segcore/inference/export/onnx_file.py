"""One .onnx file, converted by tf2onnx, run by onnxruntime."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from segcore.errors import BackendError
from segcore.inference.export.graph import Graph
from segcore.inference.export.running import Outputs, Runner

OPSET = 17
"""Of 2022: known to every runtime of today, and it has all that the networks use."""


def write(graph: Graph, path: Path, notes: dict[str, str]) -> None:
    """Write the file; the notes are kept in it as metadata properties.

    Raises:
        BackendError: an operation of the network has no counterpart in ONNX.
    """
    import onnx
    import tf2onnx

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    frozen, names = _frozen(graph)
    try:
        model, _ = tf2onnx.convert.from_graph_def(
            frozen.graph.as_graph_def(), input_names=list(names)[:1], output_names=list(names)[1:], opset=OPSET
        )
        _rename(model.graph, names)
        _without_erfc(model.graph)
        onnx.helper.set_model_props(model, notes)
        onnx.checker.check_model(model)
    except (ValueError, KeyError, NotImplementedError, onnx.checker.ValidationError) as error:
        raise BackendError(
            f"tf2onnx cannot convert this network: {(str(error).splitlines() or [''])[0]}", fix="Choose another format."
        ) from error
    onnx.save_model(model, path)


def _frozen(graph: Graph) -> tuple[Any, dict[str, str]]:
    """The function with all it holds as constants; TensorFlow's names of its input and outputs → ours, in order."""
    tf.config.run_functions_eagerly(True)  # so that functions inside it are traced as a part of it, not as calls
    try:
        function = graph.function().get_concrete_function()
    finally:
        tf.config.run_functions_eagerly(False)
    frozen = convert_variables_to_constants_v2(function)
    outputs = sorted(function.structured_outputs)  # as TensorFlow flattens a dictionary
    theirs = [tensor.name for tensor in (*frozen.inputs, *frozen.outputs)]
    return frozen, dict(zip(theirs, ["frames", *outputs], strict=True))


def _rename(graph: Any, names: dict[str, str]) -> None:
    for value in (*graph.input, *graph.output):
        value.name = names[value.name]
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]


def _without_erfc(graph: Any) -> None:
    """erfc(x), which tf2onnx leaves as it is, as 1 − erf(x): a part of the exact GELU."""
    from onnx import helper, numpy_helper

    nodes = []
    for node in graph.node:
        if node.op_type != "Erfc":
            nodes.append(node)
            continue
        between = f"{node.output[0]}_erf"
        nodes.append(helper.make_node("Erf", node.input, [between]))
        nodes.append(helper.make_node("Sub", ["erfc_one", between], node.output))
    if len(nodes) > len(graph.node):
        graph.initializer.append(numpy_helper.from_array(np.array(1.0, np.float32), "erfc_one"))
        del graph.node[:]
        graph.node.extend(nodes)


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
