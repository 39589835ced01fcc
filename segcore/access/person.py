"""Who somebody is, as far as the table of rights needs it."""

from __future__ import annotations

import getpass
import os
import time
from dataclasses import dataclass
from enum import Enum
from functools import cache


class Role(Enum):
    """What somebody may do in general; each role may all that the one before it may."""

    NONE = "none"
    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for nobody to 3 for an admin."""
        return list(Role).index(self)


@dataclass(frozen=True)
class Person:
    """Somebody who asks for something.

    Attributes:
        email: in lower case; of the command line the operating system's user name; "" for nobody.
        groups: as the sign-in told.
        role: what the installation grants.
        until: seconds since the epoch at which the sign-in ends; None: it does not.
    """

    email: str
    groups: tuple[str, ...] = ()
    role: Role = Role.NONE
    until: float | None = None

    @property
    def expired(self) -> bool:
        """Whether the sign-in has ended."""
        return self.until is not None and time.time() >= self.until


NOBODY = Person("")


@cache
def _local_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return f"user-{os.getuid()}"


LOCAL_NAME = _local_name()
"""Who owns what is made without a sign-in: the operating system's user."""
