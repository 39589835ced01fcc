"""The progress bar of a video job."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from segcore.cli.report import console

if TYPE_CHECKING:
    from segcore.video.progress import SegmentProgress


class VideoBar:
    """Frames done, frames a second, time left.

    Args:
        title: name of the video.
        quiet: show nothing (a job in the background).
    """

    def __init__(self, title: str, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total} frames"),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=quiet,
        )
        self._task = self._bar.add_task(title, total=None, speed="", left="")

    def __enter__(self) -> VideoBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, progress: SegmentProgress) -> None:
        """Move the bar."""
        eta, joined = progress.eta_s, progress.joined
        self._bar.update(
            self._task,
            completed=progress.frames,
            total=progress.total or None,
            speed=f"{progress.fps:.1f} fps" if joined is None else f"{100 * joined:.0f} % joined",
            left="" if eta is None else f"{int(eta) // 60}:{int(eta) % 60:02d} left",
        )
