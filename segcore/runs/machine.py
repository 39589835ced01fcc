"""How busy the machine is while a job runs, under the names that MLflow gives to system metrics.

MLflow's collectors measure; they are read by the run's writer, so that one thread writes a run. (MLflow's own monitor
would write beside it, and count its points from 0 again after a resume.)
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from mlflow.system_metrics.metrics.base_metrics_monitor import BaseMetricsMonitor

CPU = "system/cpu_utilization_percentage"
MEMORY = "system/system_memory_usage_percentage"
JOB_MEMORY = "system/job_memory_usage_megabytes"
"""Of the job's process and those it started; the only name that is ours."""


class Machine:
    """Measures processor, memory and graphics cards; those that the machine does not have are left out.

    Cards of NVIDIA are read through `nvidia-ml-py`, which comes with the extra `gpu`.
    """

    def __init__(self) -> None:
        from mlflow.system_metrics.metrics.cpu_monitor import CPUMonitor

        self._collectors: list[BaseMetricsMonitor] = [CPUMonitor(), *_cards()]
        self._process = psutil.Process(os.getpid())
        psutil.cpu_percent()  # its first answer means nothing: it is the mean since the call before

    def sample(self) -> dict[str, float]:
        """Metric name → value, mean since the sample before where that makes sense."""
        found: dict[str, float] = {}
        for collector in self._collectors:
            collector.clear_metrics()
            collector.collect_metrics()
            measured: dict[str, Any] = collector.aggregate_metrics()
            found |= {f"system/{name}": float(value) for name, value in measured.items()}
        return found | {JOB_MEMORY: round(self._memory() / 1e6, 1)}

    def _memory(self) -> int:
        total = int(self._process.memory_info().rss)
        for child in self._process.children(recursive=True):
            try:
                total += int(child.memory_info().rss)
            except psutil.Error:  # it has just ended
                continue
        return total


def second_of(created: datetime | None) -> int:
    """The step of a sample: whole seconds since the run was made, so that a resumed run goes on counting."""
    return int(time.time() - created.timestamp()) if created else 0


def _cards() -> list[BaseMetricsMonitor]:
    from mlflow.system_metrics.metrics.gpu_monitor import GPUMonitor

    try:
        return [GPUMonitor()]
    except (ImportError, RuntimeError):  # what it raises where there is no card, no driver, or no nvidia-ml-py
        return []
