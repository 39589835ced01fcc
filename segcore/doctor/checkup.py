"""All checks, side by side: most of them wait for something."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from segcore.datasets.stages import Progress
from segcore.doctor import data, engine, home, machine, runs, software
from segcore.doctor.check import Check, Look, fail
from segcore.errors import SegcoreError
from segcore.settings import Settings

CHECKS: Mapping[str, Look] = {
    "software": software.packages,
    "networks": software.devices,
    "video": software.video,
    "memory": machine.memory,
    "graphics cards": machine.cards,
    "dashboard": machine.dashboard,
    "secrets": machine.secrets,
    "home": home.look,
    "runs": runs.look,
    "datasets": data.look,
    "engine": engine.look,
}
"""What is looked at, in the order in which it is told."""


def examine(
    settings: Settings,
    checks: Mapping[str, Look] = CHECKS,
    on_progress: Progress | None = None,
) -> list[Check]:
    """Do the checks. One that breaks is a failure like any other, and keeps none of the others from being done.

    Args:
        settings: of the installation.
        checks: what to look at.
        on_progress: called with (checks done, checks in all).
    """
    with ThreadPoolExecutor(len(checks)) as crew:
        looks = {name: crew.submit(check, settings) for name, check in checks.items()}
        found: list[Check] = []
        for number, (name, look) in enumerate(looks.items(), 1):
            try:
                found += look.result()
            except SegcoreError as error:
                found.append(fail(name, error.message, error.fix))
            except Exception as error:  # whatever a broken installation throws is what was to be found out
                found.append(fail(name, f"{type(error).__name__}: {error}", "This part does not work at all."))
            if on_progress:
                on_progress(number, len(looks))
    return found
