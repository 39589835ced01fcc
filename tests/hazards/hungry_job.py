"""A training that is given little memory: `python hungry_job.py MEGABYTES …` runs the command line below that limit.

The limit counts from what the process uses once TensorFlow is open.
"""

from __future__ import annotations

import resource
import sys

import psutil

from segcore.cli import main
from segcore.training import trainer

more = int(sys.argv.pop(1)) * 2**20
real = trainer.load_frames


def limited(*args: object) -> object:
    """The last thing before the first step."""
    frames = real(*args)  # type: ignore[arg-type]
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + more,) * 2)
    return frames


trainer.load_frames = limited  # type: ignore[assignment]
main()
