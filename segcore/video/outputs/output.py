"""What every output of a video job is."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from segcore.video.labelled import FinishedFrame


class Output(Protocol):
    """Files in the making; they appear under their names when the block ends without an error."""

    @property
    def stage(self) -> str:
        """Under which name its time is kept."""
        ...

    @property
    def files(self) -> tuple[Path, ...]:
        """What it makes."""
        ...

    def __enter__(self) -> Self: ...

    def write(self, frame: FinishedFrame) -> None:
        """Take the next frame."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
