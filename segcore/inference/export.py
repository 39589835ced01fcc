"""A trained network as a file for other programs: colours 0..255 in, scores out, normalisation inside.

| format | what is written | to check it after writing |
|---|---|---|
| keras | one .keras file | Keras |
| saved_model | a TensorFlow SavedModel folder | TensorFlow |
| openvino | .xml and .bin | OpenVINO |
| onnx | one .onnx file (needs tf2onnx) | onnxruntime, where installed |
| litert | one .tflite file | TensorFlow Lite |

Input: (N, h, w, 3) float32 RGB in [0, 255]. Output: (N, h, w, classes) float32, logits or probabilities as the
network's spec says.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from segcore.errors import BackendError, ConfigError
from segcore.inference.network import TrainedNetwork

Format = Literal["keras", "saved_model", "openvino", "onnx", "litert"]
FORMATS: tuple[Format, ...] = get_args(Format)

_SUFFIX = {"keras": ".keras", "openvino": ".xml", "onnx": ".onnx", "litert": ".tflite", "saved_model": ""}
_NEEDS = {"onnx": ("tf2onnx",)}


@dataclass(frozen=True)
class Exported:
    """A written network.

    Attributes:
        size: (height, width) of its input.
        agreement: share of pixels with the same label as the original on random frames, 0..1; None where nothing
            here can run the format.
        checked_with: what ran it, or why nothing did.
    """

    path: Path
    format: Format
    size: tuple[int, int]
    output: str
    agreement: float | None
    checked_with: str


def export_network(network: TrainedNetwork, fmt: str, out: Path, size: tuple[int, int]) -> Exported:
    """Write a network and run what was written.

    Args:
        network: what to write.
        fmt: one of `FORMATS`.
        out: file or folder; the format's suffix is added where it is missing.
        size: (height, width) of the input.

    Raises:
        ConfigError: unknown format.
        BackendError: a package is missing (the message has the command), or the written file labels otherwise.
    """
    if fmt not in FORMATS:
        raise ConfigError(f"Unknown format {fmt!r}.", fix=f"Choose one of {', '.join(FORMATS)}.")
    missing = [p for p in _NEEDS.get(fmt, ()) if importlib.util.find_spec(p) is None]
    if missing:
        raise BackendError(f"The format {fmt} needs {', '.join(missing)}.", fix=f"Run: pip install {' '.join(missing)}")
    path = out if out.name.endswith(_SUFFIX[fmt]) else out.with_name(out.name + _SUFFIX[fmt])
    path.parent.mkdir(parents=True, exist_ok=True)
    model = _fixed(network, size)
    _write(model, fmt, path)
    run, checked_with = _runner(fmt, path)
    agreement = None if run is None else _agreement(model, run, size)
    if agreement is not None and agreement < 0.99:
        raise BackendError(
            f"{path.name}: labels agree with the original on {agreement:.1%} of pixels only.",
            fix="Do not use this file.",
        )
    return Exported(path, fmt, size, network.spec.output, agreement, checked_with)


def _fixed(network: TrainedNetwork, size: tuple[int, int]) -> Any:
    """The network with a fixed input size: exporters cannot follow free ones through bilinear scaling."""
    import keras

    image = keras.Input((*size, 3), name="image")
    return keras.Model(image, network.build()(image), name=network.spec.architecture)


def _write(model: Any, fmt: str, path: Path) -> None:
    if fmt == "keras":
        model.save(path)
    elif fmt == "saved_model":
        model.export(str(path), format="tf_saved_model", verbose=False)
    elif fmt == "openvino":
        model.export(str(path), format="openvino", verbose=False)
    else:
        model.export(str(path), format=fmt, verbose=False)


Run = Callable[[np.ndarray], np.ndarray]


def _runner(fmt: str, path: Path) -> tuple[Run | None, str]:
    """What runs the written file, and its name."""
    if fmt == "keras":
        import keras

        loaded = keras.saving.load_model(path, compile=False)
        return lambda frames: np.asarray(loaded(frames, training=False)), f"Keras {keras.__version__}"
    if fmt == "saved_model":
        return _saved_model(path)
    if fmt == "openvino":
        from segcore.inference.openvino_backend import run_file

        return run_file(path)
    if fmt == "litert":
        return _litert(path)
    return _onnx(path)


def _saved_model(path: Path) -> tuple[Run, str]:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    return lambda frames: np.asarray(loaded.serve(tf.constant(frames))), f"TensorFlow {tf.__version__}"


def _litert(path: Path) -> tuple[Run, str]:
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(str(path))

    def run(frames: np.ndarray) -> np.ndarray:
        given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        interpreter.resize_tensor_input(given["index"], frames.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], frames)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(made["index"]))

    return run, "TensorFlow Lite"


def _onnx(path: Path) -> tuple[Run | None, str]:
    if importlib.util.find_spec("onnxruntime") is None:
        return None, "not run: onnxruntime is not installed"
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda frames: session.run(None, {name: frames})[0], f"onnxruntime {onnxruntime.__version__}"


def _agreement(model: Any, run: Run, size: tuple[int, int]) -> float:
    frames = np.random.default_rng(0).uniform(0, 255, (1, *size, 3)).astype(np.float32)
    original = np.asarray(model(frames, training=False))
    return float((run(frames).argmax(-1) == original.argmax(-1)).mean())
