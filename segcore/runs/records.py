"""What a run is: its states, its progress, and how both are spelt as MLflow tags."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)
Kind = Literal["train", "segment"]
Request = Literal["stop", "cancel"]


class RunState(StrEnum):
    """Where a run stands. The last four are final; a queued or running one is active."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether something is still to happen."""
        return self in (RunState.QUEUED, RunState.RUNNING)


MLFLOW_STATUS = {
    RunState.QUEUED: "SCHEDULED",
    RunState.RUNNING: "RUNNING",
    RunState.FINISHED: "FINISHED",
    RunState.CANCELLED: "KILLED",
    RunState.FAILED: "FAILED",
    RunState.INTERRUPTED: "FAILED",
}
"""How MLflow's own interface shows our states; the tag `segcore.state` is the truth."""

KIND = "segcore.kind"
STATE = "segcore.state"
REASON = "segcore.reason"
DATASET = "segcore.dataset"
KEY = "segcore.key"
REQUEST = "segcore.request"
EXTRA_MINUTES = "segcore.extra_minutes"
"""What was added to a training's minutes, in all; it outlives a resume."""
PROGRESS = "segcore.progress"
PROCESS = "segcore.process"
STARTED = "segcore.started"
ENDED = "segcore.ended"
ATTEMPT = "segcore.attempt"
SUBMITTED = "segcore.submitted"
"""Set on runs that were handed to the engine; one that a command line works on in the foreground has none."""
MAKER = "segcore.maker"
"""The process that put the run into the queue; it still has to hand it to the engine, or to work on it."""
PARENT = "mlflow.parentRunId"
OWNER = "segcore.owner"
"""Who made it: an e-mail address, or the operating system's user; older runs have none."""


class Progress(BaseModel):
    """How far a job is. `done` and `total` are in `unit`s, `rate` in units a second, `eta_s` in seconds."""

    model_config = ConfigDict(frozen=True)

    stage: str
    done: float
    total: float | None = None
    unit: str = ""
    rate: float | None = None
    eta_s: float | None = None
    note: str = ""

    @property
    def share(self) -> float | None:
        """Done of total, in [0, 1]; None where the total is unknown."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else None


class ProcessMark(BaseModel):
    """The process that works on a run, and when it was last heard of (seconds since the epoch)."""

    model_config = ConfigDict(frozen=True)

    host: str
    pid: int
    born: float
    beat: float
    token: str = ""


@dataclass(frozen=True)
class MetricPoint:
    """One value of a metric; `time` in seconds since the epoch."""

    step: int
    time: float
    value: float


@dataclass(frozen=True)
class Run:
    """A run as it was when it was read. Times are in UTC; `metrics` holds the latest values."""

    id: str
    name: str
    kind: Kind
    state: RunState
    reason: str
    dataset: str | None
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    progress: Progress | None = None
    process: ProcessMark | None = None
    request: Request | None = None

    @property
    def parent(self) -> str | None:
        """The id of the training whose network a video run used."""
        return self.tags.get(PARENT) or None

    @property
    def owner(self) -> str:
        """Who made it; "" where nobody knows."""
        return self.tags.get(OWNER, "")

    @property
    def maker(self) -> ProcessMark | None:
        """The process that put the run into the queue."""
        return _parse(ProcessMark, self.tags.get(MAKER))

    @property
    def attempt(self) -> int:
        """How often the run was put into the queue, from 1."""
        return int(self.tags.get(ATTEMPT) or 1)

    @property
    def extra_minutes(self) -> float:
        """Minutes that were added to the training's budget, in all."""
        try:
            return max(0.0, float(self.tags.get(EXTRA_MINUTES) or 0))
        except ValueError:
            return 0.0

    @property
    def seconds(self) -> float | None:
        """Seconds from start to end, or to now while it runs; None before the start."""
        if self.started is None:
            return None
        end = self.ended or (datetime.now(UTC) if self.state is RunState.RUNNING else self.started)
        return max(0.0, (end - self.started).total_seconds())


def run_from_tags(
    run_id: str,
    name: str,
    created_ms: int | None,
    params: Mapping[str, str],
    tags: Mapping[str, str],
    metrics: Mapping[str, float],
) -> Run | None:
    """Read a run from what MLflow keeps; None where it is not one of ours (or is still being made)."""
    kind = tags.get(KIND)
    if kind not in ("train", "segment") or tags.get(STATE) not in set(RunState):
        return None
    request = tags.get(REQUEST)
    return Run(
        id=run_id,
        name=name,
        kind="train" if kind == "train" else "segment",
        state=RunState(tags[STATE]),
        reason=tags.get(REASON, ""),
        dataset=tags.get(DATASET) or None,
        created=moment(created_ms),
        started=moment(tags.get(STARTED)),
        ended=moment(tags.get(ENDED)),
        params=dict(params),
        tags=dict(tags),
        metrics=dict(metrics),
        progress=_parse(Progress, tags.get(PROGRESS)),
        process=_parse(ProcessMark, tags.get(PROCESS)),
        request="cancel" if request == "cancel" else "stop" if request == "stop" else None,
    )


def state_tags(state: RunState, reason: str = "") -> dict[str, str]:
    """The tags that put a run into a state; a queued run forgets what was asked of it before."""
    tags = {STATE: state.value, REASON: reason[:4000]}
    if state is RunState.QUEUED:
        tags |= {REQUEST: "", ENDED: "", PROGRESS: "", PROCESS: "", SUBMITTED: ""}
    elif not state.active:
        tags[ENDED] = now_ms()
    return tags


def now_ms() -> str:
    """This moment in whole milliseconds since the epoch, as tags hold it."""
    return str(int(time.time() * 1000))


def moment(milliseconds: str | int | None) -> datetime | None:
    """Milliseconds since the epoch → a time in UTC; None for nothing."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None


def _parse(model: type[M], text: str | None) -> M | None:
    if not text:
        return None
    try:
        return model.model_validate(json.loads(text))
    except (ValidationError, json.JSONDecodeError):
        return None  # written by another version of segcore: shown as absent
