"""The best weights of a run and their score: they change together, whenever the process is killed."""

from __future__ import annotations

import json
from pathlib import Path

import keras

from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.models.weights import save_weights, sha256_of
from segcore.runs.store import RunStore
from segcore.training.checkpoint import TrainState

MARKS_TAG = "segcore.best_marks"
"""Hash → (mIoU, epoch) of the best weights; of the old ones too while the new ones take their place."""


def keep_best(store: RunStore, run_id: str, model: keras.Model, scratch: Path, state: TrainState, miou: float) -> None:
    """Make a model's weights the best of the run, scored `miou` after the epoch that `state` is at.

    A kill in between leaves the old file or the new one; the tags know the hash and the score of either.
    """
    path = scratch / "best.npz"
    old = {state.best_sha256: (state.best_miou, state.best_epoch)} if state.best_sha256 else {}
    digest = save_weights(model, path)
    new = {digest: (miou, state.epoch)}
    store.set_tags(run_id, {SHA256_TAG: " ".join([*old, digest]), MARKS_TAG: json.dumps(old | new)})
    store.put_file(run_id, BEST_WEIGHTS, path)
    state.best_miou, state.best_epoch, state.best_sha256 = miou, state.epoch, digest
    _settle(store, run_id, state)


def recall_best(store: RunStore, run_id: str, state: TrainState) -> None:
    """After a resume: the score that belongs to the weights that are there, which may be newer than the checkpoint.

    Args:
        store: of the run.
        run_id: the run.
        state: of the checkpoint; its best score is corrected.
    """
    tags = store.get(run_id).tags
    state.best_sha256 = tags.get(SHA256_TAG, "")
    if not store.has_file(run_id, BEST_WEIGHTS):
        return
    digest = sha256_of(store.file(run_id, BEST_WEIGHTS))
    marks = json.loads(tags.get(MARKS_TAG) or "{}")
    if digest in marks:
        miou, epoch = marks[digest]
        state.best_miou, state.best_epoch, state.best_sha256 = float(miou), int(epoch), digest
        _settle(store, run_id, state)


def _settle(store: RunStore, run_id: str, state: TrainState) -> None:
    mark = {state.best_sha256: (state.best_miou, state.best_epoch)}
    store.set_tags(
        run_id,
        {
            SHA256_TAG: state.best_sha256,
            MARKS_TAG: json.dumps(mark),
            "segcore.best_epoch": str(state.best_epoch),
            "segcore.best_miou": f"{state.best_miou:.6f}",
        },
    )
