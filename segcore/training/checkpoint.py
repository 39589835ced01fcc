"""What a training needs to go on after it was killed: weights, optimizer, and where it was.

Two files take turns, and an index names them with their hashes: a file torn by a crash is noticed,
and the one before it is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from pydantic import BaseModel

from segcore.errors import RunError, WeightsError
from segcore.models.weights import fill_model, load_arrays, model_arrays, save_arrays
from segcore.runs.store import RunStore
from segcore.temporary import passing

INDEX = "weights/checkpoints.json"
OPTIMIZER = "optimizer:"
AVERAGE = "average:"


class TrainState(BaseModel):
    """Where a training is."""

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    best_miou: float = float("-inf")
    best_epoch: int = 0
    best_sha256: str = ""


class _Entry(BaseModel):
    file: str
    sha256: str
    state: TrainState


def save_checkpoint(
    put_file: Callable[[str, bytes | Path], None],
    previous: list[dict],
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    average: keras.Model,
    state: TrainState,
) -> list[dict]:
    """Write the checkpoint of an epoch beside the one before it.

    Args:
        put_file: stores an artifact of the run atomically.
        previous: the index so far (what this function returned last; empty at first).
        model: its weights are saved.
        optimizer: its variables are saved.
        average: of the model's weights; saved too.
        state: where the training is.

    Returns:
        The new index, newest first.
    """
    arrays = model_arrays(model)
    arrays |= {f"{OPTIMIZER}{i}": np.asarray(v.value) for i, v in enumerate(optimizer.variables)}
    arrays |= {f"{AVERAGE}{name}": array for name, array in model_arrays(average).items()}
    name = f"weights/last-{state.epoch % 2}.npz"
    with passing() as folder:
        path = folder / "checkpoint.npz"
        digest = save_arrays(arrays, path)
        put_file(name, path)
    entry = _Entry(file=name, sha256=digest, state=state).model_dump(mode="json")
    entries = [entry, *(e for e in previous if e["file"] != name)]
    put_file(INDEX, json.dumps(entries, indent=1).encode())
    return entries


def load_checkpoint(
    store: RunStore,
    run_id: str,
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    average: keras.Model,
) -> tuple[TrainState, list[dict]]:
    """Fill model, optimizer and average from the newest checkpoint that is whole.

    Returns:
        Where the training was, and the index to go on with. A fresh state where there is no checkpoint yet.

    Raises:
        WeightsError: there are checkpoints, but none is whole.
    """
    if not store.has_file(run_id, INDEX):
        return TrainState(), []
    entries, faults = _index(store, run_id), []
    for entry in (_Entry.model_validate(e) for e in entries):
        try:
            arrays = load_arrays(store.file(run_id, entry.file), entry.sha256)
        except (WeightsError, RunError) as error:
            faults.append(str(error))
            continue
        fill_model(model, arrays)
        for i, variable in enumerate(optimizer.variables):
            variable.assign(arrays[f"{OPTIMIZER}{i}"])
        fill_model(average, {k.removeprefix(AVERAGE): v for k, v in arrays.items() if k.startswith(AVERAGE)})
        return entry.state, [e for e in entries if e["file"] == entry.file]
    raise WeightsError(f"No checkpoint of this run is whole: {' '.join(faults)}", fix="Start a new training.")


def _index(store: RunStore, run_id: str) -> list[dict]:
    try:
        entries = json.loads(store.file(run_id, INDEX).read_text())
        return [_Entry.model_validate(entry).model_dump(mode="json") for entry in entries]
    except (ValueError, TypeError) as error:
        raise WeightsError(f"{INDEX}: it is damaged.", fix="Start a new training.") from error
