"""What the first video of a new network would wait for, done while its training still has TensorFlow open."""

from __future__ import annotations

import logging

from segcore.datasets.store import DatasetStore
from segcore.errors import SegcoreError
from segcore.inference.compute import has_gpu_node
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.runs.store import RunStore

WORTH_S = 60.0
"""A training shorter than this is not made longer by it."""

_log = logging.getLogger(__name__)


def get_ready(store: RunStore, run: str, dataset: str) -> None:
    """Convert a network for videos of the size of its dataset's frames.

    A convenience: whoever needs the converted network later makes it where this could not.

    Args:
        store: of the runs.
        run: id of a training.
        dataset: name of what it learned.
    """
    if has_gpu_node():  # TensorFlow will label there
        return
    try:
        frames = DatasetStore(store.settings).open(dataset)
        predictor = predictor_for(TrainedNetwork.of_run(store, run), store.settings.home, backend="openvino")
        predictor.prepare(predictor.size_for(*frames.size_of(frames.pairs[0].stem)))
    except SegcoreError as error:
        _log.warning("%s: not made ready for videos: %s", run, error)
