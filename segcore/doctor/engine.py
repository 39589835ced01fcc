"""The job engine: is the scheduler there, do its workers fit this segcore, and do they see the same home?"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from segcore.doctor.check import Check, fail, ok, warn
from segcore.jobs.workers import WorkerReport, ask_workers, own_versions
from segcore.settings import Settings

_NAME = "Job engine"


def look(settings: Settings) -> list[Check]:
    """An external scheduler is asked; the embedded one comes with the dashboard."""
    if settings.scheduler is None:
        return [ok(_NAME, f"embedded, {settings.slots} at once; it starts with the dashboard")]
    mark = settings.home / f".doctor-{secrets.token_hex(8)}"
    settings.home.mkdir(parents=True, exist_ok=True)
    mark.write_text(mark.name)
    try:
        reports = ask_workers(settings, mark.name)
    finally:
        mark.unlink(missing_ok=True)
    return judge(settings.scheduler, reports, own_versions())


def judge(scheduler: str, reports: Sequence[WorkerReport], own: dict[str, str]) -> list[Check]:
    """What the workers said, as checks: the scheduler, versions, home, runs, clocks."""
    if not reports:
        return [fail(_NAME, f"{scheduler} has no worker", "dask worker ADDRESS --nthreads 1 --resources SLOT=1")]
    found = [ok(_NAME, f"{scheduler}: {len(reports)} workers")]
    for report in reports:
        found += _faults(report, own)
    if len(found) == 1:
        found.append(ok("Workers", "same versions, same home, same runs, same time"))
    return found


def _faults(report: WorkerReport, own: dict[str, str]) -> list[Check]:
    name = f"Worker {report.name}"
    if report.fault:
        return [fail(name, report.fault, "Install the same segcore there, and start the worker again.")]
    faults = []
    other = [
        f"{package} {report.versions.get(package)} (here {v})"
        for package, v in own.items()
        if report.versions.get(package) != v
    ]
    if other:
        # another segcore may write what this one cannot read; other versions mostly work
        make = fail if report.versions.get("segcore") != own["segcore"] else warn
        faults.append(make(name, f"other versions: {', '.join(other)}", "Install the same versions on every machine."))
    if not report.free:
        faults.append(warn(name, "it offers no slot", "Start it with --resources SLOT=1 (or GPU=1)."))
    if not report.sees_home:
        mend = "Mount the same folder there, and set SEGCORE_HOME to it."
        faults.append(fail(name, f"its home {report.home} is not the one of this machine", mend))
    if report.store_fault:
        faults.append(
            fail(name, f"it cannot reach the runs: {report.store_fault}", "Let its machine reach the database.")
        )
    if abs(report.ahead_s) > 5:
        mend = "Set the clocks by the network: timedatectl set-ntp true"
        faults.append(warn(name, f"its clock is {report.ahead_s:+.0f} s off", mend))
    return faults
