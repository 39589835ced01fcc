"""A training that dies: `python killed_job.py STEP …` runs the command line; SIGKILL ends it when that step was told.

The run store gets the metrics of this step, too. What it did not have when the last checkpoint had been written never
reaches it, as if the process had died there: the writer's thread, which comes by every second, sleeps.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from segcore.cli import main
from segcore.runs import writer
from segcore.training.checkpoint import INDEX

last = int(sys.argv.pop(1))
real_put, real_log = writer.RunWriter.put_file, writer.RunWriter.log


def put_file(self: writer.RunWriter, name: str, data: Any) -> None:
    """Forgets what waits to be written once there is a checkpoint."""
    real_put(self, name, data)
    if name == INDEX:
        self._waiting.points.clear()


def log(self: writer.RunWriter, metrics: dict[str, float], step: int) -> None:
    """Dies after the last step."""
    real_log(self, metrics, step)
    if "step/loss" in metrics and step == last:
        self.flush()
        os.kill(os.getpid(), signal.SIGKILL)


writer.FLUSH_S = 3600.0
writer.RunWriter.put_file, writer.RunWriter.log = put_file, log  # type: ignore[method-assign]
main()
