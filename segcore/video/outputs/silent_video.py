"""A video without sound in whatever format, every frame at its source's time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import cast

import av
from av.video.stream import VideoStream

from segcore.video.colors import Colors
from segcore.video.info import VideoInfo

_FINEST = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Form:
    """How a video is written.

    Attributes:
        container, codec, pixels: by FFmpeg's names.
        options: of the encoder.
        colors: what its numbers mean, where it is not RGB.
        tags: of the stream.
    """

    container: str
    codec: str
    pixels: str
    options: Mapping[str, str] = field(default_factory=dict)
    colors: Colors | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class SilentVideo:
    """A file in the making; it appears under its name when the block ends without an error.

    Args:
        path: to write; replaced where it exists.
        info: of the source: size, times, shape of a pixel.
        form: see `Form`.
    """

    def __init__(self, path: Path, info: VideoInfo, form: Form) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._base, self._ticks = info.time_base, max(info.time_base, _FINEST)
        rate = Fraction(info.fps).limit_denominator(1001)
        self._duration = max(1, round(1 / rate / self._ticks))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._output = av.open(str(self._partial), "w", format=form.container)
        stream = self._output.add_stream(form.codec, rate=rate, options=dict(form.options))
        self._stream = cast(VideoStream, stream)
        context = self._stream.codec_context
        self._stream.width, self._stream.height, self._stream.pix_fmt = info.width, info.height, form.pixels
        self._stream.time_base = context.time_base = self._ticks
        context.sample_aspect_ratio = info.pixel_aspect
        self._stream.thread_type = "AUTO"
        self._stream.metadata.update(form.tags)
        if form.colors is not None:
            colors = form.colors
            context.colorspace, context.color_primaries = colors.matrix, colors.primaries
            context.color_trc, context.color_range = colors.transfer, 2 if colors.full else 1

    def __enter__(self) -> SilentVideo:
        return self

    def write(self, picture: av.VideoFrame, pts: int) -> None:
        """Append a picture; `pts` in units of the source's time base."""
        picture.pts, picture.time_base = round(pts * self._base / self._ticks), self._ticks
        picture.duration = self._duration
        self._output.mux(self._stream.encode(picture))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._output.mux(self._stream.encode(None))
        finally:
            self._output.close()
            if kind is not None:
                self._partial.unlink(missing_ok=True)
        if kind is None:
            self._partial.replace(self._path)
