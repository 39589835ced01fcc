"""From a run to a predictor."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from pydantic import ValidationError

from segcore.errors import BackendError, ConfigError
from segcore.inference.compute import BackendName, Compute, Precision, cores, has_gpu_node
from segcore.inference.network import TrainedNetwork
from segcore.inference.predictor import Scorer
from segcore.inference.trial import Trial, run_trial, ways
from segcore.versions import version_of
from segcore.whole_file import write_whole

if TYPE_CHECKING:
    from segcore.inference.openvino_backend import OpenVinoPredictor
    from segcore.runs.store import RunStore

Backend = Literal["auto", "openvino", "tensorflow"]


def load_predictor(store: RunStore, run: str, *, backend: Backend = "auto") -> Scorer:
    """A run's network, ready to label frames, after its weights' SHA-256 was verified.

    Args:
        store: where the run is.
        run: id, start of an id, or name of a training run.
        backend: "auto" takes TensorFlow where it sees a GPU, else OpenVINO.

    Raises:
        RunNotFound, RunError, WeightsError: there is no such network, or it is not what was written.
        BackendError: the backend cannot be used here.
        ConfigError: there is no such backend.
    """
    return predictor_for(TrainedNetwork.of_run(store, run), store.settings.home, backend=backend)


def predictor_for(
    network: TrainedNetwork, home: Path, *, backend: Backend = "auto", precision: Precision = "float32"
) -> Scorer:
    """A predictor for a network; converted graphs are kept in home/cache/openvino. Raises as `load_predictor`."""
    _check(backend)
    chosen = choose_backend() if backend == "auto" else backend
    return predictor_of(Compute(backend=chosen, precision=precision), network, home)


def convert(
    network: TrainedNetwork, home: Path, frame: tuple[int, int], graph: Literal["labels", "scores"] = "labels"
) -> tuple[int, int]:
    """Convert a network for OpenVINO now, so that whoever uses it next need not open TensorFlow.

    Args:
        network: what to convert.
        home: SEGCORE_HOME, which keeps it.
        frame: (height, width) of the frames it will see.
        graph: "labels", or "scores" of which labels of any size are made.

    Returns:
        (height, width) of the network's input.

    Raises:
        BackendError: OpenVINO is not there, or cannot run this network.
    """
    predictor = _on_openvino(Compute(backend="openvino"), network, home)
    size = predictor.size_for(*frame)
    predictor.prepare(size, graph)
    return size


def predictor_of(compute: Compute, network: TrainedNetwork, home: Path) -> Scorer:
    """A predictor that computes a network in this way.

    Raises:
        BackendError: not to be had here.
    """
    if compute.backend == "tensorflow":
        from segcore.inference.keras_backend import KerasPredictor

        return KerasPredictor(network, batch=compute.at_once)
    return _on_openvino(compute, network, home)


def _on_openvino(compute: Compute, network: TrainedNetwork, home: Path) -> OpenVinoPredictor:
    try:
        from segcore.inference.openvino_backend import OpenVinoPredictor
    except ImportError as error:
        raise BackendError(
            f"OpenVINO cannot be loaded: {error}.", fix="Run: pip install openvino, or use --backend tensorflow."
        ) from error
    return OpenVinoPredictor(network, home / "cache" / "openvino", streams=compute.at_once, precision=compute.precision)


def tried_predictor(
    network: TrainedNetwork,
    home: Path,
    frames: np.ndarray,
    *,
    backend: Backend = "auto",
    precision: Precision | Literal["auto"] = "auto",
) -> tuple[Scorer, Trial]:
    """The predictor that is quickest on this machine, by a trial at the network's first use, and that trial.

    Args:
        network: what to run.
        home: SEGCORE_HOME; trials on a machine that was not busy otherwise are remembered in
            home/cache/trials.
        frames: (N, h, w, 3) uint8 RGB at network resolution, of the video.
        backend, precision: what is fixed; "auto" leaves it to the trial.

    Raises:
        BackendError: nothing of what is allowed runs here.
        ConfigError: there is no such backend.
    """
    _check(backend)
    int8 = network.int8_for(frames.shape[1:3]) is not None
    path = home / "cache" / "trials" / f"{_trial_key(network, frames.shape[1:3], backend, precision, int8)}.json"
    known = _known(path)
    if known is not None:
        return predictor_of(known.chosen, network, home), known
    made: dict[Compute, Scorer] = {}

    def make(way: Compute) -> Scorer:
        made[way] = predictor_of(way, network, home)
        return made[way]

    trial = run_trial(ways(backend, precision, bfloat16=_has_bfloat16(backend), int8=int8), make, frames)
    if trial.quiet:
        _remember(path, trial)
    return made[trial.chosen], trial


def choose_backend() -> BackendName:
    """TensorFlow where it sees a GPU, else OpenVINO. Asks TensorFlow only on machines with a GPU's device node."""
    if not has_gpu_node():
        return "openvino"
    import tensorflow as tf

    return "tensorflow" if tf.config.list_physical_devices("GPU") else "openvino"


def _check(backend: str) -> None:
    if backend not in get_args(Backend):
        raise ConfigError(f"Unknown backend {backend!r}.", fix=f"Choose one of {', '.join(get_args(Backend))}.")


def _has_bfloat16(backend: str) -> bool:
    if backend == "tensorflow":
        return False
    from segcore.inference.openvino_backend import has_bfloat16

    return has_bfloat16()


def _trial_key(network: TrainedNetwork, size: tuple[int, ...], backend: str, precision: str, int8: bool) -> str:
    """A name for a trial: another machine, network, size, version or question is another trial."""
    from segcore.inference.versions import GRAPH_VERSION

    machine = (platform.node(), platform.processor(), str(cores()), str(has_gpu_node()))
    versions = (GRAPH_VERSION, *(version_of(name) for name in ("segcore", "openvino", "tensorflow")))
    asked = (str(size), backend, precision, str(int8))
    text = (network.spec.model_dump_json(), network.sha256, *asked, *machine, *versions)
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:32]


def _remember(path: Path, trial: Trial) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, trial.model_dump_json(indent=1))


def _known(path: Path) -> Trial | None:
    try:
        return Trial.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        return None  # not tried yet, or the file is damaged: it is tried again
