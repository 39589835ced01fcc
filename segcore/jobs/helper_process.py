"""A process that does a part of a job: on this machine, or on the Dask worker that this runs on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import psutil

from segcore.jobs.spec import JobSpec
from segcore.jobs.worker import PROCESSES, job_environment, last_line, open_log, start, worker_name


class HelperProcess:
    """Started when it is made. Its log is kept only for its last words.

    Args:
        name: who it is, for people.
        spec: what to do; `run_id` is that of the part.
        environment: of the process.
        cores: numbers of the processor's cores that it may use; None: as this process.
    """

    def __init__(
        self, name: str, spec: JobSpec, environment: Mapping[str, str], cores: list[int] | None = None
    ) -> None:
        self.name = name
        with open_log(spec) as log:
            self._log = Path(log.name)
            self._process = start(spec, dict(environment), log)
        self.process = psutil.Process(self._process.pid)
        if cores:
            use_cores(self.process, cores)

    def wait(self, timeout_s: float | None = None) -> str:
        """Wait for its end; see `ended`. After the timeout, psutil's or subprocess' own error."""
        self._process.wait(timeout_s)
        return self.ended() or ""

    def ended(self) -> str | None:
        """None while it is at work, "" when it ended well, else its last words."""
        code = self._process.poll()
        if code is None or code == 0:
            return None if code is None else self._told("")
        if code < 0:
            return self._told(f"its process was killed (signal {-code}).")
        return self._told(
            last_line(self._read()).removeprefix("segcore: ") or f"its process ended with exit code {code}."
        )

    def end(self) -> None:
        """End it at once: what it has finished lies on the disk."""
        self._process.kill()
        self._process.wait()
        self._told("")

    def _read(self) -> str:
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def _told(self, words: str) -> str:
        self._log.unlink(missing_ok=True)
        return words


def help_job(spec: JobSpec) -> str:
    """Do a part of a job, on a Dask worker; returns "" or, where it failed, its last words."""
    helper = HelperProcess(worker_name(), spec, job_environment(spec, os.environ, worker_name()))
    PROCESSES[spec.run_id] = helper.process
    try:
        return helper.wait()
    finally:
        PROCESSES.pop(spec.run_id, None)


def use_cores(process: psutil.Process, cores: list[int]) -> None:
    """Keep a process to these cores, where the system can."""
    if hasattr(process, "cpu_affinity"):
        process.cpu_affinity(cores)


def shares(cores: list[int], workers: int) -> list[list[int]]:
    """The cores of each of several workers, as even as can be; where there are fewer cores than workers, all to each.

    Args:
        cores: numbers of all cores.
        workers: how many share them.
    """
    if len(cores) < workers:
        return [list(cores) for _ in range(workers)]
    return [cores[n * len(cores) // workers : (n + 1) * len(cores) // workers] for n in range(workers)]
