"""What was trained or segmented, with what, and how it went. The only room that opens MLflow."""

from segcore.runs.records import MetricPoint, Progress, Run, RunState
from segcore.runs.store import RunStore
from segcore.runs.writer import RunWriter

__all__ = ["MetricPoint", "Progress", "Run", "RunState", "RunStore", "RunWriter"]
