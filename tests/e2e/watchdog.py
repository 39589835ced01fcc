"""Ends the browser of a test that hangs.

pytest-timeout raises in whatever runs when its time is up. Within Playwright that can be a task of its event loop
that keeps the error to itself: the test would wait for ever. Without its browser each call of Playwright fails at once.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

BROWSER = ("node", "chrom")
"""How the names of Playwright's driver and of its browsers begin."""


@contextmanager
def browser_ended_after(seconds: float) -> Iterator[None]:
    """Unless the block is left by then, say what the machine is doing, and end this process's browsers."""
    timer = threading.Timer(seconds, _end_browsers, (seconds,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end_browsers(seconds: float) -> None:
    sys.stderr.write(f"Not done after {seconds:.0f} s: the browser is ended. What was busy:\n{busiest()}\n")
    for process in psutil.Process().children(recursive=True):
        try:
            if process.name().startswith(BROWSER):
                process.kill()
        except psutil.NoSuchProcess:
            continue


def busiest(most: int = 15, over_s: float = 1.0) -> str:
    """The processes of this machine that use most of its processors for a second: a line each."""
    seen = list(psutil.process_iter(["pid", "name", "cmdline"]))
    for process in seen:
        _percent(process)
    threading.Event().wait(over_s)
    shares = sorted(((_percent(each), each) for each in seen), key=lambda pair: -pair[0])[:most]
    load = " ".join(f"{each:.1f}" for each in psutil.getloadavg())
    lines = [f"load {load}, {psutil.virtual_memory().percent} % of the memory"]
    for share, each in shares:
        command = " ".join(each.info["cmdline"] or [each.info["name"] or ""])
        lines.append(f"{share:6.1f} % {each.info['pid']:>7} {command[:140]}")
    return "\n".join(lines)


def _percent(process: psutil.Process) -> float:
    try:
        return process.cpu_percent()
    except psutil.Error:
        return 0.0
