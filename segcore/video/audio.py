"""The sound of a written video: copied from a source, encoded anew, or made from samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.packet import Packet

from segcore.video.sound_reader import SoundReader

COPIED_CODECS = ("aac", "mp3", "mp3float", "opus", "libopus", "flac")
"""Codecs that an MP4 may hold and that browsers play; all others are encoded to AAC."""

_PCM_CHUNK = 1024
_FILLED = {"async": "1", "min_hard_comp": "0.02"}
"""Of FFmpeg's aresample: what is missing becomes silence from a fiftieth of a second on; nothing is stretched."""
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_LONGEST_GAP_S = 10.0
"""Silence is made for no longer, for a damaged time stamp may be hours away."""


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

    @property
    def reached_s(self) -> float:
        """Where the last piece ends that was drawn, seconds."""
        ...

    def warnings(self) -> list[str]:
        """What a person must know of it, in plain sentences."""
        ...

    def close(self) -> None:
        """Let go of the source."""
        ...


def sound_of(
    path: Path,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    clock_s: float = 0.0,
    beat: Callable[[], None] = lambda: None,
) -> Sound | None:
    """The sound of a video file, or None where it has none that can be decoded; see `SoundReader`."""
    try:
        reader = SoundReader(path, start_s=start_s, end_s=end_s, clock_s=clock_s, beat=beat)
    except LookupError:
        return None
    return CopiedSound(reader) if _may_be_copied(reader) else EncodedSound.of_reader(reader)


def _may_be_copied(reader: SoundReader) -> bool:
    """Whether browsers play it and an MP4 takes it as it is; tried, for that depends on rates and on what is whole."""
    if reader.codec not in COPIED_CODECS:
        return False
    try:
        with av.open(BytesIO(), "w", format="mp4", options={"movflags": "empty_moov"}) as trial:
            trial.add_stream_from_template(reader.stream)
            trial.start_encoding()
    except av.error.FFmpegError:
        return False
    return True


class CopiedSound:
    """Packets of a source, untouched but for their times; each was decoded first, for players stop at damaged ones."""

    def __init__(self, reader: SoundReader) -> None:
        self.how = f"copied ({reader.codec})"
        self._reader = reader
        self._held: Packet | None = None
        self._packets = self._read()

    def attach(self, output: OutputContainer) -> None:
        """Add a stream with the source's parameters."""
        self._target = output.add_stream_from_template(self._reader.stream)

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
        for packet, _ in self._reader:
            if packet.size and not (self._reader.part and (packet.pts or 0) < 0):
                packet.stream = self._target
                yield packet

    @property
    def reached_s(self) -> float:
        """See `Sound`."""
        return self._reader.reached_s

    def warnings(self) -> list[str]:
        """See `Sound`."""
        return self._reader.warnings()

    def close(self) -> None:
        """Close the source."""
        self._reader.close()


class EncodedSound:
    """Sound encoded to AAC from frames, as they are drawn.

    Args:
        frames: of one rate and layout, in order.
        how: see `Sound`.
        rate: of the written sound, samples a second.
        layout: "mono" or "stereo".
        reader: what the frames come from; closed at the end.
    """

    def __init__(
        self, frames: Iterator[AudioFrame], how: str, rate: int, layout: str, reader: SoundReader | None = None
    ) -> None:
        self.how = how
        self._frames, self._rate, self._layout, self._reader = frames, rate, layout, reader
        self._done = False
        self.reached_s = -1.0

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

    @classmethod
    def of_reader(cls, reader: SoundReader) -> EncodedSound:
        """From the sound track of a file."""
        rate, layout = _aac_rate(reader.rate), "mono" if reader.channels == 1 else "stereo"
        frames = (frame for _, decoded in reader for frame in decoded)
        return cls(evened(frames, rate, layout), f"encoded to AAC from {reader.codec}", rate, layout, reader)

    def attach(self, output: OutputContainer) -> None:
        """Add an AAC stream."""
        self._target = output.add_stream("aac", rate=self._rate, layout=self._layout)
        self._target.codec_context.bit_rate = 96_000 if self._layout == "mono" else 160_000

    def packets(self, until_s: float | None) -> Iterator[Packet]:
        """Packets up to a time of the written file."""
        while not self._done and (until_s is None or self.reached_s <= until_s):
            frame = next(self._frames, None)
            if frame is None:
                self._done = True
            elif frame.pts is not None and frame.time_base is not None:
                self.reached_s = float(frame.pts * frame.time_base)
            yield from self._target.encode(frame)

    def warnings(self) -> list[str]:
        """See `Sound`."""
        return self._reader.warnings() if self._reader else []

    def close(self) -> None:
        """Close the source."""
        if self._reader:
            self._reader.close()


def evened(frames: Iterable[AudioFrame], rate: int, layout: str) -> Iterator[AudioFrame]:
    """Frames of one rate and layout: gaps become silence; what lies before second 0, or twice there, is cut off.

    Args:
        frames: in order of time; their rate, layout and format may change.
        rate: samples a second of what is made.
        layout: "mono" or "stereo".

    Returns:
        Planar float32 frames, of numbers that an encoder takes.
    """
    reached = 0
    for frame in _resampled(frames, rate, layout):
        start = reached if frame.pts is None else round(frame.pts * Fraction(frame.time_base or 1) * rate)
        cut = max(0, reached - start)
        samples = np.nan_to_num(frame.to_ndarray()[:, cut:], posinf=1.0, neginf=-1.0)
        if not samples.shape[1]:
            continue
        made = AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
        made.sample_rate, made.time_base, made.pts = rate, Fraction(1, rate), start + cut
        reached = start + cut + samples.shape[1]
        yield made


def _resampled(frames: Iterable[AudioFrame], rate: int, layout: str) -> Iterator[AudioFrame]:
    """At one rate; a new resampler where what comes in changes, and after long gaps, which are left to the player.

    Each is asked for pieces of one size, for without that it would pass on what has the right form, gaps and all.
    """
    resampler: AudioResampler | None = None
    form, end_s = None, 0.0
    for frame in frames:
        begin_s = end_s if frame.time is None else frame.time
        if form != (frame.sample_rate, frame.layout.name, frame.format.name) or begin_s - end_s > _LONGEST_GAP_S:
            if resampler is not None:
                yield from resampler.resample(None)
            form = (frame.sample_rate, frame.layout.name, frame.format.name)
            resampler = AudioResampler("fltp", layout, rate, _PCM_CHUNK, _FILLED)
        assert resampler is not None
        end_s = begin_s + frame.samples / frame.sample_rate
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _chunks(planar: np.ndarray, rate: int, layout: str) -> Iterator[AudioFrame]:
    for start in range(0, planar.shape[1], _PCM_CHUNK):
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(planar[:, start : start + _PCM_CHUNK]), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = start
        yield frame


def _aac_rate(rate: int) -> int:
    return rate if rate in _AAC_RATES else 48_000
