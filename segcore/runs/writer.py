"""What a job writes through: metrics, progress, files, and a heartbeat that says it lives."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from segcore import logs
from segcore.access import by_sign_in
from segcore.errors import Cancelled, RunError
from segcore.runs import records
from segcore.runs.liveness import mark_this_process
from segcore.runs.machine import Machine, second_of
from segcore.runs.outcome import outcome
from segcore.runs.records import Progress, Request, Run, RunState
from segcore.runs.store import RunStore
from segcore.runs.waiting import Waiting

FLUSH_S = 1.0
HEARTBEAT_S = 5.0
LAST_FLUSH_S = 90.0
"""How long the end of a job tries to write what a locked database would not take."""
_log = logging.getLogger(__name__)


class RunWriter:
    """The running side of a run; `with store.writer(run_id) as writer:` marks it running and ends it.

    One background thread writes everything about once a second, so that logging never waits for the
    database, and at most a second is lost when the process is killed. What could not be written (a locked
    database) is kept and written later. An exception that leaves the block becomes the run's reason.
    """

    def __init__(self, store: RunStore, run_id: str) -> None:
        self.run_id = run_id
        self._store = store
        self._waiting = Waiting(
            lambda points, tags: self._attempt(partial(store.write_batch, run_id, points, tags=tags))
        )
        self._request: Request | None = None
        self._extra_minutes = 0.0
        self._reason = ""
        self._superseded = self._failing = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="run-writer", daemon=True)
        self._handlers: dict[int, Any] = {}
        self._beat_at = 0.0

    # --- for the job ----------------------------------------------------------------------------------

    def log(self, metrics: dict[str, float], step: int) -> None:
        """Keep the values of a step (thread-safe, returns at once; written within about a second).

        Raises:
            RunError: a name or a value that cannot be kept.
        """
        self._waiting.log(metrics, step)

    def progress(self, progress: Progress) -> None:
        """Say how far the job is; the newest one is written about once a second."""
        self.set_tags({records.PROGRESS: progress.model_dump_json()})

    def set_tags(self, tags: dict[str, str]) -> None:
        """Set tags of the run (written within about a second)."""
        self._waiting.set_tags(tags)

    def set_params(self, params: dict[str, Any]) -> None:
        """Set parameters; those that the run has already (a resumed one) stay as they are."""
        known = self._store.get(self.run_id).params
        fresh = {key: str(value) for key, value in params.items() if key not in known}
        self._store.write_batch(self.run_id, params=fresh)

    def put_file(self, name: str, data: bytes | Path) -> None:
        """Write or replace a file of the run in one step."""
        self._store.put_file(self.run_id, name, data)

    def watched(self) -> bool:
        """Whether a page looked at the run within the last seconds; never, where its files lie on no local disk."""
        return self._store.watched(self.run_id)

    def asked(self) -> Request | None:
        """What the user asked for: "stop" keeps the result, "cancel" discards it; about a second old."""
        return self._request

    def extra_minutes(self) -> float:
        """Minutes that the user added to the budget, in all; about a second old."""
        return self._extra_minutes

    def listen(self) -> None:
        """Read what the user asked for now, not within a second; where the store is away, what was known stays."""
        self._attempt(self._listen)

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Write what was logged so far, now; before a checkpoint, so that a kill after it loses no point.

        Returns:
            Whether all is written; False where the store did not take it for `timeout_s` seconds. What is
            left is kept and tried again, as ever.
        """
        deadline = time.monotonic() + timeout_s
        while not self._waiting.flush():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def set_reason(self, text: str) -> None:
        """Say why the run ended as it did, shown beside its state: "stopped early by the user"."""
        self._reason = text

    # --- start and end ----------------------------------------------------------------------------------

    def __enter__(self) -> RunWriter:
        with self._store.locked():
            run = self._store.get(self.run_id)
            _check_startable(run)
            logs.about(run=run.id, job=f"{run.kind}/{run.attempt}", user=by_sign_in(run.owner))
            self._mark = mark_this_process()
            self._store.set_tags(self.run_id, {records.STARTED: records.now_ms()} | self._living_tags())
            self._store.set_state(self.run_id, RunState.RUNNING)
        self._request, self._extra_minutes = run.request, run.extra_minutes
        self._created, self._machine = run.created, Machine()
        self._catch_signals()
        self._beat_at = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._end.set()
        self._thread.join()
        logs.about(run=None, job=None, user=None)
        state, reason = outcome(error, self._reason)
        if isinstance(error, _Signalled) and self._user_cancelled():
            reason = "Cancelled by the user."
        deadline = time.monotonic() + LAST_FLUSH_S
        while not self._superseded:
            if self._waiting.flush() and self._attempt(lambda: self._store.set_state(self.run_id, state, reason)):
                return
            if time.monotonic() > deadline:
                self._give_up(error)
                return
            time.sleep(FLUSH_S)

    def _give_up(self, error: BaseException | None) -> None:
        lost = f"{len(self._waiting.points)} metric values of run {self.run_id} could not be written."
        if error is None:
            raise RunError(lost, fix="Is the disk full, or the run store locked by another program?")
        print(f"segcore: {lost}", file=sys.stderr)

    # --- the background thread ---------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._end.wait(FLUSH_S):
            if time.monotonic() - self._beat_at >= HEARTBEAT_S:
                self.set_tags(self._living_tags())
                self.log(self._machine.sample(), second_of(self._created))
                self._beat_at = time.monotonic()
            self._waiting.flush()
            self._attempt(self._listen)

    def _attempt(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except Exception as error:  # whatever the store raises: the job goes on, the next second tries again
            if not self._failing:
                _log.warning("the run store does not answer, trying again: %s", error)
                print(f"segcore: the run store does not answer, trying again: {error}", file=sys.stderr)
            self._failing = True
            return False
        self._failing = False
        return True

    def _listen(self) -> None:
        """Read what the user asked for; notice when the run was deleted or taken over by another process."""
        run = self._store.peek(self.run_id)
        ours = run is not None and run.process is not None and run.process.token == self._mark.token
        if run is None or not ours or run.state not in (RunState.RUNNING, RunState.INTERRUPTED):
            self._superseded, self._request = True, "cancel"
            return
        if run.state is RunState.INTERRUPTED:  # taken for dead, for example while the machine slept
            self._store.set_state(self.run_id, RunState.RUNNING)
        self._request = run.request or self._request
        self._extra_minutes = max(self._extra_minutes, run.extra_minutes)

    def _user_cancelled(self) -> bool:
        """Whether the signal came because the user cancelled, and the job had not read so yet."""
        asked: list[bool] = []

        def look() -> None:
            run = self._store.peek(self.run_id)
            asked.append(run is not None and run.request == "cancel")

        self._attempt(look)
        return any(asked)

    def _living_tags(self) -> dict[str, str]:
        mark = self._mark.model_copy(update={"beat": time.time()})
        return {records.PROCESS: mark.model_dump_json()}

    # --- signals ---

    def _catch_signals(self) -> None:
        """End as cancelled, with everything written, when asked by Ctrl-C or a polite kill."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._handlers[number] = signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._request = "cancel"
        for other in self._handlers:
            signal.signal(other, signal.SIG_DFL)  # a second signal ends the process at once
        raise _Signalled("Cancelled from the keyboard." if number == signal.SIGINT else "Cancelled: asked to end.")


class _Signalled(Cancelled):
    """Ctrl-C, or a polite kill."""


def _check_startable(run: Run) -> None:
    if run.state is RunState.CANCELLED:
        raise Cancelled(f"{run.name} was cancelled before it started.")
    if run.state is not RunState.QUEUED:
        raise RunError(
            f"{run.name} is {run.state}; only a queued run can be started.",
            fix="Resume it to put it back into the queue.",
        )
