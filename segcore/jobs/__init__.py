"""The queue: Dask places a job, a process of its own does it. The only room that opens distributed."""

from segcore.jobs.engine import Engine
from segcore.jobs.info import EngineInfo, WorkerInfo

__all__ = ["Engine", "EngineInfo", "WorkerInfo"]
