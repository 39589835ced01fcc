"""Makes a training's network in 8-bit integers, scores both on its validation frames, and keeps it with the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.cli.scored import frames_of
from segcore.datasets.dataset import Dataset, Pair, read_labels
from segcore.datasets.images import read_image
from segcore.errors import DatasetError
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.int8 import CONSTANTS_FILE, GRAPH_FILE, INT8_TAG, Int8Network, Int8Record
from segcore.inference.network import TrainedNetwork
from segcore.models.weights import sha256_of
from segcore.pipeline.preprocess import resize_frame, resize_labels
from segcore.runs.store import RunStore
from segcore.temporary import passing

if TYPE_CHECKING:
    from segcore.inference.openvino_backend import OpenVinoPredictor

EXAMPLES = 24
"""Frames of the training part whose values decide the ranges."""
SCORED = 120
"""At most so many frames of the validation part are labelled in both ways."""


def keep_int8(store: RunStore, run: str, dataset: Dataset) -> Int8Record:
    """Make it for frames of the size that the dataset's first one has, and keep it where it `fits`.

    Args:
        store: of the runs.
        run: id of a training that has ended.
        dataset: what it learned.

    Returns:
        What came of it; it is in the run's tags either way.

    Raises:
        DatasetError: no frame of that size is left on one side of the split.
        BackendError: it cannot be made here.
    """
    from segcore.inference.openvino_backend import write_graph
    from segcore.inference.quantization import quantize

    found = store.get(run)
    network = TrainedNetwork.of_run(store, found.id)
    size = network.spec.geometry.size_for(*dataset.size_of(dataset.pairs[0].stem))
    parts = {
        part: _spread(_of_size(frames_of(store, found, dataset, part), dataset, network, size), count)
        for part, count in (("train", EXAMPLES), ("val", SCORED))
    }
    with passing() as folder:
        write_graph(network, size, "both", folder / "float32.xml")
        examples = np.stack([resize_frame(read_image(pair.image), size) for pair in parts["train"]])
        quantize(folder / "float32.xml", examples, folder / "graph.xml")
        made = _scored(network, size, folder, parts["val"])
        if made.record.fits:
            store.put_file(found.id, GRAPH_FILE, made.graph)
            store.put_file(found.id, CONSTANTS_FILE, made.constants)
        store.set_tags(found.id, {INT8_TAG: made.record.model_dump_json()})
    return made.record


def _of_size(pairs: Sequence[Pair], dataset: Dataset, network: TrainedNetwork, size: tuple[int, int]) -> list[Pair]:
    of_size = [p for p in pairs if network.spec.geometry.size_for(*dataset.size_of(p.stem)) == size]
    if not of_size:
        raise DatasetError(f"{dataset.name}: no frame of the usual size on one side of the split.")
    return of_size


def _spread(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """`count` of them at equal distances, or all."""
    return [pairs[i] for i in np.unique(np.linspace(0, len(pairs) - 1, min(count, len(pairs))).astype(int))]


def _scored(network: TrainedNetwork, size: tuple[int, int], folder: Path, pairs: Sequence[Pair]) -> Int8Network:
    """The network in `folder`, with what it loses: both label the same frames, at network resolution."""
    from segcore.inference.openvino_backend import OpenVinoPredictor

    graph, constants = folder / "graph.xml", folder / "graph.bin"
    digests = {"graph": sha256_of(graph), "constants": sha256_of(constants)}
    nothing = {"miou": 0.0, "miou_float32": 0.0, "class_loss": 0.0, "agreement": 0.0}
    made = Int8Network(Int8Record(weights=network.sha256, size=size, **digests, **nothing), graph, constants)
    ways = [
        OpenVinoPredictor(network, folder),
        OpenVinoPredictor(replace(network, int8=made), folder, precision="int8"),
    ]
    counts, same = np.zeros((2, len(network.spec.classes), len(network.spec.classes)), np.int64), []
    for pair in pairs:
        frame, truth = resize_frame(read_image(pair.image), size), resize_labels(read_labels(pair), size)
        labels = [_labels(way, frame) for way in ways]
        counts += [confusion_matrix(truth, given, counts.shape[-1]) for given in labels]
        same.append(np.mean(labels[0] == labels[1]))
    before, after = iou(counts[0]), iou(counts[1])
    lost = before - after
    figures = {
        "miou": mean_present(after),
        "miou_float32": mean_present(before),
        "class_loss": float(np.nanmax(lost)) if np.isfinite(lost).any() else 0.0,
        "agreement": float(np.mean(same)),
    }
    rounded = {name: round(value, 6) for name, value in figures.items()}
    return replace(made, record=made.record.model_copy(update=rounded))


def _labels(predictor: OpenVinoPredictor, frame: np.ndarray) -> np.ndarray:
    return predictor.predict(frame[None])[0][0]
