"""What the job and its helpers tell each other, by small files in its work folder: nothing else must be shared.

The job writes again and again which tasks it still wants; a helper that does not find its own, or sees the file no
longer change, ends by itself. So no helper outlives its job, however that ends.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.errors import Cancelled
from segcore.video.load import Load
from segcore.video.spans.span import Span
from segcore.whole_file import write_whole

BEAT_S = 0.5
SILENT_S = 20.0
"""After so long without a sign of life a job is dead; so is a helper."""
_LEASE_FILE = "helpers.json"


class Task(BaseModel):
    """What a helper is asked to do."""

    model_config = ConfigDict(frozen=True)

    id: str
    span: Span

    @classmethod
    def of(cls, span: Span) -> Task:
        """A new one."""
        return cls(id=uuid.uuid4().hex, span=span)


class Said(BaseModel):
    """What a helper says of its task.

    Attributes:
        beat: counts up as long as it lives.
        frames: that it has finished.
        state: not_there: the frame before the span did not come by; nothing was made.
    """

    model_config = ConfigDict(frozen=True)

    beat: int = 0
    frames: int = 0
    load: Load = Load()
    state: Literal["at work", "done", "not_there"] = "at work"


class _Wanted(BaseModel):
    beat: int
    tasks: list[str]


class Lease:
    """The job's side.

    Args:
        work: the work folder.
    """

    def __init__(self, work: Path) -> None:
        self._work, self._beat = work, 0
        for path in work.glob("task-*.json"):  # of helpers of an earlier attempt
            path.unlink(missing_ok=True)

    def want(self, tasks: Iterable[str]) -> None:
        """Say that the job lives, and what it wants."""
        self._beat += 1
        write_whole(self._work / _LEASE_FILE, _Wanted(beat=self._beat, tasks=list(tasks)).model_dump_json())

    def said(self, task: str) -> Said | None:
        """What a helper last said of its task; None before its first word."""
        try:
            return Said.model_validate_json(_said_file(self._work, task).read_bytes())
        except (OSError, ValidationError):
            return None

    def forget(self, task: str) -> None:
        """The task is done, or not wanted any more."""
        _said_file(self._work, task).unlink(missing_ok=True)

    def end(self) -> None:
        """Nothing is wanted any more."""
        (self._work / _LEASE_FILE).unlink(missing_ok=True)


class Hold:
    """The helper's side: whether a task is still wanted.

    Args:
        work: the work folder.
        task: its id.
        silent_s: after so long without a sign of life the job is dead.
    """

    def __init__(self, work: Path, task: str, silent_s: float = SILENT_S) -> None:
        self._work, self._task, self._silent_s = work, task, silent_s
        self._beat, self._count = -1, 0
        self._changed = self._asked = time.monotonic()
        self._lost = not self._wanted()

    def lost(self) -> bool:
        """Whether to end; the file is read twice a second at most."""
        if not self._lost and time.monotonic() - self._asked > BEAT_S:
            self._lost = not self._wanted()
        return self._lost

    def check(self) -> None:
        """Read the file now: a chunk that is laid down after it was called back would stand in the way of a right one.

        Raises:
            Cancelled: the task is not wanted any more.
        """
        self._lost = self._lost or not self._wanted()
        if self._lost:
            raise Cancelled("The job does not want this any more.")

    def say(self, frames: int, load: Load, state: Literal["at work", "done", "not_there"] = "at work") -> None:
        """Tell the job."""
        self._count += 1
        write_whole(
            _said_file(self._work, self._task),
            Said(beat=self._count, frames=frames, load=load, state=state).model_dump_json(),
        )

    def _wanted(self) -> bool:
        self._asked = time.monotonic()
        try:
            wanted = _Wanted.model_validate_json((self._work / _LEASE_FILE).read_bytes())
        except (OSError, ValidationError):
            return False
        if wanted.beat != self._beat:
            self._beat, self._changed = wanted.beat, self._asked
        return self._task in wanted.tasks and self._asked - self._changed < self._silent_s


def _said_file(work: Path, task: str) -> Path:
    return work / f"task-{task}.json"
