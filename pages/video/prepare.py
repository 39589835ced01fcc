"""Converts a run's network for frames of one size: `python -m pages.video.prepare RUN HEIGHT WIDTH SCALE GRAPH`.

The dashboard asks for it in a process of its own before its first preview, so that TensorFlow stays out of
the pages; the converted network is kept, and the job that segments the video uses it too.
"""

from __future__ import annotations

import json
import sys

from segcore.inference.load import convert
from segcore.inference.network import TrainedNetwork
from segcore.runs import RunStore
from segcore.settings import Settings


def main(run: str, height: str, width: str, scale: str, graph: str) -> None:
    """One JSON object on stdout's last line; `graph`: "labels", or "scores" of which labels of any size are made."""
    store = RunStore(Settings.from_env())
    network = TrainedNetwork.of_run(store, run).scaled(float(scale))
    size = convert(network, store.settings.home, (int(height), int(width)), "scores" if graph == "scores" else "labels")
    print(json.dumps({"size": size}))


if __name__ == "__main__":
    main(*sys.argv[1:6])
