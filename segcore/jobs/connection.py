"""The line to Dask's scheduler, embedded or external."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from segcore.errors import JobError
from segcore.jobs.embedded import EmbeddedCluster, gpu_count
from segcore.jobs.info import WorkerInfo, resources_for, workers_from
from segcore.jobs.spec import JobSpec
from segcore.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 5.0
RETRY_S = 5.0
_BRIEF_S = 0.5


def look_at(client: Client) -> tuple[str, tuple[WorkerInfo, ...]]:
    """The scheduler's address and its workers.

    The scheduler is asked itself: what the client keeps of it (`scheduler_info`) is replaced again and again by an
    answer without workers, which may come between asking and reading.

    Raises:
        OSError, TimeoutError: it does not answer.
    """
    if client.scheduler is None:
        raise OSError("the connection is closed")
    identity = client.sync(client.scheduler.identity, n_workers=-1)
    return str(identity["address"]), workers_from(identity, client.processing())


class Connection:
    """Connects at the first need, and again when the embedded engine has died. Thread-safe.

    A tls:// scheduler takes its certificates from Dask's own settings, such as the variables
    DASK_DISTRIBUTED__COMM__TLS__CA_FILE and DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and …__KEY.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.RLock()
        self._cluster: EmbeddedCluster | None = None
        self._client: Client | None = None
        self._futures: dict[str, Future] = {}
        self._closed = False
        self._failure: JobError | None = None
        self._retry_at = 0.0
        self.gpus = 0
        """GPUs of this machine, where the engine is embedded."""

    def ensure(self) -> bool:
        """Connect where there is no living connection; True when a new one was made."""
        with self._guard:
            if self._closed:
                raise JobError("The job engine was closed.")
            lost = self._cluster is not None and not self._cluster.alive
            if self._client is not None and not lost and self._client.status in ("running", "connecting"):
                return False
            if self._failure is not None and time.monotonic() < self._retry_at:
                raise self._failure
            self._drop()
            try:
                self._connect()
            except JobError as error:
                self._failure, self._retry_at = error, time.monotonic() + RETRY_S
                raise
            self._failure = None
            return True

    def place(self, key: str, spec: JobSpec) -> None:
        """Hand a job to the scheduler under a key; a key it knows already is not placed again.

        Raises:
            JobError: the scheduler cannot be reached.
        """
        from distributed import fire_and_forget

        from segcore.jobs.worker import run_job

        with self._guard:
            client = self._live()
            known = self._futures.get(key)
            if known is not None and known.status == "pending":
                return
            self._forget(client, key)
            wanted = resources_for(self.describe()[1])
            first_come = -time.time()  # without it Dask takes calls within 100 ms in any order
            future = client.submit(run_job, spec, key=key, resources=wanted, pure=False, retries=0, priority=first_come)
            if self._settings.scheduler is not None:
                fire_and_forget(future)  # it stays queued there when this dashboard ends
            self._futures[key] = future

    def withdraw(self, key: str, run_id: str) -> None:
        """Take a job out of the queue; if its process has been started meanwhile, end that."""
        with self._guard:
            future = self._futures.pop(key, None)
            if self._client is None:
                return
            from distributed import Future

            (future or Future(key, self._client)).cancel(force=True)
            self.end(run_id)

    def end(self, run_id: str) -> bool:
        """End the process of a job on whichever worker waits for it; False where none does."""
        from segcore.jobs.worker import end_job

        with self._guard:
            try:
                return any(self._live().run(end_job, run_id, on_error="ignore").values())
            except (OSError, TimeoutError) as error:
                raise self._unreachable(error) from error

    def describe(self) -> tuple[str, tuple[WorkerInfo, ...]]:
        """The scheduler's address and its workers. Never waits for a connection: pages ask this.

        Raises:
            JobError: there is no connection now; the message says why.
        """
        if not self._guard.acquire(timeout=_BRIEF_S):
            raise JobError("The job engine is starting.")
        try:
            client = self._client
            if client is None or client.status != "running":
                raise self._failure or JobError("The job engine is starting.")
            return look_at(client)
        except (OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        finally:
            self._guard.release()

    def close(self) -> None:
        """Let go; the embedded scheduler and its workers end, jobs do not."""
        with self._guard:
            self._closed = True
            self._drop()

    def _forget(self, client: Client, key: str) -> None:
        """Let go of a job that the scheduler has lost or done: while a future is held, Dask submits its key no more."""
        future = self._futures.pop(key, None)
        if future is None:
            return
        future.release()
        deadline = time.monotonic() + _BRIEF_S
        while key in client.futures and time.monotonic() < deadline:
            time.sleep(0.01)

    def _live(self) -> Client:
        self.ensure()
        assert self._client is not None
        return self._client

    def _connect(self) -> None:
        from distributed import Client

        for name in ("distributed.client", "distributed.comm", "distributed.core", "distributed.batched"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # a lost connection is told by info()
        address = self._settings.scheduler
        if address is None:
            self.gpus = gpu_count()
            folder = self._settings.home / "engine"
            self._cluster = EmbeddedCluster(folder, self._settings.slots, self.gpus)
            address = self._cluster.address
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False, name="segcore")
        except (OSError, TimeoutError, TypeError, ValueError) as error:
            raise self._unreachable(error) from error

    def _drop(self) -> None:
        self._futures.clear()
        if self._client is not None:
            self._client.close(timeout=2)
            self._client = None
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def _unreachable(self, error: BaseException) -> JobError:
        where = self._settings.scheduler or "the embedded engine"
        return JobError(
            f"The job scheduler ({where}) does not answer: {error}",
            fix="Check SEGCORE_SCHEDULER, or unset it to use the embedded engine.",
        )
