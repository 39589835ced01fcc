"""From a run to a predictor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from segcore.errors import BackendError, ConfigError
from segcore.inference.network import TrainedNetwork
from segcore.inference.predictor import Scorer

if TYPE_CHECKING:
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


def predictor_for(network: TrainedNetwork, home: Path, *, backend: Backend = "auto") -> Scorer:
    """A predictor for a network; converted graphs are kept in home/cache/openvino."""
    if backend not in get_args(Backend):
        raise ConfigError(f"Unknown backend {backend!r}.", fix=f"Choose one of {', '.join(get_args(Backend))}.")
    chosen = choose_backend() if backend == "auto" else backend
    if chosen == "tensorflow":
        from segcore.inference.keras_backend import KerasPredictor

        return KerasPredictor(network)
    try:
        from segcore.inference.openvino_backend import OpenVinoPredictor
    except ImportError as error:
        raise BackendError(
            f"OpenVINO cannot be loaded: {error}.", fix="Run: pip install openvino, or use --backend tensorflow."
        ) from error
    return OpenVinoPredictor(network, home / "cache" / "openvino")


def choose_backend() -> Literal["openvino", "tensorflow"]:
    """TensorFlow where it sees a GPU, else OpenVINO. Asks TensorFlow only on machines with a GPU's device node."""
    if not any(Path("/dev").glob("nvidia[0-9]*")):
        return "openvino"
    import tensorflow as tf

    return "tensorflow" if tf.config.list_physical_devices("GPU") else "openvino"
