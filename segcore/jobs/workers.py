"""What the workers of an external scheduler say of themselves: versions, home, run store, clock."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from segcore import __version__
from segcore.errors import JobError, SegcoreError
from segcore.jobs.connection import CONNECT_S, look_at
from segcore.jobs.info import WorkerInfo
from segcore.runs.database import ping
from segcore.settings import Settings
from segcore.versions import version_of

_PACKAGES = ("tensorflow", "openvino", "mlflow", "av", "distributed")


@dataclass(frozen=True)
class WorkerReport:
    """One worker. `fault`: why it said nothing; `free`: offers a slot or a GPU; `ahead_s`: its clock, to ours."""

    name: str
    fault: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    home: str = ""
    sees_home: bool = False
    store_fault: str = ""
    ahead_s: float = 0.0
    free: bool = True


def own_versions(packages: Sequence[str] = _PACKAGES) -> dict[str, str]:
    """Versions of segcore, Python and these packages here; "absent" for one that is not installed."""
    found = {"segcore": __version__, "python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version_of(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def ask_workers(settings: Settings, mark: str) -> list[WorkerReport]:
    """Ask every worker of the external scheduler.

    Args:
        settings: with `scheduler`.
        mark: the name of a file in this machine's home that holds its own name: who finds it there sees the same home.

    Raises:
        JobError: the scheduler does not answer, or not with these certificates.
    """
    from distributed import Client

    assert settings.scheduler is not None
    try:
        client = Client(settings.scheduler, timeout=CONNECT_S, set_as_default=False, name="segcore doctor")
    except (OSError, TimeoutError, TypeError, ValueError) as error:
        raise JobError(
            f"The job scheduler ({settings.scheduler}) does not answer: {error}",
            fix="Check SEGCORE_SCHEDULER, that it runs, and for tls:// the certificates (docs/deploy.md).",
        ) from error
    try:
        workers = look_at(client)[1]
        said = client.run(describe_self, settings.environment(), mark, on_error="return")
    finally:
        client.close(timeout=2)
    return [_report(worker, said.get(worker.address)) for worker in workers]


def describe_self(environment: dict[str, str], mark: str) -> dict[str, Any]:
    """Runs on the worker, whose own variables win, as they do for its jobs."""
    settings = Settings.from_env({**environment, **os.environ})
    try:
        seen = (settings.home / mark).read_text() == mark
    except OSError:
        seen = False
    try:
        ping(settings)
        fault = ""
    except SegcoreError as error:
        fault = str(error)
    return {
        "versions": own_versions(),
        "home": str(settings.home),
        "sees_home": seen,
        "store_fault": fault,
        "time": time.time(),
    }


def _report(worker: WorkerInfo, said: Any) -> WorkerReport:
    if not isinstance(said, dict):
        return WorkerReport(worker.name, fault=f"it cannot answer: {said}")
    return WorkerReport(
        name=worker.name,
        versions=said["versions"],
        home=said["home"],
        sees_home=said["sees_home"],
        store_fault=said["store_fault"],
        ahead_s=said["time"] - time.time(),
        free=bool(worker.slots or worker.gpus),
    )
