"""Reading video: every frame upright, at its own time, whatever the camera made of it.

    with VideoReader(path) as reader:
        for frame in reader:
            frame.index, frame.pts, frame.time_s, frame.image      # (H, W, 3) uint8 RGB

Damaged packets are counted and located (`reader.damage`), not fatal; `reader.warnings()` says what a person
must know about the result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from segcore.errors import VideoError
from segcore.video.damage import Damage
from segcore.video.demux import TIMELESS, open_video, packet_times, packets_of, picture_stream
from segcore.video.info import VideoInfo
from segcore.video.limits import check_size
from segcore.video.planes import PlaneReader, Planes
from segcore.video.scaling import Scaler
from segcore.video.timestamps import Timestamps

_CLOSING_S = 1.0

__all__ = ["Damage", "Frame", "VideoInfo", "VideoReader"]


class Frame:
    """One decoded frame.

    Attributes:
        index: number of the frame in what is read, from 0.
        pts: presentation time in units of the video's `time_base`, strictly increasing.
        time_s: the same in seconds.
    """

    __slots__ = ("_image", "_picture", "_reader", "index", "pts", "time_s")

    def __init__(self, index: int, pts: int, time_s: float, picture: av.VideoFrame, reader: VideoReader) -> None:
        self.index = index
        self.pts = pts
        self.time_s = time_s
        self._picture = picture
        self._reader = reader
        self._image: np.ndarray | None = None

    @property
    def image(self) -> np.ndarray:
        """The frame, upright: (H, W, 3) uint8 RGB."""
        if self._image is None:
            self._image = self._reader._to_rgb(self._picture)
        return self._image

    def planes(self, darker: float = 1.0) -> Planes:
        """The frame, upright, as encoders take it: its own colours, in memory of its own.

        Args:
            darker: what its brightness is divided by.
        """
        return self._reader._planes.read(self._picture, darker)

    def scaled(self, size: tuple[int, int]) -> np.ndarray:
        """The frame, upright, scaled by area averaging straight from the decoder's colours.

        The same as `preprocess.resize_frame(frame.image, size)` within rounding, at a quarter of the cost.

        Args:
            size: (height, width).

        Returns:
            (height, width, 3) uint8 RGB.
        """
        return self._reader._scaler.scaled(self._picture, size)


class VideoReader:
    """Frames of a video, in order, as an iterator; to be used as a context manager.

    Args:
        path: a video file on this machine.
        start_s: seconds; frames before it are left out.
        end_s: seconds; frames at or after it are left out.

    Attributes:
        beat: called for every packet, also while frames before the start are passed over; may raise, to end it.

    Raises:
        VideoError: it is not a video that can be read; while iterating: no frame at all could be decoded.
    """

    def __init__(self, path: Path | str, *, start_s: float = 0.0, end_s: float | None = None) -> None:
        self.info = VideoInfo.from_path(path)
        self.damage = Damage()
        self.frames_read = 0
        self._start_s = start_s
        self._end_s = end_s
        self.beat: Callable[[], None] = lambda: None
        self._container = open_video(Path(path))
        self._stream = picture_stream(self._container)
        self._stream.thread_type = "AUTO"
        self._busy = threading.Lock()
        self._reformatter = VideoReformatter()
        self._scaler = Scaler(self.info.orientation)
        self._planes = PlaneReader(self.info.coded_size, self.info.orientation, self.info.colors)
        self._times = self._timestamps()
        self._position_s = 0.0

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; while another thread hangs in its decoder, it stays open."""
        if self._busy.acquire(timeout=_CLOSING_S):
            try:
                self._container.close()
            finally:
                self._busy.release()

    @property
    def whole(self) -> bool:
        """True where no part was asked for."""
        return not self._start_s and self._end_s is None

    @property
    def expected_frames(self) -> int:
        """How many frames will come, as far as the header tells (0: unknown)."""
        if self.whole:
            return self.info.frames
        end = min(self._end_s or self.info.duration_s, self.info.duration_s)
        return max(1, round((end - self._start_s) * self.info.fps))

    def __iter__(self) -> Iterator[Frame]:
        if self._start_s > 0:
            clock = self.info.clock_start + round(self._start_s / self.info.time_base)
            self._container.seek(clock, stream=self._stream)
        for picture in self.info.treatment.apply(self._pictures()):
            repaired, restarts = self._times.repaired, self._times.restarts
            pts = self._time(picture)
            time_s = float(pts * self.info.time_base)
            if time_s < self._start_s - 1e-6:
                continue
            if self._end_s is not None and time_s >= self._end_s - 1e-6:
                break
            self.damage.repaired_times += self._times.repaired - repaired
            self.damage.restarts += self._times.restarts - restarts
            yield Frame(self.frames_read, pts, time_s, self._checked(picture, time_s), self)
            self.frames_read += 1
        if not self.frames_read:
            raise VideoError(self._nothing(), fix="Is the file complete? Copy it again, or convert it with ffmpeg.")

    def _nothing(self) -> str:
        if not self.whole:
            return (
                f"{self.info.path.name}: no frames between {self._start_s:g} s and {self._end_s or 'the end'}"
                f" (the video lasts {self.info.duration_s:.2f} s)."
            )
        return f"{self.info.path.name}: not one frame could be decoded ({self.damage.packets} damaged packets)."

    def _pictures(self) -> Iterator[av.VideoFrame]:
        """All pictures that the decoder gives; packets that it refuses are counted."""
        for packet in self._packets():
            self.beat()
            if packet.pts is not None:
                self._position_s = float((packet.pts - self.info.clock_start) * self.info.time_base)
            try:
                with self._busy:
                    pictures = packet.decode()
            except av.error.FFmpegError:
                self.damage.packet(self._position_s)
                continue
            yield from pictures

    def _packets(self) -> Iterator[av.Packet]:
        packets = packets_of(self._container, self._stream, lambda: self.damage.packet(self._position_s))
        while True:
            try:
                with self._busy:
                    packet = next(packets, None)
            except av.error.FFmpegError as error:
                self.damage.broken_off = f"Reading broke off at {self._position_s:g} s ({error.strerror})."
                return
            if packet is None:
                return
            yield packet

    def _timestamps(self) -> Timestamps:
        info, container = self.info, self._container
        end = None
        if container.duration and not info.frames_exact:  # where a table holds all times, none is damaged
            seconds = Fraction((container.start_time or 0) + container.duration, av.time_base)
            end = float(seconds / info.time_base) - info.clock_start
        return Timestamps(round(1 / (info.fps * info.time_base)), float(1 / info.time_base), end)

    def _time(self, picture: av.VideoFrame) -> int:
        """The picture's time, strictly after the one before."""
        stamp = self._stamp(picture)
        if stamp is None and self.info.container in TIMELESS:
            stamp = self._times.following
        return self._times.time(stamp)

    def _stamp(self, picture: av.VideoFrame) -> int | None:
        """The picture's time as the file says it."""
        if self.info.container in TIMELESS:
            raw = picture.dts  # packets have one time, that of decoding; the pictures that come out follow it
        else:
            raw = picture.pts if picture.pts is not None else picture.dts
        return None if raw is None else raw - self.info.clock_start

    def _checked(self, picture: av.VideoFrame, time_s: float) -> av.VideoFrame:
        """Count faults of a picture; refuse one that grew beyond the limits."""
        if picture.is_corrupt:
            self.damage.corrupt += 1
            self.damage.at(time_s)
        if (picture.width, picture.height) != self.info.coded_size:
            check_size(self.info.path, picture.width, picture.height)
            self.damage.resized += 1
        return picture

    def _to_rgb(self, picture: av.VideoFrame) -> np.ndarray:
        width, height = self.info.coded_size
        rgb = self._reformatter.reformat(picture, width=width, height=height, format="rgb24", threads=1)
        return self.info.orientation.upright(rgb.to_ndarray())

    def warnings(self) -> list[str]:
        """What a person must know about what was read so far, in plain sentences."""
        damage, found = self.damage, list(self.info.notes)
        where = f" (first at {', '.join(f'{t:g} s' for t in damage.times_s[:5])})" if damage.times_s else ""
        if damage.packets:
            found.append(f"{damage.packets} damaged packets were skipped{where}.")
        if damage.corrupt:
            found.append(f"{damage.corrupt} frames are damaged{where}.")
        if damage.broken_off:
            found.append(damage.broken_off)
        if damage.repaired_times:
            found.append(f"{damage.repaired_times} frames had a missing or backward time stamp; it was repaired.")
        if damage.restarts:
            found.append(f"The file's clock starts anew {damage.restarts} times; its parts follow one after the other.")
        if damage.resized:
            found.append(f"{damage.resized} frames changed size midway and were scaled to the first frame's size.")
        return found


def count_frames(path: Path) -> int:
    """Number of video packets of a file, exactly, without decoding them."""
    with open_video(path) as container:
        return len(packet_times(container, limit=None))
