"""Prints a network's layers as JSON: `python -m pages.training.describe SPEC_JSON HEIGHT WIDTH`.

The dashboard asks for it in a process of its own, so that TensorFlow stays out of the pages.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from segcore.models.graph import layer_graph
from segcore.models.registry import build
from segcore.models.spec import ModelSpec


def main(spec: str, height: str, width: str) -> None:
    """One JSON list of layers on stdout's last line."""
    model, _ = build(ModelSpec.model_validate_json(spec))
    layers = layer_graph(model, (int(height), int(width)))
    print(json.dumps([asdict(layer) for layer in layers]))


if __name__ == "__main__":
    main(*sys.argv[1:4])
