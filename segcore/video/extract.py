"""Single frames of a video, by their times: for looking at, and as files for labelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from segcore.video.pictures import FPS
from segcore.video.source import SourceFrame, open_source

_SEEK_FROM = 60
"""From so many frames between two wanted ones on, seeking is quicker than decoding what lies between."""


@dataclass(frozen=True)
class Chosen:
    """A frame of a video: its number from 0 in order of time, and its time in seconds."""

    index: int
    time_s: float


def frames_at(video: Path, wanted: Sequence[Chosen], fps: float = FPS) -> Iterator[tuple[Chosen, SourceFrame]]:
    """The decoded frames of these times, in order; one after the other, nothing is held.

    Args:
        video: a file, or a folder or a ZIP of pictures.
        wanted: frames in order of time.
        fps: pictures a second of those.
    """
    if not wanted:
        return
    span = wanted[-1].index - wanted[0].index + 1
    if span // len(wanted) >= _SEEK_FROM:
        for one in wanted:
            with open_source(video, start_s=one.time_s, fps=fps) as reader:
                yield one, next(iter(reader))
        return
    waiting = iter(wanted)
    goal = next(waiting)
    with open_source(video, start_s=wanted[0].time_s, fps=fps) as reader:
        for frame in reader:
            while frame.time_s >= goal.time_s - 1e-6:
                yield goal, frame
                following = next(waiting, None)
                if following is None:
                    return
                goal = following


def extract_frames(
    video: Path,
    chosen: Sequence[Chosen],
    folder: Path,
    *,
    fps: float = FPS,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write frames as JPEG (quality 95, full colour), upright, named `<video>_f000123.jpg` by their number.

    Args:
        video: a file, or a folder or a ZIP of pictures.
        chosen: frames in order of time.
        folder: where they go.
        fps: pictures a second of those.
        on_progress: called with (frames written, frames in all).

    Raises:
        VideoError: the video cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for done, (one, frame) in enumerate(frames_at(video, chosen, fps), 1):
        path = folder / f"{video.stem}_f{one.index:06d}.jpg"
        Image.fromarray(frame.image).save(path, quality=95, subsampling=0)
        written.append(path)
        if on_progress:
            on_progress(done, len(chosen))
    return written
