"""The ways from one version of SEGCORE_HOME to the next, in order: step k leads from version k to k + 1.

A step may be tried again after a kill, so it must not mind what it has done already. A new one is added at the end of
`STEPS`, with a test that brings a home of the version before it up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from segcore.runs.database import sqlite_file
from segcore.runs.relocation import addresses, lost, moved, readdress
from segcore.settings import Settings


@dataclass(frozen=True)
class Step:
    """One way up. `touches`: the files that it changes, which are kept before; `apply` does it and says what it did."""

    title: str
    touches: Callable[[Settings], list[Path]]
    apply: Callable[[Settings], str]


def database_files(settings: Settings) -> list[Path]:
    """The run store's database where it is a file that is there."""
    file = sqlite_file(settings.tracking_uri)
    return [file] if file and file.is_file() else []


def _find_lost_files(settings: Settings) -> str:
    """Homes without a version may have been moved, and their runs lost their files: found again in this home."""
    named = addresses(settings)
    away = set(lost(named))
    found = {run: uri for run, uri in moved(settings, named).items() if run in away}
    if found:
        readdress(settings, found)
    return f"{len(found)} runs have their files again" if found else "nothing had to be changed"


STEPS: tuple[Step, ...] = (Step("The home gets a version", database_files, _find_lost_files),)
