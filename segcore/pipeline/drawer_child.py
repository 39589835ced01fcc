"""The process that draws samples: `python -m segcore.pipeline.drawer_child`, a line of JSON in, samples out.

It goes on until its stdin is closed: so it ends with whoever started it, however that ends.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO

from segcore import before_tensorflow
from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import SegcoreError
from segcore.large_imports import tensorflow_alone
from segcore.pipeline.config import Sampling
from segcore.pipeline.samples import Samples
from segcore.settings import Settings


def main() -> None:
    """Answer one question after the other."""
    before_tensorflow.set_defaults()
    store = DatasetStore(Settings.from_env())
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
        for line in sys.stdin:
            _answer(store, json.loads(line), out)


def _answer(store: DatasetStore, asked: dict[str, Any], out: BinaryIO) -> None:
    """Write samples, or a line that says why there are none."""
    try:
        _drawn(store.open(asked["dataset"]), asked).write(out)
    except SegcoreError as error:
        out.write(json.dumps({"error": error.message, "fix": error.fix}).encode() + b"\n")
    out.flush()


def _drawn(dataset: Dataset, asked: dict[str, Any]) -> Samples:
    with tensorflow_alone():
        from segcore.pipeline.drawing import draw_alone, draw_samples

    settings = Sampling.model_validate(asked["settings"])
    if asked["draw"] == "alone":
        return draw_alone(dataset, settings, **asked["wanted"])
    return draw_samples(dataset, settings, **asked["wanted"])


if __name__ == "__main__":
    main()
