"""Is the process of a run still there? A dead job must not go on looking alive."""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path

import psutil

from segcore.runs.records import ProcessMark, Run, RunState

SILENCE_S = 30.0
"""A job on another machine that was not heard of for so long is taken for dead."""


def this_host() -> str:
    """A name for this machine and its process namespace: two containers of one host name differ."""
    namespace = Path("/proc/self/ns/pid")
    inside = str(namespace.readlink()) if namespace.is_symlink() else ""
    return f"{socket.gethostname()} {inside}".strip()


def mark_this_process() -> ProcessMark:
    """The mark of the calling process, heard of now, with a token of its own."""
    born = psutil.Process().create_time()
    return ProcessMark(host=this_host(), pid=os.getpid(), born=born, beat=time.time(), token=uuid.uuid4().hex)


def process_of(mark: ProcessMark) -> psutil.Process | None:
    """The marked process where it runs on this machine; a reused pid (other birth) is not it."""
    if mark.host != this_host():
        return None
    try:
        process = psutil.Process(mark.pid)
    except psutil.NoSuchProcess:
        return None
    try:
        same = abs(process.create_time() - mark.born) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:  # another user's process: it is there, and that is what was asked
        return process
    return process if same else None


def lives(mark: ProcessMark | None, *, now: float, here: str, process_found: bool) -> bool:
    """Whether a running job is alive: on this machine its process decides, elsewhere its heartbeat.

    Args:
        mark: what the job last wrote; None where it never did.
        now: seconds since the epoch.
        here: `this_host()`.
        process_found: whether the marked process is there; only asked where the host is this one.
    """
    if mark is None:
        return False
    return process_found if mark.host == here else now - mark.beat <= SILENCE_S


def verdict(run: Run) -> tuple[RunState, str] | None:
    """The state and reason that a run marked as running should have; None where it is fine as it is."""
    if run.state is not RunState.RUNNING:
        return None
    mark, here = run.process, this_host()
    found = mark is not None and process_of(mark) is not None
    if lives(mark, now=time.time(), here=here, process_found=found):
        return None
    if run.request == "cancel":
        return RunState.CANCELLED, "Cancelled; its process was ended."
    if mark is None or mark.host == here:
        return RunState.INTERRUPTED, "Its process ended without a word: killed, out of memory, or a restart."
    return RunState.INTERRUPTED, f"Nothing was heard of it for {SILENCE_S:.0f} seconds (from {mark.host})."
