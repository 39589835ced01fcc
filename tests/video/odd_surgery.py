"""Odd files that no encoder writes: cut, joined, patched."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from coded_films import Tone, as_frame, film, painted
from PIL import Image

_FRAME = Fraction(1, 25)
_SCALE = 16
"""Units of an MP4's track in a millisecond, as FFmpeg writes them."""


def cut_start(path: Path) -> None:
    """The edit list leaves out the first 200 ms, as phones do that trim without encoding."""
    film(path, max_b_frames=2, gop_size=100)
    _edit(path, lambda duration, start: (duration, start + 200 * _SCALE))


def cut_end(path: Path) -> None:
    """The edit list ends after 600 ms."""
    film(path, max_b_frames=2, gop_size=100)
    _edit(path, lambda _, start: (600, start))


def _edit(path: Path, change: Callable[[int, int], tuple[int, int]]) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"elst") + 12
    data[place : place + 8] = struct.pack(">Ii", *change(*struct.unpack_from(">Ii", data, place)))
    path.write_bytes(data)


def joined(path: Path) -> None:
    """Two recordings, one file after the other."""
    parts = [film(path.with_name(f"{n}.ts"), range(25), codec="mpeg2video", time_base=_FRAME) for n in "ab"]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))


def grown(path: Path) -> None:
    """The second recording is twice as large."""
    sizes = {"a": (96, 64), "b": (192, 128)}
    parts = [
        film(path.with_name(f"{n}.ts"), range(25), codec="mpeg2video", size=s, time_base=_FRAME)
        for n, s in sizes.items()
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))


def standing_still(path: Path) -> None:
    """The third picture has the time of the second."""
    with av.open(str(path), "w", format="nut") as output:
        stream = output.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate((0, 40, 40, 120, 160)):
            frame = as_frame(painted(number, 96, 64), "yuvj420p")
            frame.pts, frame.time_base = number * 40, Fraction(1, 1000)
            for packet in stream.encode(frame):
                packet.pts, packet.dts = time, number
                output.mux(packet)


def with_cover(path: Path) -> None:
    """A picture of another size is the first video stream, marked as a cover."""
    source = film(path.with_name("source.mp4"))
    with av.open(str(source)) as reading, av.open(str(path), "w") as output:
        cover = output.add_stream("png")
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 32, 32, "rgb24", Disposition.attached_pic
        stream = output.add_stream_from_template(reading.streams.video[0])
        output.mux(cover.encode(av.VideoFrame.from_ndarray(np.full((32, 32, 3), 200, np.uint8), "rgb24")))
        for packet in reading.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)


def two_tracks(path: Path) -> None:
    """A small preview first, the film marked as the one to show."""
    with av.open(str(path), "w") as output:
        streams = []
        for number, (width, height) in enumerate(((32, 24), (96, 64))):
            stream = output.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.disposition = Disposition.default if number else 0
            streams.append(stream)
        for number in range(25):
            for stream in streams:
                frame = as_frame(painted(number, stream.width, stream.height), "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))


def cut(share: float) -> Callable[[Path], None]:
    """Two seconds with sound, of which so much is left; an MP4's table stands in front."""

    def make(path: Path) -> None:
        muxing = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
        film(path, range(0, 2000, 40), tones=[Tone(seconds=2)], muxing=muxing, gop_size=10)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return make


def still(form: str) -> Callable[[Path], None]:
    """A picture, whatever its name says."""
    return lambda path: Image.new("RGB", (32, 32)).save(path, form)


def only_sound(path: Path) -> None:
    """A second of it."""
    with av.open(str(path), "w", format="ipod") as output:
        stream = output.add_stream("aac", rate=48_000, layout="mono")
        for frame in Tone().frames():
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
