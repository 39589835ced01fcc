"""Progress that says what is being done: unpacking, looking at masks, writing …"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""


class Stages:
    """A progress that also takes the name of the stage it is in.

    Args:
        report: called with (done, in all, stage).
    """

    def __init__(self, report: Callable[[int, int, str], None]) -> None:
        self._report = report
        self.stage = ""

    def __call__(self, done: int, total: int) -> None:
        """So many are done."""
        self._report(done, total, self.stage)


def enter(on_progress: Progress | None, stage: str) -> None:
    """A new stage begins; a plain function is not told."""
    if isinstance(on_progress, Stages):
        on_progress.stage = stage
