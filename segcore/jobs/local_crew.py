"""Helpers on this machine: processes beside the job's own, each on its share of the cores."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import psutil

from segcore.jobs.helper_process import HelperProcess, shares, use_cores
from segcore.jobs.spec import JobSpec
from segcore.jobs.worker import job_environment
from segcore.settings import Settings

_ENDING_S = 0.5
"""How long helpers may take to end by themselves."""
_POLL_S = 0.05


class LocalCrew:
    """So many processes at most; see `segcore.video.spans.crew.Crew`.

    This process keeps to the first share of the cores until the crew is closed, so it must be made before a network is
    opened.

    Args:
        settings: of this installation.
        command: task → the arguments after Python that do it.
        helpers: how many.
    """

    def __init__(self, settings: Settings, command: Callable[[str], Sequence[str]], helpers: int) -> None:
        self._settings, self._command = settings, command
        self._own = psutil.Process()
        self._all = self._own.cpu_affinity() if hasattr(self._own, "cpu_affinity") else []
        first, *others = shares(self._all, helpers + 1)
        self._places = {f"Helper {number} on this machine": cores for number, cores in enumerate(others, 1)}
        self._at_work: dict[str, HelperProcess] = {}
        if first:
            use_cores(self._own, first)

    def ask(self, task: str, shunned: Collection[str] = ()) -> HelperProcess | None:
        """See `Crew`."""
        for name, cores in self._places.items():
            known = self._at_work.get(name)
            if name in shunned or (known is not None and known.ended() is None):
                continue
            environment = self._settings.environment()
            spec = JobSpec(
                run_id=name, attempt=1, args=tuple(self._command(task)), environment=environment, pinned=True
            )
            self._at_work[name] = HelperProcess(name, spec, job_environment(spec, os.environ, ""), cores)
            return self._at_work[name]
        return None

    def close(self) -> None:
        """See `Crew`."""
        deadline = time.monotonic() + _ENDING_S
        while any(helper.ended() is None for helper in self._at_work.values()) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        for helper in self._at_work.values():
            helper.end()
        if self._all:
            with suppress(psutil.Error):
                use_cores(self._own, self._all)
