"""What was drawn, without the picture: a transparent video that is laid over the source, or over another."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from segcore.classes import ClassTable
from segcore.video.alpha_canvas import COLORS, AlphaCanvas
from segcore.video.info import VideoInfo
from segcore.video.labelled import FinishedFrame
from segcore.video.look import Look
from segcore.video.outputs.silent_video import Form, SilentVideo
from segcore.video.overlay import paint

_FORM = Form(
    container="webm",
    codec="libvpx-vp9",
    pixels="yuva420p",
    options={
        **{"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "tile-columns": "2"},
        **{"auto-alt-ref": "0", "lag-in-frames": "0", "b": "0", "crf": "24"},
    },
    colors=COLORS,
    tags={"alpha_mode": "1"},
)
"""VP9 as fast as live video needs it; flat colours and hard edges stay clean at this quality."""


class AlphaOverlay:
    """See `Output`.

    Args:
        path: the .webm to write; replaced where it exists.
        info: of the source; the overlay has its size and, to the millisecond, its times.
        classes: their names and colours.
        look: as of the overlay; there is no picture to darken or to stand beside.
        shift: what is subtracted from frame times, in units of the source's time base.
    """

    stage = "transparent overlay"

    def __init__(self, path: Path, info: VideoInfo, classes: ClassTable, look: Look, shift: int) -> None:
        self.files = (path,)
        self._size, self._classes, self._look, self._shift = (info.height, info.width), classes, look, shift
        self._video = SilentVideo(path, info, _FORM)

    def __enter__(self) -> AlphaOverlay:
        self._video.__enter__()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        canvas = AlphaCanvas(self._size)
        paint(canvas, frame.contours, self._classes, self._look)
        self._video.write(canvas.picture, frame.pts - self._shift)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._video.__exit__(kind, error, trace)
