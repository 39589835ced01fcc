"""What a run's card says, read from the run store."""

from __future__ import annotations

import json

from segcore.evaluation.metrics import Evaluation
from segcore.inference.network import TrainedNetwork
from segcore.runs import Run, RunStore
from segcore.sharing.card import CardFacts
from segcore.sharing.frames import split_of

EVALUATION_FILE = "evaluation.json"
IMPORTED_TAG = "segcore.imported_from"
"""Of a run that came in a bundle: the id of the run that it was there."""


def card_facts(store: RunStore, run: Run, network: TrainedNetwork) -> CardFacts:
    """Everything that is known of a training."""
    return CardFacts(
        name=run.name,
        run_id=run.id,
        spec=network.spec,
        sha256=network.sha256,
        dataset=run.dataset or "",
        dataset_hash=run.tags.get("segcore.dataset_hash", ""),
        split=split_of(store, run),
        evaluation=_evaluation(store, run),
        settings=run.params,
        minutes=(run.seconds or 0.0) / 60,
        device=run.tags.get("segcore.device", ""),
        history=_history(run),
    )


def _evaluation(store: RunStore, run: Run) -> Evaluation | None:
    if not store.has_file(run.id, EVALUATION_FILE):
        return None
    return Evaluation.from_json(json.loads(store.file(run.id, EVALUATION_FILE).read_text("utf-8")))


def _history(run: Run) -> list[str]:
    told = []
    if run.parent:
        told.append(f"It started from the weights of run {run.parent}.")
    if run.tags.get(IMPORTED_TAG):
        told.append(f"It came as a bundle of run {run.tags[IMPORTED_TAG]}.")
    return told
