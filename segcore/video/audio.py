"""The sound of a written video: copied from a source, encoded anew, or made from samples."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.packet import Packet

from segcore.video.demux import READ_OPTIONS

COPIED_CODECS = ("aac", "mp3", "mp3float", "opus", "libopus", "flac")
"""Codecs that an MP4 may hold and that browsers play; all others are encoded to AAC."""

_PCM_CHUNK = 1024
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


class Sound(Protocol):
    """A sound track, drawn on as the pictures advance so that nothing piles up."""

    how: str
    """For people: "copied (aac)", "encoded to AAC from pcm_s16le"."""

    def attach(self, output: OutputContainer) -> None:
        """Add the stream to a file that is about to be written."""
        ...

    def packets(self, until_s: float | None) -> Iterator[Packet]:
        """Packets up to a time in seconds; None: all that is left."""
        ...

    def close(self) -> None:
        """Let go of the source."""
        ...


def sound_of(path: Path, *, start_s: float = 0.0, end_s: float | None = None, clock_s: float = 0.0) -> Sound | None:
    """The sound of a video file, or None where it has none that can be decoded.

    Args:
        path: the file.
        start_s: seconds; sound before it is left out.
        end_s: seconds; sound from it on is left out.
        clock_s: seconds that the file's clock is ahead (`VideoInfo.clock_start` in seconds).
    """
    with av.open(str(path), options=READ_OPTIONS, metadata_errors="replace") as container:
        streams = [s for s in container.streams.audio if s.codec_context is not None]
        if not streams:
            return None
        codec = streams[0].codec_context.name
    span = (start_s + clock_s, None if end_s is None else end_s + clock_s)
    shift = start_s + clock_s
    if codec in COPIED_CODECS:
        return CopiedSound(path, codec, span, shift)
    return EncodedSound(_decoded(path, span, shift), f"encoded to AAC from {codec}", *_layout_of(path))


class CopiedSound:
    """Packets of a source, untouched but for their times."""

    def __init__(self, path: Path, codec: str, span: tuple[float, float | None], shift_s: float) -> None:
        self.how = f"copied ({codec})"
        self._source = av.open(str(path), options=READ_OPTIONS, metadata_errors="replace")
        self._stream = self._source.streams.audio[0]
        self._span = span
        self._shift = round(Fraction(shift_s) / Fraction(self._stream.time_base or 1))
        self._held: Packet | None = None
        self._packets = self._read()

    def attach(self, output: OutputContainer) -> None:
        """Add a stream with the source's parameters."""
        self._target = output.add_stream_from_template(self._stream)

    def packets(self, until_s: float | None) -> Iterator[Packet]:
        """Packets up to a time of the written file."""
        while True:
            packet = self._held or next(self._packets, None)
            self._held = None
            if packet is None:
                return
            if until_s is not None and packet.pts is not None and float(packet.pts * packet.time_base) > until_s:
                self._held = packet
                return
            yield packet

    def _read(self) -> Iterator[Packet]:
        start, end = self._span
        packets = self._source.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                return
            if packet is None:
                return
            if packet.dts is None or packet.pts is None:
                continue
            time_s = float(packet.pts * packet.time_base)
            if start > 0 and time_s < start:
                continue
            if end is not None and time_s >= end:
                return
            packet.pts -= self._shift
            packet.dts -= self._shift
            packet.stream = self._target
            yield packet

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class EncodedSound:
    """Sound encoded to AAC from frames, as they are drawn."""

    def __init__(self, frames: Iterator[AudioFrame], how: str, rate: int, layout: str) -> None:
        self.how = how
        self._frames = frames
        self._rate = rate
        self._layout = layout
        self._done = False
        self._reached_s = -1.0

    @classmethod
    def of_samples(cls, samples: np.ndarray, rate: int) -> EncodedSound:
        """From samples.

        Args:
            samples: (n,) or (n, channels) float32 in [-1, 1].
            rate: samples a second.
        """
        planar = np.atleast_2d(samples.T if samples.ndim == 2 else samples).astype(np.float32)
        layout = "mono" if len(planar) == 1 else "stereo"
        return cls(_chunks(planar[:2], rate, layout), "encoded to AAC from samples", _aac_rate(rate), layout)

    def attach(self, output: OutputContainer) -> None:
        """Add an AAC stream."""
        self._target = output.add_stream("aac", rate=self._rate, layout=self._layout)
        self._target.codec_context.bit_rate = 96_000 if self._layout == "mono" else 160_000

    def packets(self, until_s: float | None) -> Iterator[Packet]:
        """Packets up to a time of the written file."""
        while not self._done and (until_s is None or self._reached_s <= until_s):
            frame = next(self._frames, None)
            if frame is None:
                self._done = True
            elif frame.pts is not None and frame.time_base is not None:
                self._reached_s = float(frame.pts * frame.time_base)
            yield from self._target.encode(frame)

    def close(self) -> None:
        """End the source's iterator, which closes its file."""
        close = getattr(self._frames, "close", None)
        if close:
            close()


def _chunks(planar: np.ndarray, rate: int, layout: str) -> Iterator[AudioFrame]:
    for start in range(0, planar.shape[1], _PCM_CHUNK):
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(planar[:, start : start + _PCM_CHUNK]), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = start
        yield frame


def _decoded(path: Path, span: tuple[float, float | None], shift_s: float) -> Iterator[AudioFrame]:
    start, end = span
    with av.open(str(path), options=READ_OPTIONS, metadata_errors="replace") as source:
        for packet in source.demux(source.streams.audio[0]):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            for frame in frames:
                time_s = frame.time or 0.0
                if end is not None and time_s >= end:
                    return
                if start > 0 and time_s < start:
                    continue
                if frame.pts is not None and frame.time_base is not None:
                    frame.pts -= round(Fraction(shift_s) / frame.time_base)
                yield frame


def _layout_of(path: Path) -> tuple[int, str]:
    with av.open(str(path), options=READ_OPTIONS, metadata_errors="replace") as source:
        context = source.streams.audio[0].codec_context
        return _aac_rate(context.sample_rate), "mono" if context.layout.nb_channels == 1 else "stereo"


def _aac_rate(rate: int) -> int:
    return rate if rate in _AAC_RATES else 48_000
