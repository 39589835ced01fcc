"""Which process is it? A name for this machine, and births on a clock that nobody sets.

A process id alone says little: it is given again. Id and birth together name one process, but the birth must
not be told by the wall clock, which is put right after a start or a sleep: then a living process would look
like another one.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

_STARTED = 19
"""Place of `starttime` in /proc/<pid>/stat, counted behind the process' name (proc(5), field 22)."""
_TOLERANCE_S = 0.02


def this_host() -> str:
    """A name for this machine and its process namespace: two containers of one host name differ."""
    namespace = Path("/proc/self/ns/pid")
    inside = str(namespace.readlink()) if namespace.is_symlink() else ""
    return f"{socket.gethostname()} {inside}".strip()


def birth(pid: int) -> float:
    """When a process was born, in seconds: since the start of the machine on Linux, else as psutil tells it.

    Raises:
        psutil.NoSuchProcess: there is none of this id.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return psutil.Process(pid).create_time()
    return int(told.rpartition(")")[2].split()[_STARTED]) / os.sysconf("SC_CLK_TCK")


def is_there(pid: int, born: float) -> bool:
    """Whether the very process that was born then still runs (one that only waits to be collected does not)."""
    try:
        same = abs(birth(pid) - born) < _TOLERANCE_S
        return same and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # another user's process: it is there, and that is what was asked
        return True
