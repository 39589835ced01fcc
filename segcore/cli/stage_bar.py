"""Progress of work in stages: a bar for people, or a line of JSON a step for the pages."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer
from rich.progress import Progress

from segcore.cli.report import console
from segcore.datasets.stages import Stages
from segcore.errors import Cancelled

_A_SECOND = 5

LinesFlag = Annotated[bool, typer.Option("--progress-json", hidden=True, help="Progress as lines of JSON on stderr.")]


@contextmanager
def stage_bar(title: str, *, as_lines: bool = False) -> Iterator[Stages]:
    """A progress to hand on; shows a bar on stderr, or writes at most five lines a second there.

    While it is open, a termination becomes `Cancelled`, so that what was begun is tidied away.

    Args:
        title: what is shown until a stage has a name.
        as_lines: `{"done": 3, "total": 36, "stage": "looking at masks"}` instead of a bar.
    """
    with _cancellable():
        if as_lines:
            yield Stages(_Lines(title).write)
            return
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(title, total=None)

            def update(done: int, total: int, stage: str) -> None:
                progress.update(task, completed=done, total=total, description=stage.capitalize() or title)

            yield Stages(update)


class Steps:
    """Each thing said is a step of the bar.

    Args:
        on_progress: of the bar.
        total: how many things are said in all.
    """

    def __init__(self, on_progress: Stages, total: int) -> None:
        self._on_progress, self._total, self._said = on_progress, total, 0

    def __call__(self, what: str) -> None:
        self._on_progress.stage = what
        self._on_progress(min(self._said, self._total), self._total)
        self._said += 1


@contextmanager
def _cancellable() -> Iterator[None]:
    """SIGTERM raises `Cancelled` (only a main thread can listen)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Cancelled("Stopped; nothing was kept.")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Lines:
    """Writes steps, the first and the last of each stage always."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._last = (float("-inf"), "")

    def write(self, done: int, total: int, stage: str) -> None:
        now, name = time.monotonic(), stage or self._title
        at, before = self._last
        if now - at < 1 / _A_SECOND and name == before and done < total:
            return
        self._last = (now, name)
        print(
            json.dumps({"done": done, "total": total, "stage": name}, ensure_ascii=False), file=sys.stderr, flush=True
        )
