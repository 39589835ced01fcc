"""Writing H.264 that browsers play: every frame at the time it is given, the sound in place, whole or not at all.

with VideoWriter(path, 1920, 1080, time_base=info.time_base, fps=info.fps, sound=sound_of(source)) as writer:
    writer.write(image, pts)
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np

from segcore.errors import VideoError
from segcore.video.audio import Sound
from segcore.video.colors import BT601, Colors
from segcore.video.planes import Planes, as_picture

CRF = 23
X264 = {"preset": "ultrafast", "x264-params": "cabac=1:no-deblock=0:deblock=0,0:8x8dct=1"}
"""`ultrafast` lacks arithmetic coding, deblocking and large transforms: its files are up to three times as large. With
them it takes a third to a half of the processor's time of `veryfast` (at CRF 21), is nearer to the source, and its
files are smaller where the picture is noisy, a seventh larger where it is clean; see docs/benchmarks.md."""

_FINEST_TIME_BASE = 1_000_000
_SOUND_AHEAD_S = 0.5


class VideoWriter:
    """A video file in the making; it appears under its name when the block ends without an error.

    Args:
        path: the .mp4 to write; replaced where it exists.
        width: of the frames, pixels; odd sizes are padded by one pixel at the right and the bottom.
        height: likewise.
        time_base: seconds per unit of `pts`.
        fps: average rate, for the encoder's rate control and for `write` without `pts`.
        sound: `sound_of(source)` or `EncodedSound.of_samples(samples, rate)`.
        crf: constant quality of libx264, 0 (lossless) to 51.
        pixel_aspect: width of a pixel over its height.
        colors: of the frames that are given as planes; written into the file, where they say something. Images
            in RGB are written in BT.601, marked as such.
    """

    def __init__(
        self,
        path: Path | str,
        width: int,
        height: int,
        *,
        time_base: Fraction = Fraction(1, 90_000),
        fps: float = 30.0,
        sound: Sound | None = None,
        crf: int = CRF,
        pixel_aspect: Fraction = Fraction(1),
        colors: Colors = BT601,
    ) -> None:
        self.path = Path(path)
        self.width, self.height = width, height
        self.padded = (width + width % 2, height + height % 2)
        self.frames_written = 0
        self.time_base = time_base if time_base.denominator <= _FINEST_TIME_BASE else Fraction(1, 90_000)
        self._given_base = time_base
        self._fps = fps
        self._sound = sound
        self._last_pts: int | None = None
        self._partial = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._output = av.open(
            str(self._partial),
            "w",
            format="mp4",
            options={"movflags": "faststart", "movie_timescale": str(self.time_base.denominator)},
        )
        self._open_stream(crf, pixel_aspect, colors)
        if sound is not None:
            sound.attach(self._output)

    def _open_stream(self, crf: int, pixel_aspect: Fraction, colors: Colors) -> None:
        rate = Fraction(self._fps).limit_denominator(1001)
        stream = self._output.add_stream("libx264", rate=rate, options=X264 | {"crf": str(crf)})
        stream.width, stream.height = self.padded
        stream.pix_fmt = "yuv420p"
        stream.thread_type = "AUTO"
        stream.time_base = self.time_base
        context = stream.codec_context
        context.time_base = self.time_base
        context.max_b_frames = 0  # decoding order is showing order: durations stay right at uneven frame rates
        context.gop_size = max(12, round(2 * self._fps))
        context.sample_aspect_ratio = pixel_aspect
        context.colorspace, context.color_primaries = colors.matrix, colors.primaries
        context.color_trc, context.color_range = colors.transfer, 2 if colors.full else 1
        self._stream, self._colors = stream, colors

    def __enter__(self) -> VideoWriter:
        return self

    def write(self, image: np.ndarray | Planes, pts: int | None = None) -> None:
        """Append a frame.

        Args:
            image: (height, width, 3) uint8 RGB, or planes of this size and colours; they are not copied.
            pts: presentation time in units of the given time base, after the one before; None: the next by fps.

        Raises:
            VideoError: wrong size or colours, or a time that is not after the one before.
        """
        frame = self._picture(image)
        ticks = self._ticks(pts)
        if self._last_pts is not None and ticks <= self._last_pts:
            raise VideoError(f"Expected a frame time after {self._last_pts}. Received: {ticks}.")
        self._last_pts = ticks
        frame.pts, frame.time_base = ticks, self.time_base
        frame.duration = max(1, round(1 / (self._fps * self.time_base)))
        self._output.mux(self._stream.encode(frame))
        self.frames_written += 1
        self._mux_sound(float(ticks * self.time_base) + _SOUND_AHEAD_S)

    def _picture(self, image: np.ndarray | Planes) -> av.VideoFrame:
        if isinstance(image, Planes):
            if (image.width, image.height, image.colors) != (self.width, self.height, self._colors):
                raise VideoError(
                    f"Expected planes of {self.width}×{self.height}, {self._colors}. "
                    f"Received: {image.width}×{image.height}, {image.colors}."
                )
            return image.picture()
        if image.shape != (self.height, self.width, 3) or image.dtype != np.uint8:
            raise VideoError(
                f"Expected a ({self.height}, {self.width}, 3) uint8 frame. Received: {image.shape} {image.dtype}."
            )
        if self._colors != BT601:
            raise VideoError("Expected planes: this video is not written in BT.601. Received: RGB.")
        return as_picture(_to_yuv(image, self.padded))

    def _ticks(self, pts: int | None) -> int:
        if pts is None:
            return round(self.frames_written / (Fraction(self._fps).limit_denominator(1001) * self.time_base))
        return pts if self._given_base == self.time_base else round(pts * self._given_base / self.time_base)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as ending:
            ending.callback(self._partial.unlink, missing_ok=True)
            if self._sound is not None:
                ending.callback(self._sound.close)
            ending.callback(self._output.close)
            if kind is None:
                self._finish()
                self._output.close()
                self._partial.replace(self.path)

    def _finish(self) -> None:
        if not self.frames_written:
            raise VideoError(f"{self.path.name}: no frame was written.")
        self._output.mux(self._stream.encode(None))
        self._mux_sound(None)

    def _mux_sound(self, until_s: float | None) -> None:
        if self._sound is not None:
            for packet in self._sound.packets(until_s):
                self._output.mux_one(packet)


def _to_yuv(image: np.ndarray, padded: tuple[int, int]) -> np.ndarray:
    """RGB → planar YUV 4:2:0, BT.601 limited range, padded to even sides by repeating the border.

    Args:
        image: (H, W, 3) uint8 RGB.
        padded: (width, height), even.

    Returns:
        (height × 3/2, width) uint8.
    """
    height, width = image.shape[:2]
    if (width, height) != padded:
        image = cv2.copyMakeBorder(image, 0, padded[1] - height, 0, padded[0] - width, cv2.BORDER_REPLICATE)
    return cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)
