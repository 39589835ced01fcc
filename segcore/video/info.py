"""What a video is, by its header and its first packets."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from segcore.errors import VideoError
from segcore.video.colors import Colors
from segcore.video.demux import (
    FREE_CLOCKS,
    RATELESS,
    open_video,
    packet_times,
    packets_of,
    picture_stream,
    picture_tracks,
)
from segcore.video.limits import check_size
from segcore.video.orientation import Orientation
from segcore.video.treatment import Treatment

_PROBED_PACKETS = 240
_COVERED = 0.9
"""A table that reaches this share of the length is whole."""
_MOST_PACKETS = 10_000
"""So many without a single picture are no video; a damaged file of many gigabytes is not read to its end."""


@dataclass(frozen=True)
class VideoInfo:
    """A video's facts; `width` and `height` are those of the upright frame.

    Attributes:
        frames: number of frames by the header, or estimated; 0 where neither is possible.
        frames_exact: the header (not an estimate) says so.
        duration_s: seconds; 0 where unknown.
        fps: average frames per second.
        time_base: seconds per unit of `Frame.pts`.
        clock_start: what is subtracted from the file's time stamps: 0, but for MPEG streams, whose clock starts
            anywhere, and for negative times.
        orientation: what makes the stored frame upright.
        coded_size: (width, height) as stored, before rotation.
        variable_rate: the frames are not equally spaced.
        colors: what the numbers of its pictures mean, once they are treated.
        treatment: what is done to its pictures.
        notes: plain sentences about what will be done to the picture.
    """

    path: Path
    width: int
    height: int
    frames: int
    frames_exact: bool
    duration_s: float
    fps: float
    time_base: Fraction
    clock_start: int
    orientation: Orientation
    coded_size: tuple[int, int]
    pixel_aspect: Fraction
    codec: str
    container: str
    pixel_format: str
    has_audio: bool
    audio_codec: str | None
    variable_rate: bool
    colors: Colors
    treatment: Treatment
    notes: tuple[str, ...]

    @classmethod
    def from_path(cls, path: Path | str) -> VideoInfo:
        """Read the header, the first packets and the first frame.

        Raises:
            VideoError: not a video that can be read; the message says what it is instead.
        """
        path = Path(path)
        with open_video(path) as container:
            stream = picture_stream(container)
            context = stream.codec_context
            if context is None:
                raise VideoError(f"{path.name}: no decoder for its video.", fix="Convert it to H.264 with ffmpeg.")
            check_size(path, context.width, context.height)
            times = packet_times(container, _PROBED_PACKETS)
            (frames, exact), duration = _frames(stream), _duration(container)
            fps = _rate(stream, frames, times)
            if not duration:
                frames, duration = _measured(path, fps)
            first = _first_frame(path)
            size = (first.width, first.height)
            check_size(path, *size)
            turned = Orientation.of_picture(first)
            treatment = Treatment.of_picture(first)
            aspect = stream.sample_aspect_ratio or Fraction(1)
            audio = container.streams.audio
            return cls(
                path=path,
                width=turned.size(*size)[0],
                height=turned.size(*size)[1],
                frames=frames or round(duration * fps),
                frames_exact=exact,
                duration_s=duration,
                fps=fps,
                time_base=Fraction(stream.time_base or Fraction(1, 90_000)),
                clock_start=_clock_start(container),
                orientation=turned,
                coded_size=size,
                pixel_aspect=(1 / aspect if turned.swaps_sides else aspect) if aspect > 0 else Fraction(1),
                codec=context.name,
                container=container.format.name,
                pixel_format=context.pix_fmt or "",
                has_audio=bool(audio),
                audio_codec=audio[0].codec_context.name if audio and audio[0].codec_context else None,
                variable_rate=_varies(times, Fraction(stream.time_base or 1)),
                colors=treatment.colors(first),
                treatment=treatment,
                notes=(*_track_notes(container), *treatment.notes),
            )


def _duration(container: InputContainer) -> float:
    stream = picture_stream(container)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / av.time_base


def _track_notes(container: InputContainer) -> list[str]:
    """What people must know about what was chosen of the file, in plain sentences."""
    said = []
    films, sounds = picture_tracks(container), len(container.streams.audio)
    if films > 1:
        context = picture_stream(container).codec_context
        said.append(f"The file holds {films} picture tracks; the one of {context.width}×{context.height} was taken.")
    if sounds > 1:
        said.append(f"The file holds {sounds} sound tracks; the first was kept.")
    if container.format.name in RATELESS:
        said.append("The file does not say how fast it plays; 25 frames a second were taken.")
    return said


def _frames(stream: VideoStream) -> tuple[int, bool]:
    """How many frames are shown, by the file's table or else its header (0: unknown); whether that is exact.

    The table of an MP4 may leave some out; an AVI's header counts places too where the frame before stays.
    """
    index, header = stream.index_entries, stream.frames
    covers = bool(len(index) and stream.duration) and index[-1].timestamp >= _COVERED * (stream.duration or 0)
    if len(index) and (len(index) == header or (covers and len(index) < header)):
        return sum(entry.size > 0 and not entry.is_discard for entry in index), True
    return header, False


def _measured(path: Path, fps: float) -> tuple[int, float]:
    """Frames and seconds of a file that does not say them (streams, recordings of browsers), by all its packets."""
    with open_video(path) as container:
        count, times = 0, []
        try:
            for packet in packets_of(container, picture_stream(container)):
                count += packet.size > 0
                times += [packet.pts] if packet.pts is not None else []
        except av.error.FFmpegError:
            pass  # what can be read counts; the reader says what cannot
        base = Fraction(picture_stream(container).time_base or 1)
        span = float((max(times) - min(times)) * base) + 1 / fps if times else 0.0
    return count, span or count / fps


def _rate(stream: VideoStream, frames: int, times: list[int]) -> float:
    span = float((times[-1] - times[0]) * stream.time_base) if len(times) > 1 and stream.time_base else 0.0
    rate = stream.average_rate or stream.guessed_rate
    if frames and stream.duration and stream.time_base:
        return float(frames / (stream.duration * stream.time_base))
    if rate and 0 < rate <= 1000:
        return float(rate)
    return (len(times) - 1) / span if span else 25.0


def _clock_start(container: InputContainer) -> int:
    stream = picture_stream(container)
    first = stream.start_time or 0
    if container.format.name in FREE_CLOCKS and container.start_time and stream.time_base:
        return round(Fraction(container.start_time, av.time_base) / stream.time_base)
    return min(0, first)


def _first_frame(path: Path) -> av.VideoFrame:
    """The first frame that can be decoded, from a fresh container (its decoder is not used further)."""
    with open_video(path) as container:
        for packet in itertools.islice(packets_of(container, picture_stream(container)), _MOST_PACKETS):
            try:
                for frame in packet.decode():
                    return frame
            except av.error.FFmpegError:
                continue
    raise VideoError(
        f"{path.name}: not one frame can be decoded.", fix="Is the file complete? Copy or record it again."
    )


def _varies(times: list[int], time_base: Fraction) -> bool:
    """True where gaps between frames differ by more than 2 ms and one tick."""
    gaps = [b - a for a, b in itertools.pairwise(times)]
    return bool(gaps) and float((max(gaps) - min(gaps)) * time_base) > max(0.002, 1.5 * float(time_base))
