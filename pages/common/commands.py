"""Longer work of a page: `python -m segcore …` in a process of its own, watched by threads.

The page never waits for it. It goes on when the page is left or reloaded, and is forgotten with the dashboard.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from segcore.access import Action, current, environment_of, require
from segcore.settings import Settings

ROOT = Path(__file__).parents[2]
State = Literal["running", "done", "failed", "cancelled"]
_GRACE_S = 5.0


@dataclass(frozen=True)
class Step:
    """How far a command is: `done` of `total` in a stage; `at` in seconds of any clock."""

    done: float
    total: float
    stage: str
    at: float

    @classmethod
    def parse(cls, line: str, at: float) -> Step | None:
        """A line of progress that a command wrote; None where the line is something else."""
        try:
            said = json.loads(line)
            return cls(float(said["done"]), float(said["total"]), str(said.get("stage") or ""), at)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def pace(steps: Sequence[Step]) -> tuple[float | None, float | None]:
    """(units a second, seconds left) by the steps of the present stage; None where it is too early to say."""
    if not steps:
        return None, None
    here = [s for s in steps if (s.stage, s.total) == (steps[-1].stage, steps[-1].total)]
    first, last = here[0], here[-1]
    if last.at - first.at < 0.5 or last.done <= first.done:
        return None, None
    rate = (last.done - first.done) / (last.at - first.at)
    return rate, max(0.0, last.total - last.done) / rate


@dataclass
class Command:
    """One command. `kind` and `subject` say what it is for; `scratch` is deleted when it ends; `owner` started it."""

    kind: str
    title: str
    subject: str = ""
    scratch: Path | None = None
    owner: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    state: State = "running"
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    steps: deque[Step] = field(default_factory=lambda: deque(maxlen=50))
    began: float = field(default_factory=time.monotonic)
    _process: subprocess.Popen[str] | None = None
    _watcher: threading.Thread | None = None
    _asked_to_end: bool = False

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state != "running"

    def start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `python -m segcore <arguments>`; returns at once."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "segcore", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            cwd=ROOT, env=os.environ | dict(environment), start_new_session=True,
        )  # fmt: skip
        self._watcher = threading.Thread(target=self._watch, args=(self._process,), daemon=True)
        self._watcher.start()

    def wait(self, seconds: float) -> State:
        """Wait until it has ended, at most so long (for tests and scripts; a page never waits)."""
        if self._watcher is not None:
            self._watcher.join(seconds)
        return self.state

    def cancel(self) -> None:
        """Ask it to end and tidy up; what does not within seconds is killed.

        Raises:
            AccessError: it is another's.
        """
        require(Action.STEER_RUN, self.owner)
        process = self._process
        if process is None or self.over:
            return
        self._asked_to_end = True
        process.terminate()
        threading.Timer(_GRACE_S, process.kill).start()

    def _watch(self, process: subprocess.Popen[str]) -> None:
        said: deque[str] = deque(maxlen=40)
        assert process.stdout is not None
        assert process.stderr is not None
        listener = threading.Thread(target=self._listen, args=(process.stderr, said), daemon=True)
        listener.start()
        answer = process.stdout.read()
        code = process.wait()
        listener.join()
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)
        self._conclude(code, answer, list(said))

    def _listen(self, stream: IO[str], said: deque[str]) -> None:
        for line in stream:
            step = Step.parse(line, time.monotonic())
            if step is not None:
                self.steps.append(step)
            elif line.strip():
                said.append(line.strip())

    def _conclude(self, code: int, answer: str, said: Sequence[str]) -> None:
        if code == 0:
            try:
                self.result = json.loads(answer.strip().splitlines()[-1])
                self.state = "done"
            except (IndexError, ValueError):
                self.error, self.state = "It ended without an answer.", "failed"
        elif self._asked_to_end:
            self.state = "cancelled"
        else:
            self.error, self.state = complaint(said, code), "failed"


def complaint(said: Sequence[str], code: int) -> str:
    """What a failed command said of itself: its last line of the kind "segcore: …", else its last line."""
    ours = [line.removeprefix("segcore: ") for line in said if line.startswith("segcore: ")]
    if ours:
        return ours[-1]
    if code < 0:
        return f"It was ended by signal {-code}. Is the machine short of memory?"
    return said[-1] if said else f"It ended with code {code} and said nothing."


class Commands:
    """The commands of this dashboard, the last hundred; safe to use from several browsers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: OrderedDict[str, Command] = OrderedDict()
        self._lock = threading.Lock()

    def start(
        self,
        arguments: Sequence[str],
        *,
        kind: str,
        title: str,
        subject: str = "",
        scratch: Path | None = None,
        action: Action = Action.START,
    ) -> Command:
        """Start a command and keep it; it acts for whoever asks.

        Args:
            arguments: after `segcore`; `--json` is added.
            kind, subject: what for, so that a page finds it again ("import", a dataset's name).
            title: for the bar: "Looking at cups.zip".
            scratch: a folder that belongs to this command and goes with it (a copied upload).
            action: what it takes to start it.

        Raises:
            AccessError: whoever asks may not.
        """
        require(action)
        person = current()
        command = Command(kind, title, subject, scratch, person.email)
        with self._lock:
            self._known[command.id] = command
            for old in [c for c in self._known.values() if c.over][:-100]:
                del self._known[old.id]
        command.start([*arguments, "--json"], self._settings.environment() | environment_of(person))
        return command

    def get(self, command_id: str) -> Command | None:
        """The command of that id, None where it is not known (any more)."""
        return self._known.get(command_id)

    def running(self, *kinds: str) -> list[Command]:
        """Those at work, of these kinds or all, the oldest first."""
        with self._lock:
            return [c for c in self._known.values() if not c.over and (not kinds or c.kind in kinds)]
