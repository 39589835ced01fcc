"""How long a network takes for a frame here: `python -m segcore.inference.speed NETWORK HEIGHT WIDTH`.

A process of its own for each network: none slows the next one down, and one that needs too much memory ends alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np

from segcore.classes import ClassTable
from segcore.errors import BackendError
from segcore.inference.network import TrainedNetwork
from segcore.models.architectures import architecture
from segcore.models.spec import ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.temporary import passing

CLASSES = 8
ROUNDS = 3
LIMIT_S = 300.0


def ask_speed(name: str, size: tuple[int, int]) -> float:
    """Milliseconds a frame, measured in a child process.

    Args:
        name: of a network.
        size: (height, width) of its input.

    Raises:
        BackendError: the child ended without an answer, or took longer than five minutes.
    """
    command = [sys.executable, "-m", "segcore.inference.speed", name, *map(str, size)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
        return float(json.loads(done.stdout.strip().splitlines()[-1])["ms"])
    except (subprocess.SubprocessError, IndexError, ValueError, KeyError) as error:
        said = (getattr(error, "stderr", "") or "").strip().splitlines()
        raise BackendError(
            f"{architecture(name).title} could not be measured: {said[-1] if said else error}.",
            fix="Is the machine short of memory, or very busy? Try again.",
        ) from error


def measure(name: str, size: tuple[int, int]) -> float:
    """Milliseconds a frame of a network with random weights, as a video job would run it: the best of three rounds.

    Args:
        name: of a network.
        size: (height, width) of its input, multiples of its stride.
    """
    from segcore.inference.openvino_backend import OpenVinoPredictor
    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    spec = ModelSpec(
        architecture=name,
        classes=ClassTable.of([f"class {i}" for i in range(CLASSES)]),
        geometry=Geometry(squeeze=size),
        output=architecture(name).output,
    )
    with passing() as folder:
        weights = folder / "weights.npz"
        network = TrainedNetwork(spec, weights, save_weights(build(spec)[0], weights))
        predictor = OpenVinoPredictor(network, folder / "cache")
        frames = np.random.default_rng(0).integers(0, 256, (2 * predictor.parallel, *size, 3), np.uint8)
        predictor.predict(frames)
        return min(_round(predictor.predict, frames) for _ in range(ROUNDS))


def _round(predict: object, frames: np.ndarray) -> float:
    begin = time.perf_counter()
    assert callable(predict)
    predict(frames)
    return (time.perf_counter() - begin) * 1000 / len(frames)


if __name__ == "__main__":
    print(json.dumps({"ms": measure(sys.argv[1], (int(sys.argv[2]), int(sys.argv[3])))}))
