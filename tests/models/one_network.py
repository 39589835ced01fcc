"""What is tried on every network: a step of training, and its conversion for OpenVINO."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from segcore.classes import ClassTable
from segcore.inference.labelling import labelling_graph
from segcore.inference.openvino_runtime import ov
from segcore.models.architectures import ARCHITECTURES
from segcore.models.registry import build
from segcore.models.spec import ModelSpec
from segcore.pipeline.preprocess import Geometry

CLASSES = ClassTable.of(["background", *(f"object {i}" for i in range(1, 8))])


def spec(name: str) -> ModelSpec:
    return ModelSpec(architecture=name, classes=CLASSES, geometry=Geometry(squeeze=(256, 256)))


def pictures(size: tuple[int, int]) -> np.ndarray:
    """Two pictures of coloured squares: (2, *size, 3) float32 in [0, 255], whole numbers."""
    cells = np.random.default_rng(0).integers(0, 256, (2, -(-size[0] // 16), -(-size[1] // 16), 3))
    return cells.repeat(16, 1).repeat(16, 2)[:, : size[0], : size[1]].astype(np.float32)


def train_one_step(model: keras.Model, images: np.ndarray) -> None:
    """One small step of gradient descent that must reach every weight."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(images, training=True) - 0.3))
    gradients = tape.gradient(loss, model.trainable_variables)
    assert [v.path for v, g in zip(model.trainable_variables, gradients, strict=True) if g is None] == []
    keras.optimizers.SGD(1e-3).apply(gradients, model.trainable_variables)


def agreement_when_converted(name: str, size: tuple[int, int]) -> float:
    """Share of pixels that OpenVINO labels as TensorFlow does, at a fixed size, after a step of training."""
    keras.utils.set_random_seed(0)
    model, _ = build(spec(name))
    images = pictures(size)
    train_one_step(model, images)
    _let_classes_vary(model, ARCHITECTURES[name].head, images)
    graph = labelling_graph(model, ARCHITECTURES[name].output, size)
    labels = graph(tf.constant(images.astype(np.uint8)))["labels"].numpy()
    assert len(np.unique(labels)) > 2, "a constant answer would agree with anything"
    return float((_converted(graph, images.astype(np.uint8)) == labels).mean())


def _let_classes_vary(model: keras.Model, head: str, images: np.ndarray) -> None:
    """Random weights mostly prefer one class everywhere: level the classes' scores."""
    scores = np.asarray(model(images, training=False))
    if ARCHITECTURES[model.name].output == "sigmoid":
        scores = np.log(scores / (1 - scores))
    *kernel, bias = model.get_layer(head).get_weights()
    model.get_layer(head).set_weights([*kernel, bias - np.median(scores, axis=(0, 1, 2))])


def _converted(graph: tf.types.experimental.PolymorphicFunction, frames: np.ndarray) -> np.ndarray:
    model = ov.convert_model(graph.get_concrete_function())
    model.reshape([len(frames), *frames.shape[1:]])
    compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.asarray(next(v for o, v in compiled(frames).items() if "labels" in o.get_names()))
