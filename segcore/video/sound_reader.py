"""The sound track of a file, piece by piece: what cannot be decoded is counted and left out, times are put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from segcore.video.damage import Damage
from segcore.video.demux import READ_OPTIONS, packets_of
from segcore.video.timestamps import Timestamps

_SLOWEST, _FASTEST = 1_000, 768_000
"""Samples a second; what claims anything else is damaged."""


class SoundReader:
    """Iterate to get (packet, its decoded frames), both timed from the start of the part that is wanted.

    The last packet is empty, with what the decoder held back.

    Args:
        path: the file; its first sound track that can be decoded is read.
        start_s: seconds; what ends before is left out.
        end_s: seconds; what begins at or after it is left out.
        clock_s: seconds that the file's clock is ahead (`VideoInfo.clock_start` in seconds).
        beat: called for every packet; may raise, to end it.

    Attributes:
        reached_s: where the last piece ends that was read, seconds.

    Raises:
        LookupError: there is no such track.
    """

    def __init__(
        self,
        path: Path,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        clock_s: float = 0.0,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.damage = Damage()
        self.reached_s = 0.0
        self._container = av.open(str(path.absolute()), options=READ_OPTIONS, metadata_errors="replace")
        found = next((s for s in self._container.streams.audio if s.codec_context is not None), None)
        if found is None:
            self.close()
            raise LookupError(f"{path.name}: no sound that can be decoded")
        self.stream: AudioStream = found
        self.base = Fraction(self.stream.time_base or Fraction(1, 90_000))
        self.part = start_s > 0
        self._zero_s, self._beat = start_s + clock_s, beat
        self._length_s = None if end_s is None else end_s - start_s
        if self.part:
            self._container.seek(round((self._zero_s - 0.5) / self.base), stream=self.stream)

    @property
    def codec(self) -> str:
        """Its name."""
        return self.stream.codec_context.name

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self.stream.codec_context.sample_rate

    @property
    def channels(self) -> int:
        """How many."""
        return self.stream.codec_context.layout.nb_channels

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def __iter__(self) -> Iterator[tuple[Packet, list[AudioFrame]]]:
        clock = self._timestamps()
        zero, moved = round(self._zero_s / self.base), 0
        for packet in self._packets():
            self._beat()
            begins = clock.following if packet.pts is None else packet.pts
            frames = self._decoded(packet, float((begins - zero) * self.base))
            if frames is None:
                continue
            if packet.size:
                at = clock.time(packet.pts) - zero
                moved = at - (packet.pts or 0)
                self.reached_s = float((clock.following - zero) * self.base)
                packet.pts = packet.dts = at
                if self._length_s is not None and at * self.base >= self._length_s:
                    return
                if self.part and at + (packet.duration or 0) <= 0:
                    continue
            for frame in frames:
                if frame.pts is not None and frame.time_base is not None:
                    frame.pts += round(moved * self.base / frame.time_base)
            yield packet, frames

    def _timestamps(self) -> Timestamps:
        context, container = self.stream.codec_context, self._container
        step = Fraction(context.frame_size or 1024, self.rate or 48_000) / self.base
        end = None
        if container.duration:
            end = ((container.start_time or 0) + container.duration) / av.time_base / float(self.base)
        return Timestamps(round(step), float(1 / self.base), end)

    def _packets(self) -> Iterator[Packet]:
        try:
            for packet in packets_of(self._container, self.stream, lambda: self.damage.packet(self.reached_s)):
                if packet.size or packet.pts is None:  # the last one is empty: the decoder gives what it holds back
                    yield packet
        except av.error.FFmpegError:
            return  # the reader of the pictures says why

    def _decoded(self, packet: Packet, time_s: float) -> list[AudioFrame] | None:
        """Its frames; None, counted, where it is damaged."""
        try:
            frames = self.stream.decode(packet)
        except av.error.FFmpegError:
            frames = None
        lies = any(not _SLOWEST <= frame.sample_rate <= _FASTEST for frame in frames or [])
        if frames is None or lies or packet.is_corrupt:
            self.damage.packet(time_s)
            return None
        return frames

    def warnings(self) -> list[str]:
        """What a person must know of the sound, in plain sentences."""
        if not self.damage.packets:
            return []
        where = f" (first at {', '.join(f'{t:g} s' for t in self.damage.times_s[:5])})" if self.damage.times_s else ""
        return [f"{self.damage.packets} damaged pieces of the sound were left out{where}."]
