"""Ten lines of Python that use an exported network, for each format: no segcore needed."""

from __future__ import annotations

_HEAD = """\
# pip install {packages}
import json
import cv2
import numpy as np
{imports}
classes = json.load(open("{classes}", encoding="utf-8"))["classes"]
image = cv2.imread("frame.jpg")[..., ::-1]  # height × width × RGB
frame = cv2.resize(image, ({width}, {height}), interpolation=cv2.INTER_AREA)[None]
"""

_SCORES_TAIL = """\
scores = cv2.resize(scores[0], image.shape[1::-1])  # back to the size of the image, smoothly
labels = scores.argmax(-1)  # one class id for each pixel
"""

_LABELS_TAIL = """\
labels = cv2.resize(labels[0], image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
"""

_END = """\
colors = np.array([c["rgb"] for c in classes], np.uint8)
cv2.imwrite("labels.png", colors[labels][..., ::-1])
"""

_PACKAGES = {
    "onnx": "numpy opencv-python onnxruntime",
    "openvino": "numpy opencv-python openvino",
    "litert": "numpy opencv-python ai-edge-litert",
    "saved_model": "numpy opencv-python tensorflow",
    "keras": "numpy opencv-python tensorflow",
}

_IMPORTS = {
    "onnx": "import onnxruntime",
    "openvino": "import openvino",
    "litert": "from ai_edge_litert.interpreter import Interpreter",
    "saved_model": "import tensorflow as tf",
    "keras": "import keras",
}

_RUN = {
    "onnx": """\
network = onnxruntime.InferenceSession("{file}")
({out},) = network.run(["{out}"], {{"frames": frame{cast}}})
""",
    "openvino": """\
network = openvino.Core().compile_model("{file}", "CPU")
{out} = network(frame{cast})["{out}"]
""",
    "litert": """\
network = Interpreter("{file}").get_signature_runner()
{out} = network(frames=frame{cast})["{out}"]
""",
    "saved_model": """\
network = tf.saved_model.load("{file}").signatures["serving_default"]
{out} = network(frames=tf.constant(frame{cast}))["{out}"].numpy()
""",
    "keras": """\
network = keras.saving.load_model("{file}", compile=False)
{out} = np.asarray(network(frame{cast}){pick})
""",
}


def snippet(fmt: str, file: str, classes: str, size: tuple[int, int], *, labels: bool) -> str:
    """Python that labels frame.jpg and writes labels.png, to be run in the folder of the files.

    Args:
        fmt: a key of `FORMATS`.
        file: name of the network's file, "." for a SavedModel that one is inside of.
        classes: name of the file of classes.
        size: (height, width) of the input.
        labels: whether the file gives labels instead of scores.
    """
    out = "labels" if labels else "scores"
    head = _HEAD.format(packages=_PACKAGES[fmt], imports=_IMPORTS[fmt], classes=classes, height=size[0], width=size[1])
    cast = "" if labels else '.astype("float32")'
    run = _RUN[fmt].format(file=file, out=out, cast=cast, pick='["labels"]' if labels else "")
    return head + run + (_LABELS_TAIL if labels else _SCORES_TAIL) + _END
