"""Converts every network for OpenVINO and compares its labels with TensorFlow's.

    python tests/benchmarks/every_network.py [NAME …]

Prints the share of equal labels and the seconds; ends with 1 where one is below 99.5 %. Takes minutes: a test does the
same with two of them.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from one_network import agreement_when_converted

from segcore.models.architectures import ARCHITECTURES


def main(names: list[str]) -> int:
    """Try these networks, or all."""
    worst = 1.0
    for name in names or list(ARCHITECTURES):
        begin = time.monotonic()
        agreement = agreement_when_converted(name, (128, 128) if name == "unet_notebook" else (96, 128))
        worst = min(worst, agreement)
        print(f"{name:<36} {agreement:8.3%} {time.monotonic() - begin:6.1f} s", flush=True)
    return int(worst < 0.995)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
