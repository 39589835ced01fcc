"""Helpers on the workers of a Dask scheduler: those that have nothing to do, one task each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from segcore.errors import JobError
from segcore.jobs.connection import CONNECT_S, look_at
from segcore.jobs.helper_process import help_job
from segcore.jobs.info import WorkerInfo, resources_for
from segcore.jobs.spec import JobSpec
from segcore.jobs.worker import end_job
from segcore.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

_LOOK_S = 1.0
_ENDING_S = 0.5
_LAST = -1e15
"""Below the priority of every job: a job that waits is never kept waiting by the help for another."""


class DaskHelper:
    """A task on one worker.

    Args:
        worker: whose it is.
        future: of the task.
        living: addresses of the workers that are there.
    """

    def __init__(self, worker: WorkerInfo, future: Future, living: Callable[[], Collection[str]]) -> None:
        self.name = f"Worker {worker.name}"
        self.address, self.future = worker.address, future
        self._living = living

    def ended(self) -> str | None:
        """See `segcore.video.spans.crew.Helper`."""
        status = self.future.status
        try:
            if status == "finished":
                return str(self.future.result(timeout=5))
            if status == "error":
                return str(self.future.exception(timeout=5))
        except Exception as error:  # whatever Dask raises where the answer is lost with its worker
            return f"its answer was lost: {error}"
        if status in ("cancelled", "lost") or self.address not in self._living():
            return "the worker is gone."
        return None


class DaskCrew:
    """Idle workers of a scheduler; see `segcore.video.spans.crew.Crew`.

    A job holds one worker and never waits for another: what no helper takes, it does itself.

    Args:
        settings: with the scheduler's address.
        command: task → the arguments after Python that do it.
        helpers: how many at most.

    Raises:
        JobError: the scheduler does not answer.
    """

    def __init__(self, settings: Settings, command: Callable[[str], Sequence[str]], helpers: int) -> None:
        from distributed import Client

        for name in ("distributed.client", "distributed.comm", "distributed.core", "distributed.batched"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client: Client = Client(settings.scheduler, timeout=CONNECT_S, set_as_default=False, name="segcore")
        except (OSError, TimeoutError, TypeError, ValueError) as error:
            raise JobError(f"The job scheduler ({settings.scheduler}) does not answer: {error}") from error
        self._settings, self._command, self._most = settings, command, helpers
        self._asked: dict[str, DaskHelper] = {}
        self._workers: tuple[WorkerInfo, ...] = ()
        self._closed = threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._look_on, name="crew", daemon=True)
        self._thread.start()

    def ask(self, task: str, shunned: Collection[str] = ()) -> DaskHelper | None:
        """See `Crew`."""
        at_work = {key: helper for key, helper in self._asked.items() if helper.ended() is None}
        busy = {helper.address for helper in at_work.values()}
        idle = [w for w in self._workers if not w.busy and (w.slots or w.gpus) and w.address not in busy]
        worker = next((w for w in idle if f"Worker {w.name}" not in shunned), None)
        if worker is None or len(at_work) >= self._most:
            return None
        key = f"segcore-help-{time.time_ns():x}"
        environment = self._settings.environment()
        spec = JobSpec(run_id=key, attempt=1, args=tuple(self._command(task)), environment=environment, pinned=False)
        future = self._client.submit(
            help_job, spec, key=key, workers=[worker.address], allow_other_workers=False,
            resources=resources_for(self._workers), pure=False, retries=0, priority=_LAST,
        )  # fmt: skip
        self._asked[key] = DaskHelper(worker, future, lambda: {w.address for w in self._workers})
        return self._asked[key]

    def close(self) -> None:
        """See `Crew`."""
        if self._closed.is_set():
            return
        self._closed.set()
        deadline = time.monotonic() + _ENDING_S
        while any(helper.ended() is None for helper in self._asked.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for key, helper in self._asked.items():
            if helper.ended() is None:
                with suppress(OSError, TimeoutError):
                    self._client.run(end_job, key, workers=[helper.address], on_error="ignore")
            helper.future.cancel()
        self._client.close(timeout=2)

    def _look_on(self) -> None:
        """In a thread of its own, so that a scheduler that hangs holds nothing up."""
        while not self._closed.wait(_LOOK_S):
            with suppress(OSError, TimeoutError):
                self._look()

    def _look(self) -> None:
        self._workers = look_at(self._client)[1]
