"""A batch shared by several devices: the result of one device, on two logical CPUs of a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "two_devices.py"


# one batch size: strategies made one after the other in a process share their collectives by number
CASES = [
    ("float32", 6, 0, "sgd"),
    ("float32", 6, 0.3, "sgd"),
    ("mixed_float16", 6, 0.3, "sgd"),  # with loss scaling
    ("float32", 6, 0.3, "slowed"),  # one layer learns at a tenth of the rate
]


def test_two_devices_do_what_one_does() -> None:
    command = [sys.executable, str(PROGRAM), json.dumps(CASES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    for (policy, batch, *_), told in zip(CASES, answers, strict=True):
        tolerance = 1e-5 if policy == "float32" else 2e-3
        assert told["replicas"] == [1, 2]
        assert told["iterations"] == [3, 3]
        assert told["losses"][1] == pytest.approx(told["losses"][0], abs=tolerance)
        assert told["same_counts_at_first"]
        assert told["pixels"] == [batch * 64 - 16] * 3, "every labelled pixel of all shares, once"
        assert told["moved"] > 0.1
        assert told["apart"] < tolerance
