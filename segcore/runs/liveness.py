"""Is the process of a run still there? A dead job must not go on looking alive."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections import OrderedDict

import psutil

from segcore.processes import birth, is_there, this_host
from segcore.runs.records import SUBMITTED, ProcessMark, Run, RunState

SILENCE_S = 30.0
"""A job on another machine that was not heard of for so long is taken for dead."""
CLOCKS_APART_S = 600.0
"""So far two machines' clocks may differ; a mark that is older at first sight is taken for an old one."""


def mark_this_process() -> ProcessMark:
    """The mark of the calling process, heard of now, with a token of its own."""
    pid = os.getpid()
    return ProcessMark(host=this_host(), pid=pid, born=birth(pid), beat=time.time(), token=uuid.uuid4().hex)


def process_of(mark: ProcessMark) -> psutil.Process | None:
    """The marked process where it runs on this machine; a reused pid (other birth) is not it."""
    if mark.host != this_host() or not is_there(mark.pid, mark.born):
        return None
    try:
        return psutil.Process(mark.pid)
    except psutil.NoSuchProcess:
        return None


class Ear:
    """How long jobs of other machines have been silent, by this process' own steady clock. Thread-safe.

    Their heartbeats carry the time of *their* clock, which may be wrong, and either clock may be set meanwhile:
    so what counts is whether the beat has changed since we last looked.
    """

    def __init__(self) -> None:
        self._heard: OrderedDict[tuple[str, int, str], tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def silence(self, mark: ProcessMark, *, wall: float, steady: float) -> float:
        """Seconds for which a job has been silent.

        Args:
            mark: what it last wrote.
            wall: seconds since the epoch; asked only at first sight, where it is all that there is to go by.
            steady: seconds of a clock that nobody sets.
        """
        key = (mark.host, mark.pid, mark.token)
        with self._guard:
            known = self._heard.get(key)
            if known is None and wall - mark.beat > CLOCKS_APART_S:
                return wall - mark.beat
            if known is None or known[0] != mark.beat:
                known = self._heard[key] = (mark.beat, steady)
            self._heard.move_to_end(key)
            while len(self._heard) > 1000:
                self._heard.popitem(last=False)
            return steady - known[1]


_EAR = Ear()


def lives(mark: ProcessMark | None, *, silent_s: float, here: str, process_found: bool) -> bool:
    """Whether a running job is alive: on this machine its process decides, elsewhere its heartbeat.

    Args:
        mark: what the job last wrote; None where it never did.
        silent_s: for how long it was not heard of.
        here: `this_host()`.
        process_found: whether the marked process is there; only asked where the host is this one.
    """
    if mark is None:
        return False
    return process_found if mark.host == here else silent_s <= SILENCE_S


def verdict(run: Run) -> tuple[RunState, str] | None:
    """The state and reason that a run marked as queued or running should have; None where it is fine as it is."""
    if run.state is RunState.QUEUED and not run.tags.get(SUBMITTED):
        return _forsaken(run)
    if run.state is not RunState.RUNNING:
        return None
    mark, here = run.process, this_host()
    found = mark is not None and process_of(mark) is not None
    silent_s = _EAR.silence(mark, wall=time.time(), steady=time.monotonic()) if mark and mark.host != here else 0.0
    if lives(mark, silent_s=silent_s, here=here, process_found=found):
        return None
    if run.request == "cancel":
        return RunState.CANCELLED, "Cancelled; its process was ended."
    if mark is None or mark.host == here:
        return RunState.INTERRUPTED, "Its process ended without a word: killed, out of memory, or a restart."
    return RunState.INTERRUPTED, f"Nothing was heard of it for {SILENCE_S:.0f} seconds (from {mark.host})."


def _forsaken(run: Run) -> tuple[RunState, str] | None:
    """A run that is in no queue, because whoever made it was killed before it could hand it over."""
    maker = run.maker
    if maker is None or maker.host != this_host() or process_of(maker) is not None:
        return None
    return RunState.INTERRUPTED, "What put it into the queue was ended before the engine had it. Resume it."
