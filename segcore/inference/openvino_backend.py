"""Inference by OpenVINO on the processor: frames share its cores, or each takes all of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from segcore.classes import ClassTable
from segcore.errors import BackendError
from segcore.inference.compute import Precision
from segcore.inference.ir_cache import cache_key, cached_graph
from segcore.inference.network import TrainedNetwork
from segcore.inference.openvino_runtime import ov
from segcore.inference.predictor import Answers
from segcore.large_imports import all_stays
from segcore.pipeline.preprocess import resize_frame

Graph = Literal["labels", "scores"]
"""What a compiled graph gives."""
_GIVES: dict[Graph, tuple[str, ...]] = {"labels": ("labels", "confidence"), "scores": ("scores",)}


class OpenVinoPredictor:
    """Labels frames on the processor; see `Scorer` and `Overlapping`.

    Args:
        network: what to run.
        cache: folder of converted networks.
        threads: of the processor; None: all it may use.
        streams: how many frames are in work at once, each on its share of the threads; None: one a thread.
        precision: in which it computes; bfloat16 pays where the processor multiplies it (`has_bfloat16`), int8 is there
            where the network has it.
    """

    def __init__(
        self,
        network: TrainedNetwork,
        cache: Path,
        *,
        threads: int | None = None,
        streams: int | None = None,
        precision: Precision = "float32",
    ) -> None:
        self.classes: ClassTable = network.spec.classes
        self.output = network.spec.output
        self.threads = threads or len(os.sched_getaffinity(0))
        self.streams = min(streams or self.threads, self.threads)
        self.backend = f"OpenVINO {_version()} CPU, {self.threads} threads"
        self.backend += "" if precision == "float32" else f", {precision}"
        self.parallel = 2 * self.streams
        self._network, self._precision = network, precision
        self._cache = cache
        self._core = ov.Core()
        self._scorers: dict[tuple[int, int], ov.CompiledModel] = {}
        self._lanes: dict[tuple[int, int], _Lane] = {}

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """Network resolution (height, width) for frames of this size."""
        return self._network.spec.geometry.size_for(height, width)

    def predict(self, frames: np.ndarray) -> Answers:
        """Label frames; see `Predictor.predict`."""
        return self._start(list(frames), self.size_for(*frames.shape[1:3]))()

    def start(self, frames: Sequence[np.ndarray]) -> Callable[[], Answers]:
        """Begin to label frames; see `Overlapping.start`."""
        return self._start(frames, self.size_for(*frames[0].shape[:2]))

    def _start(self, frames: Sequence[np.ndarray], size: tuple[int, int]) -> Callable[[], Answers]:
        lane = self._lane(size)
        labels = np.empty((len(frames), *size), np.uint8)
        confidence = np.empty_like(labels)
        for index, frame in enumerate(frames):
            lane.start(resize_frame(frame, size)[None], labels[index], confidence[index])
        last = lane.begun

        def answers() -> Answers:
            lane.finish(last)
            return labels, confidence

        return answers

    def scores(self, frames: np.ndarray) -> np.ndarray:
        """The network's own outputs; see `Scorer.scores`."""
        size = self.size_for(*frames.shape[1:3])
        run = self._scorer(size)
        return np.concatenate([run(resize_frame(frame, size)[None])["scores"] for frame in frames])

    def prepare(self, size: tuple[int, int], graph: Graph = "labels") -> None:
        """Convert and compile for a network size now rather than at the first frame."""
        if graph == "labels":
            self._lane(size)
        else:
            self._scorer(size)

    def _scorer(self, size: tuple[int, int]) -> ov.CompiledModel:
        if size not in self._scorers:
            self._scorers[size] = self._compiled(size, "scores", 1)
        return self._scorers[size]

    def _lane(self, size: tuple[int, int]) -> _Lane:
        if size not in self._lanes:
            self._lanes[size] = _Lane(self._compiled(size, "labels", self.streams), self.streams + 1)
        return self._lanes[size]

    def _compiled(self, size: tuple[int, int], graph: Graph, streams: int) -> ov.CompiledModel:
        path = self._graph(size, graph)
        try:
            model = self._core.read_model(path)
            if self._precision == "int8":  # one file for both
                model = ov.Model([model.output(name) for name in _GIVES[graph]], model.get_parameters())
            model.reshape([1, *size, 3])
            settings = {
                "NUM_STREAMS": str(streams),
                "INFERENCE_PRECISION_HINT": hint(self._precision, bfloat16=has_bfloat16()),
                "INFERENCE_NUM_THREADS": self.threads,
            }
            return self._core.compile_model(model, "CPU", settings)
        except RuntimeError as error:
            raise BackendError(
                f"OpenVINO cannot run this network here: {error}", fix="Choose the TensorFlow backend."
            ) from error

    def _graph(self, size: tuple[int, int], graph: Graph) -> Path:
        from segcore.inference.versions import GRAPH_VERSION

        network = self._network
        if self._precision == "int8":
            made = network.int8_for(size)
            if made is None:
                raise BackendError(
                    f"In 8 bits this network is not there for an input of {size[1]}×{size[0]}.",
                    fix="Choose the precision float32, or auto.",
                )
            return made.checked_graph()
        key = cache_key(network.spec, network.sha256, size, (GRAPH_VERSION, graph, ov.get_version()))
        return cached_graph(self._cache, key, lambda path: write_graph(network, size, graph, path))


