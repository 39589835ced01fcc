"""Makes a training's network in 8-bit integers, scores both on its validation frames, and keeps it with the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from segcore.cli.scored import frames_of
from segcore.datasets.dataset import Dataset, Pair, Part, read_labels
from segcore.datasets.images import read_image
from segcore.errors import DatasetError
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.int8 import INT8_TAG, Int8Network, Int8Record, as_tag, records_in
from segcore.inference.network import TrainedNetwork
from segcore.models.weights import sha256_of
from segcore.pipeline.preprocess import resize_frame, resize_labels
from segcore.runs.store import RunStore
from segcore.temporary import passing
from segcore.video.speed import SPEEDS

EXAMPLES = 24
"""Frames of the training part whose values decide the ranges."""
SCORED = 60
"""At most so many frames of the validation part are labelled in both ways."""
STEPS = 3


def keep_int8(
    store: RunStore,
    run: str,
    dataset: Dataset,
    frame: tuple[int, int] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Int8Record]:
    """Make it for frames of a size, at each speed, and keep it where it `fits`; what was kept of other sizes stays.

    Args:
        store: of the runs.
        run: id of a training that has ended.
        dataset: what it learned.
        frame: (height, width) of frames; the dataset's are scaled to what the network sees of these. None: of the
            dataset's first frame.
        say: told what comes next, in `STEPS` steps.

    Returns:
        What came of it, by input size; it is in the run's tags either way.

    Raises:
        DatasetError: no frame is left on one side of the split; without `frame`, none of the first frame's size.
        BackendError: it cannot be made here.
    """
    from segcore.inference.openvino_backend import write_graph
    from segcore.inference.quantization import Task, quantize

    found = store.get(run)
    network = TrainedNetwork.of_run(store, found.id)
    usual = dataset.size_of(dataset.pairs[0].stem)

    def of_size(part: Part, count: int) -> list[Pair]:
        own = frames_of(store, found, dataset, part)
        same = [pair for pair in own if frame or dataset.size_of(pair.stem) == usual]
        if not same:
            raise DatasetError(f"{dataset.name}: no frame of the usual size on one side of the split.")
        return [same[i] for i in np.unique(np.linspace(0, len(same) - 1, min(count, len(same))).astype(int))]

    examples, scored = of_size("train", EXAMPLES), of_size("val", SCORED)
    at_speeds = [network.scaled(speed.scale) for speed in SPEEDS.values()]
    by_size = {scaled.spec.geometry.size_for(*(frame or usual)): scaled for scaled in at_speeds}
    fitting: dict[tuple[int, int], list[np.ndarray]] = {size: [] for size in by_size}
    say("looking at frames")
    for pair in examples:  # one whole frame in memory at a time: photos may have 50 megapixels
        image = read_image(pair.image)
        for size, frames in fitting.items():
            frames.append(resize_frame(image, size))
    with passing() as folder:
        tasks = []
        for size, scaled in by_size.items():
            name = f"{size[1]}x{size[0]}"
            write_graph(scaled, size, "both", folder / f"{name}-float32.xml")
            tasks.append(Task(folder / f"{name}-float32.xml", np.stack(fitting[size]), folder / f"{name}.xml"))
        say("writing in 8 bits, half a minute")
        quantize(tasks)
        say("scoring both")
        records = []
        for task, (size, scaled) in zip(tasks, by_size.items(), strict=True):
            made = _scored(scaled, size, task.out, scored, store.settings.home / "cache" / "openvino")
            if made.record.fits:
                for name, file in zip(made.record.names, (made.graph, made.constants), strict=True):
                    store.put_file(found.id, name, file)
            records.append(made.record)
        known = [kept for kept in records_in(found.tags) if kept.weights == network.sha256]
        others = [kept for kept in known if kept.size not in by_size]
        store.set_tags(found.id, {INT8_TAG: as_tag([*records, *others])})
    return records


def _scored(
    network: TrainedNetwork, size: tuple[int, int], graph: Path, pairs: Sequence[Pair], cache: Path
) -> Int8Network:
    """The network in `graph`, with what it loses: both label the same frames, at network resolution."""
    from segcore.inference.openvino_backend import OpenVinoPredictor

    constants = graph.with_suffix(".bin")
    made = Int8Network(
        Int8Record(
            weights=network.sha256,
            size=size,
            graph=sha256_of(graph),
            constants=sha256_of(constants),
            miou=0,
            miou_float32=0,
            class_loss=0,
            agreement=0,
        ),
        graph,
        constants,
    )
    exact = OpenVinoPredictor(network, cache)
    rounded = OpenVinoPredictor(replace(network, int8=(made,)), cache, precision="int8")
    classes = len(network.spec.classes)
    counts, same = np.zeros((2, classes, classes), np.int64), []
    for pair in pairs:
        frame, truth = resize_frame(read_image(pair.image), size), resize_labels(read_labels(pair), size)
        labels = [way.predict(frame[None])[0][0] for way in (exact, rounded)]
        counts += [confusion_matrix(truth, given, classes) for given in labels]
        same.append(np.mean(labels[0] == labels[1]))
    before, after = iou(counts[0]), iou(counts[1])
    lost = before - after
    figures = {
        "miou": mean_present(after),
        "miou_float32": mean_present(before),
        "class_loss": float(np.nanmax(lost)) if np.isfinite(lost).any() else 0.0,
        "agreement": float(np.mean(same)),
    }
    rounded_figures = {name: round(value, 6) for name, value in figures.items()}
    return replace(made, record=made.record.model_copy(update=rounded_figures))
