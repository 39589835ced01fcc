"""The overlay as a video that browsers play."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from segcore.video.audio import Sound
from segcore.video.info import VideoInfo
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import join_videos
from segcore.video.outputs.product import Product, by_name
from segcore.video.writer import VideoWriter

OVERLAY_FILE = "overlay.mp4"


class OverlayVideo:
    """See `Output`.

    Args:
        path: the .mp4 to write.
        info: of the source; the overlay has its times and colours.
        width: of the overlay, pixels.
        shift: what is subtracted from frame times, in units of the source's time base.
    """

    stage = "encode"

    def __init__(self, path: Path, info: VideoInfo, width: int, shift: int) -> None:
        self.files = (path,)
        self._shift = shift
        self._writer = VideoWriter(
            path,
            width,
            info.height,
            time_base=info.time_base,
            fps=info.fps,
            pixel_aspect=info.pixel_aspect,
            colors=info.colors,
        )

    def __enter__(self) -> OverlayVideo:
        self._writer.__enter__()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        self._writer.write(frame.overlay, frame.pts - self._shift)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)


def overlay_video(info: VideoInfo, width: int, sound: Callable[[], Sound | None], shift: int) -> Product:
    """`OverlayVideo` of a job; `sound` opens the source's sound, which is put in when the chunks are joined."""
    join = by_name(OVERLAY_FILE, lambda parts, whole: join_videos(parts, whole, sound()))
    return Product(lambda folder: OverlayVideo(folder / OVERLAY_FILE, info, width, shift), join)