class _Lane:
    """Frames in work, in order: one more than there are streams, so that none of them waits for Python.

    Args:
        compiled: gives "labels" and "confidence".
        requests: frames in work at once.

    Attributes:
        begun: how many frames were taken so far.
    """

    def __init__(self, compiled: ov.CompiledModel, requests: int) -> None:
        self._idle = [compiled.create_infer_request() for _ in range(requests)]
        self._working: deque[tuple[ov.InferRequest, np.ndarray, np.ndarray, np.ndarray]] = deque()
        self.begun = 0

    def start(self, frame: np.ndarray, labels: np.ndarray, confidence: np.ndarray) -> None:
        """Take a frame (1, h, w, 3) uint8, which is not copied, and where its answer goes, (h, w) uint8 each."""
        if not self._idle:
            self._finish_one()
        request = self._idle.pop()
        request.start_async({0: frame}, share_inputs=True)
        self._working.append((request, frame, labels, confidence))
        self.begun += 1

    def finish(self, number: int) -> None:
        """Wait until so many of all frames that were taken have their answer."""
        while self.begun - len(self._working) < number:
            self._finish_one()

    def _finish_one(self) -> None:
        request, _, labels, confidence = self._working.popleft()
        self._idle.append(request)
        request.wait()
        labels[...] = request.get_tensor("labels").data[0]
        confidence[...] = request.get_tensor("confidence").data[0]


def write_graph(network: TrainedNetwork, size: tuple[int, int], kind: Graph | Literal["both"], path: Path) -> None:
    """Write graph.xml and graph.bin of a network for one size, in float32. Opens TensorFlow."""
    with all_stays():
        from segcore.inference.labelling import labelling_graph, score_graph

    model = network.build()
    if kind == "scores":
        graph = score_graph(model, size)
    else:
        graph = labelling_graph(model, network.spec.output, size, turned=True, with_scores=kind == "both")
    ov.save_model(ov.convert_model(graph.get_concrete_function()), path, compress_to_fp16=False)


def hint(precision: Precision, *, bfloat16: bool) -> str:
    """What is asked of OpenVINO.

    Args:
        precision: of the predictor. A graph in 8 bits says itself what it computes so; the rest of it is bfloat16 where
            the processor multiplies that, and float32 elsewhere.
        bfloat16: whether it does.
    """
    return "bf16" if precision == "bfloat16" or (precision == "int8" and bfloat16) else "f32"


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 numbers itself."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _version() -> str:
    return str(ov.get_version()).split("-")[0]
