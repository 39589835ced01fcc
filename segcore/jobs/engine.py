"""The queue as pages see it: submit, stop, cancel, resume, and find one's feet again after a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from segcore import leftovers
from segcore.access import SYSTEM, Action, acting_as, require
from segcore.errors import JobError
from segcore.jobs.connection import Connection
from segcore.jobs.info import EngineInfo, note_for
from segcore.jobs.spec import LOG_FILE, JobSpec, job_command, task_key
from segcore.runs import records
from segcore.runs.liveness import process_of
from segcore.runs.records import ProcessMark, Run, RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings

GRACE_S = 20.0
"""How long a cancelled job may take to end by itself."""
_ROUND_S = 1.0
_RECOVER_S = 15.0
_DAY_S = 24 * 3600.0
_log = logging.getLogger(__name__)
_TIDY_S = 6 * 3600.0


class Engine:
    """Places the jobs of runs. The run store is the truth: an engine may die and a new one takes over.

    Args:
        store: where runs are kept.
        settings: an external scheduler, or the slots of the embedded one.
        command: run → the arguments after Python that do its job.
        grace_s: seconds between asking a job to cancel and ending its process.
        daily: what is to be done at the start and once a day, such as emptying the bin of what is old.
    """

    def __init__(
        self,
        store: RunStore,
        settings: Settings,
        *,
        command: Callable[[Run], tuple[str, ...]] = job_command,
        grace_s: float = GRACE_S,
        daily: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._command = command
        self._grace_s = grace_s
        self._daily, self._daily_at = daily, -_DAY_S
        self._connection = Connection(settings)
        self._cancelled: dict[str, float] = {}
        self._closed = threading.Event()
        self._guard = threading.Lock()
        self._rounds: threading.Thread | None = None
        self._fault = ""

    # --- for pages ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start scheduler and workers in the background and take over what an earlier engine left."""
        with self._guard:
            if self._rounds is None:
                self._rounds = threading.Thread(target=self._watch, name="engine", daemon=True)
                self._rounds.start()
                threading.Thread(target=self._tidy, name="leftovers", daemon=True).start()

    def submit(self, run_id: str) -> None:
        """Place a queued run; a second call for the same attempt changes nothing.

        Raises:
            JobError: the run is not queued, or the scheduler cannot be reached.
            AccessError: whoever asks may start no jobs.
        """
        require(Action.START)
        self.start()
        run = self._store.get(run_id)
        if run.state is not RunState.QUEUED:
            raise JobError(f"{run.name} is {run.state}, not queued: it cannot be submitted.", fix="Resume it.")
        self._store.set_tags(run.id, {records.SUBMITTED: "1"})
        _log.info("submitted", extra={"run": run.id, "job": f"{run.kind}/{run.attempt}"})
        self._place(run, None)

    def stop(self, run_id: str) -> None:
        """Ask a running job to end early and keep its result; a queued one is cancelled."""
        self._ask(run_id, "stop")

    def cancel(self, run_id: str) -> None:
        """End a run: a queued one at once; a running one is asked, then ended by force if it does not."""
        self._ask(run_id, "cancel")

    def resume(self, run_id: str) -> None:
        """Put an ended run back into the queue, as the same one; it goes on from its last epoch or chunk.

        Raises:
            RunError: it is finished, or a video that was cancelled.
        """
        if self._store.get(run_id).state.active:
            return
        run = self._store.requeue(run_id)
        self.submit(run.id)

    def recover(self) -> None:
        """Submit what is queued, watch what runs, mark what died; done by `start` too."""
        for run in reversed(self._store.list(states=(RunState.QUEUED, RunState.RUNNING))):
            if not run.tags.get(records.SUBMITTED):
                continue  # a command line that works in the foreground: not ours
            self._place(run, run.process if run.state is RunState.RUNNING else None)
            if run.request == "cancel":
                self._cancelled.setdefault(run.id, time.monotonic() + self._grace_s)

    def info(self) -> EngineInfo:
        """The engine's address, workers and load; `note` says what is amiss."""
        self.start()
        active = self._store.list(states=(RunState.QUEUED, RunState.RUNNING))
        queued = sum(run.state is RunState.QUEUED for run in active)
        embedded = self._settings.scheduler is None
        try:
            address, workers = self._connection.describe()
            note = note_for(workers)
        except JobError as error:
            address, workers, note = self._settings.scheduler or "", (), str(error)
        return EngineInfo(address, embedded, workers, queued, len(active) - queued, note or self._fault)

    def close(self) -> None:
        """Let go of the scheduler (end it, where embedded); jobs that run go on and can be taken over."""
        self._closed.set()
        self._connection.close()
        if self._rounds is not None:
            self._rounds.join(timeout=10)

    # --- inside -----------------------------------------------------------------------------------------

    def _place(self, run: Run, living: ProcessMark | None) -> None:
        folder = self._store.folder(run.id)
        spec = JobSpec(
            run_id=run.id,
            attempt=run.attempt,
            args=self._command(run),
            environment=self._settings.environment(),
            pinned=self._settings.scheduler is None,
            log=str(folder / LOG_FILE) if folder else None,
            gpus=self._connection.gpus,
            slots=self._settings.slots,
            living=living,
        )
        self._connection.place(task_key(run), spec)

    def _ask(self, run_id: str, request: records.Request) -> None:
        run = self._store.request(run_id, request)
        if run.state is RunState.QUEUED:
            self._connection.withdraw(task_key(run), run.id)
        elif run.state is RunState.RUNNING and request == "cancel":
            self._cancelled[run.id] = time.monotonic() + self._grace_s
            self.start()

    def _watch(self) -> None:
        """Every second: bring a dead embedded engine back, and end cancelled jobs that do not answer."""
        with acting_as(SYSTEM):
            self._rounds_until_closed()

    def _rounds_until_closed(self) -> None:
        recovered = -_RECOVER_S
        while not self._closed.is_set():
            try:
                if self._connection.ensure() or time.monotonic() - recovered > _RECOVER_S:
                    self.recover()  # also what a lost connection or a restarted scheduler has dropped
                    recovered = time.monotonic()
                self._end_overdue()
                self._once_a_day()
                self._tell("")
            except Exception as error:  # store or scheduler away: shown by info(), tried again next round
                self._tell(str(error))
            self._closed.wait(_ROUND_S)

    def _once_a_day(self) -> None:
        if time.monotonic() - self._daily_at > _DAY_S:
            self._daily_at = time.monotonic()
            self._daily()

    def _tell(self, fault: str) -> None:
        """Keep what is amiss for `info`, and log it once."""
        if fault and fault != self._fault:
            _log.warning("%s", fault)
        elif self._fault and not fault:
            _log.info("the job engine works again")
        self._fault = fault

    def _tidy(self) -> None:
        """Now and every few hours: throw away what killed processes left."""
        while True:
            with suppress(Exception), acting_as(SYSTEM):  # a store or disk that is away: the next time
                leftovers.clear(self._settings)
                self._store.clear_work()
            if self._closed.wait(_TIDY_S):
                return

    def _end_overdue(self) -> None:
        for run_id, deadline in list(self._cancelled.items()):
            if not self._store.get(run_id).state.active:
                del self._cancelled[run_id]
            elif time.monotonic() > deadline:
                del self._cancelled[run_id]
                self._end_by_force(self._store.get(run_id))

    def _end_by_force(self, run: Run) -> None:
        from segcore.jobs.worker import end_process

        if self._connection.end(run.id):
            return
        process = process_of(run.process) if run.process else None
        if process is not None:
            threading.Thread(target=end_process, args=(process,), daemon=True).start()
