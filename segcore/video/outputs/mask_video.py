"""The class of every pixel as a video: lossless, each frame a picture with a palette.

Players show the classes' colours, and a few lines of Python get the exact class ids back:

    with av.open("masks.mov") as video:
        for frame in video.decode(video=0):
            ids, palette = frame.to_ndarray()   # (H, W) uint8; palette (256, 4) uint8: alpha, red, green, blue

PNG in QuickTime's container, and no other of the lossless forms that FFmpeg writes: it keeps the palette (FFV1 does
not), times at the source's own precision (Matroska rounds to milliseconds), and common players open it.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import av
import numpy as np

from segcore.classes import ClassTable
from segcore.video.info import VideoInfo
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.silent_video import Form, SilentVideo

_FORM = Form("mov", "png", "pal8", {"pred": "up", "compression_level": "6"})
"""Half the size of level 3 for 4 ms more a 1080p frame; level 9 takes three times as long for a fifth less."""


class MaskVideo:
    """See `Output`.

    Args:
        path: the .mov to write; replaced where it exists.
        info: of the source; the masks have its size and times.
        classes: for the palette.
        shift: what is subtracted from frame times, in units of the source's time base.
    """

    stage = "mask video"

    def __init__(self, path: Path, info: VideoInfo, classes: ClassTable, shift: int) -> None:
        self.files = (path,)
        self._size, self._shift = (info.height, info.width), shift
        self._palette = np.full((256, 4), 255, np.uint8)
        self._palette[:, 1:] = classes.color_table()
        self._video = SilentVideo(path, info, _FORM)

    def __enter__(self) -> MaskVideo:
        self._video.__enter__()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        pair = frame.mask(self._size), self._palette
        picture = av.VideoFrame.from_ndarray(pair, format="pal8")  # type: ignore[arg-type]  # PyAV's stubs know no palette
        self._video.write(picture, frame.pts - self._shift)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._video.__exit__(kind, error, trace)
