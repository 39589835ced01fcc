"""Whatever holds frames – a video file, or pictures in a folder or a ZIP – read in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from segcore.video.damage import Damage
from segcore.video.info import VideoInfo
from segcore.video.pictures import FPS, is_sequence
from segcore.video.planes import Planes
from segcore.video.reader import VideoReader
from segcore.video.sequence import SequenceReader, sequence_info


class SourceFrame(Protocol):
    """One frame: `index` from 0 in what is read, `pts` in units of the source's time base, `time_s` in seconds."""

    index: int
    pts: int
    time_s: float

    @property
    def image(self) -> np.ndarray:
        """Upright, at its own size: (H, W, 3) uint8 RGB."""
        ...

    def planes(self, darker: float = 1.0) -> Planes:
        """Upright, as encoders take it, in memory of its own; its brightness divided by `darker`."""
        ...

    def scaled(self, size: tuple[int, int]) -> np.ndarray:
        """Upright, scaled to (height, width): (height, width, 3) uint8 RGB."""
        ...


class Source(Protocol):
    """Frames in order, with what is known of them."""

    info: VideoInfo
    damage: Damage
    frames_read: int
    beat: Callable[[], None]
    """Called again and again while frames are looked for; may raise, to end it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def whole(self) -> bool:
        """True where no part was asked for."""
        ...

    @property
    def expected_frames(self) -> int:
        """How many frames will come, as far as is known (0: unknown)."""
        ...

    def __iter__(self) -> Iterator[SourceFrame]: ...

    def warnings(self) -> list[str]:
        """What a person must know about what was read so far, in plain sentences."""
        ...


def open_source(path: Path, *, start_s: float = 0.0, end_s: float | None = None, fps: float = FPS) -> Source:
    """Open a video, or pictures in a folder or a ZIP.

    Args:
        path: a video file, a folder, or a ZIP.
        start_s: seconds; frames before it are left out.
        end_s: seconds; frames at or after it are left out.
        fps: pictures a second of a folder or a ZIP; videos have their own times.

    Raises:
        VideoError: it holds no frames that can be read.
    """
    if is_sequence(path):
        return SequenceReader(path, start_s=start_s, end_s=end_s, fps=fps)
    return VideoReader(path, start_s=start_s, end_s=end_s)


def source_info(path: Path, fps: float = FPS) -> VideoInfo:
    """What it is; see `open_source`."""
    return sequence_info(path, fps) if is_sequence(path) else VideoInfo.from_path(path)
