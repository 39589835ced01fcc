"""Whoever asks now.

The command line and the processes of jobs act for the operating system's user, who could read and delete the files
anyway. The dashboard sets a source of its own, which looks at the sign-in of the browser that a script runs for;
it gives nobody where there is none. A process that the dashboard starts for somebody acts for them
(`environment_of`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from segcore.access.person import LOCAL_NAME, NOBODY, Person, Role

SYSTEM = Person(LOCAL_NAME, role=Role.ADMIN)
"""The installation itself: its command line, its engine, its jobs, and everybody where there is no sign-in."""

ACTING = "SEGCORE_ACTING"
"""The variable that says for whom a process acts."""

_EXPLICIT: ContextVar[Person | None] = ContextVar("segcore_person", default=None)


def _from_environment() -> Person:
    said = os.environ.get(ACTING)
    return SYSTEM if said is None else person_in(said)


_SOURCE: list[Callable[[], Person]] = [_from_environment]


def set_source(source: Callable[[], Person]) -> None:
    """Say how this process finds out who asks, where no `acting_as` says it."""
    _SOURCE[0] = source


def current() -> Person:
    """Whoever asks now."""
    return _EXPLICIT.get() or _SOURCE[0]()


def by_sign_in(name: str) -> str:
    """Somebody's name where it came by a sign-in; "" for the operating system's user, who owns what is made without."""
    return "" if name == LOCAL_NAME else name


@contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """Do what is inside for this person, in this thread (or task)."""
    token = _EXPLICIT.set(person)
    try:
        yield
    finally:
        _EXPLICIT.reset(token)


def environment_of(person: Person) -> dict[str, str]:
    """The variable that makes a child process act for this person; it may take longer than their sign-in."""
    return {ACTING: json.dumps({"email": person.email, "role": person.role.value})}


def person_in(text: str) -> Person:
    """The person that the variable names; nobody where it cannot be read."""
    try:
        said: Mapping[str, str] = json.loads(text)
        return Person(str(said["email"]), role=Role(said["role"]))
    except (ValueError, KeyError, TypeError):
        return NOBODY
