"""What the first video of a new network would wait for, done while its training still has TensorFlow open."""

from __future__ import annotations

import logging

from segcore.datasets.store import DatasetStore
from segcore.inference.compute import has_gpu_node
from segcore.inference.load import convert
from segcore.inference.network import TrainedNetwork
from segcore.runs.store import RunStore

WORTH_S = 60.0
"""A training shorter than this is not made longer by it."""
INT8_WORTH_S = 240.0
"""Nor one shorter than this by half a minute for a network in 8 bits."""

_log = logging.getLogger(__name__)


def get_ready(store: RunStore, run: str, dataset: str, *, int8: bool = False) -> None:
    """Convert a network for videos of the size of its dataset's frames.

    A convenience: whoever needs the converted network later makes it where this could not, and is told why.

    Args:
        store: of the runs.
        run: id of a training.
        dataset: name of what it learned.
        int8: also in 8-bit integers; not where there is a GPU, which computes videos in another way.
    """
    try:
        frames = DatasetStore(store.settings).open(dataset)
        convert(TrainedNetwork.of_run(store, run), store.settings.home, frames.size_of(frames.pairs[0].stem))
        if int8 and not has_gpu_node():
            from segcore.cli.int8_network import keep_int8

            keep_int8(store, run, frames)
    except Exception as error:  # the training has ended well, whatever a converter or a full disk says
        _log.warning("%s: not made ready for videos: %s", run, error)
