"""A training that is given little memory: `python hungry_job.py MEGABYTES …` runs the command line below that limit.

The limit counts from what the process uses when its first step begins: its threads are there, its batch is read.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import Any

import psutil

from segcore.cli import main
from segcore.training import parts

more = int(sys.argv.pop(1)) * 2**20
real = parts.make_step


def limited(*args: Any, **kwargs: Any) -> Callable:
    """A step below the limit."""
    step = real(*args, **kwargs)

    def call(*batch: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + more,) * 2)
        return step(*batch)

    return call


parts.make_step = limited
main()
