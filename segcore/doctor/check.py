"""One thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from segcore.settings import Settings

Outcome = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """What was looked at, and how it is.

    `outcome`: "fail" keeps segcore from working, "warn" may do so. `found`: what was found, in words. `mend`: how to
    mend it; empty where nothing has to be.
    """

    name: str
    outcome: Outcome
    found: str
    mend: str = ""


Look = Callable[[Settings], list[Check]]
"""What looks at one part of an installation."""


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, "ok", found)


def warn(name: str, found: str, mend: str) -> Check:
    """It may become trouble, or is none for everybody."""
    return Check(name, "warn", found, mend)


def fail(name: str, found: str, mend: str) -> Check:
    """Something does not work."""
    return Check(name, "fail", found, mend)
