"""Helpers for the tests of jobs on several workers: threads instead of processes, with the same files between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

from chunked import Shades

from segcore.video.config import SegmentConfig
from segcore.video.segment import SegmentResult, segment
from segcore.video.spans.helping import help_with
from segcore.video.spans.lease import Task

Help = Callable[[SegmentConfig, Task, Path], None]


class ThreadHelper:
    """Does one task; an error of it is its last word."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name, self._word = name, ""
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._word = str(error)

    def ended(self) -> str | None:
        return None if self._thread.is_alive() else self._word

    def join(self) -> None:
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()


def plain_help(config: SegmentConfig, task: Task, work: Path) -> None:
    """As a helper's process does it."""
    help_with(config, task, Shades, work, {})


class ThreadCrew:
    """So many threads, named 1, 2 …; `tasks` are all that were handed out."""

    def __init__(self, config: SegmentConfig, work: Path, count: int = 1, how: Help = plain_help) -> None:
        self._config, self._work, self._how = config, work, how
        self._at_work: dict[str, ThreadHelper | None] = {str(n): None for n in range(1, count + 1)}
        self.tasks: list[Task] = []
        self.names: list[str] = []

    def ask(self, task: str, shunned: Collection[str] = ()) -> ThreadHelper | None:
        for name, known in self._at_work.items():
            if name not in shunned and (known is None or known.ended() is not None):
                wanted = Task.model_validate_json(task)
                self.tasks.append(wanted)
                self.names.append(name)
                made = ThreadHelper(name, partial(self._how, self._config, wanted, self._work))
                self._at_work[name] = made
                return made
        return None

    def close(self) -> None:
        for helper in self._at_work.values():
            if helper is not None:
                helper.join()


def helped(
    video: Path, folder: Path, predictor: Shades | None = None, count: int = 1, how: Help = plain_help, **settings: Any
) -> tuple[SegmentResult, ThreadCrew]:
    """Do a job with helpers; the result lies in folder/out, the work in folder/work."""
    config = SegmentConfig(video=video, run="r", workers=count + 1, **settings)
    crew = ThreadCrew(config, folder / "work", count, how)
    result = segment(config, predictor or Shades(), folder / "out", work=folder / "work", crew=crew)
    return result, crew
