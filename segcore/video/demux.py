"""Opening video files: only named containers, only this file, plain messages for what is no video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from segcore.errors import VideoError

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,ivf,nut,mxf,dv,"
    "h264,hevc,mjpeg,yuv4mpegpipe,gif,apng"
)
"""Containers that hold frames themselves. Playlists (concat, hls, dash …), images and devices are not among them."""

TIMELESS = ("avi", "h264", "hevc")
"""Their packets stand in decoding order and say nothing of when a picture is shown."""

FREE_CLOCKS = ("mpegts", "mpeg")
"""Their clocks start anywhere, and they do not say how long they last."""

RATELESS = ("h264", "hevc", "mjpeg")
"""They do not say either how many pictures a second they are; 25 are taken."""

_REORDERED = 32
_MOST_DAMAGE = 10_000

READ_OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"WEBP", "a WebP image"),
    (b"BM", "a BMP image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"ffconcat", "a playlist, which may point to other files"),
    (b"#EXTM3U", "a playlist, which may point to other files"),
    (b"<", "a text document"),
)


def open_video(path: Path) -> InputContainer:
    """Open a file that has a video stream.

    Raises:
        VideoError: missing, empty, no video container, damaged, or without a video stream.
    """
    container = _open(path)
    if not _films(container):
        has_audio = bool(container.streams.audio)
        container.close()
        what = "holds only sound" if has_audio else "holds no video stream"
        raise VideoError(f"{path.name}: the file {what}.", fix="Choose a file with a picture track.")
    if container.format.name == "gif" and picture_stream(container).frames == 1:
        container.close()
        message, fix = _refusal(path, None)
        raise VideoError(message, fix=fix)
    return container


def _open(path: Path) -> InputContainer:
    if not path.is_file():
        raise VideoError(f"{path}: no such file.", fix="Check the path.")
    if path.stat().st_size == 0:
        raise VideoError(f"{path.name}: the file is empty.", fix="Copy or record it again.")
    try:
        return av.open(str(path.absolute()), options=READ_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, UnicodeError) as error:
        message, fix = _refusal(path, error)
        raise VideoError(message, fix=fix) from error


def _refusal(path: Path, error: Exception | None) -> tuple[str, str]:
    with path.open("rb") as file:
        head = file.read(16)
    for signature, name in _SIGNATURES:
        if head.startswith(signature) or (head[8:].startswith(signature) and head.startswith(b"RIFF")):
            return (
                f"{path.name}: expected a video. Received: {name}.",
                "Choose an MP4, MOV, MKV, WebM or AVI file.",
            )
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return (
            f"{path.name}: the MP4 is cut off or damaged: its table of frames cannot be read.",
            "Copy or record it again; a recording that was interrupted may be saved by a repair tool.",
        )
    reason = getattr(error, "strerror", None) or str(error)
    return (
        f"{path.name}: not a video that can be read ({reason}).",
        "Choose an MP4, MOV, MKV, WebM, AVI or MPEG-TS file.",
    )


def picture_stream(container: InputContainer) -> VideoStream:
    """The track that players show: covers are left out, marked ones and those with more to them come first."""
    best = container.streams.best("video")
    films = _films(container)
    return best if isinstance(best, VideoStream) and best in films else films[0]


def picture_tracks(container: InputContainer) -> int:
    """How many tracks hold moving pictures."""
    return len(_films(container))


def _films(container: InputContainer) -> list[VideoStream]:
    cover = Disposition.attached_pic | Disposition.timed_thumbnails
    return [s for s in container.streams.video if not s.disposition & cover]


def packets_of(
    container: InputContainer, stream: VideoStream | AudioStream, on_damage: Callable[[], None] = lambda: None
) -> Iterator[Packet]:
    """Packets of a track, up to the end of the file: damaged places are passed over.

    Args:
        container: the file.
        stream: the track.
        on_damage: called at every place that cannot be read.

    Raises:
        FFmpegError: the file cannot be read any further, for other reasons than damage.
    """
    for _ in range(_MOST_DAMAGE):
        try:
            yield from container.demux(stream)
            return
        except (av.error.EOFError, IndexError):  # PyAV trips over tracks that appeared on the way
            return
        except av.error.InvalidDataError:
            on_damage()


def packet_times(container: InputContainer, limit: int | None) -> list[int]:
    """Presentation times of the first video packets that are shown, sorted, in units of the stream's time base.

    Packets stand in decoding order, so the last ones before a limit leave gaps and are dropped.

    Args:
        limit: how many packets to look at; None: all.
    """
    times: list[int] = []
    try:
        for packet in packets_of(container, picture_stream(container)):
            if packet.pts is not None and not packet.is_discard:
                times.append(packet.pts)
            if limit is not None and len(times) >= limit:
                break
    except av.error.FFmpegError:
        return sorted(times)
    times.sort()
    return times if limit is None or len(times) < limit else times[:-_REORDERED]
