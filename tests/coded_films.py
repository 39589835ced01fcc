"""Films that can be checked: each picture says its number, which way is up and what its colours are; a tone begins
with a known picture."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

BITS = 6
LEFT, RIGHT = (200, 90, 40), (40, 80, 190)
"""Colours of the upper half; the lower half holds the number as black and white fields, the highest bit at the left."""
MS = Fraction(1, 1000)
RATE = 48_000


def painted(number: int, width: int, height: int) -> np.ndarray:
    """The picture of a number below 64: (height, width, 3) uint8 RGB, upright."""
    image = np.empty((height, width, 3), np.uint8)
    image[: height // 2, : width // 2], image[: height // 2, width // 2 :] = LEFT, RIGHT
    bits = np.array([number >> bit & 1 for bit in range(BITS - 1, -1, -1)])
    columns = np.minimum(np.arange(width) * BITS // width, BITS - 1)
    image[height // 2 :] = np.where(bits[columns], 225, 30)[None, :, None]
    return image


def number_of(image: np.ndarray) -> int:
    """The number that a picture says, whatever its size: (H, W, 3) uint8 RGB."""
    height, width = image.shape[:2]
    rows = slice(height * 5 // 8, height * 7 // 8)
    middles = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    reach = max(1, width // BITS // 4)
    bits = [image[rows, max(0, x - reach) : x + reach].mean() > 127 for x in middles]
    return sum(int(bit) << place for place, bit in enumerate(reversed(bits)))


def patches(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean colours of the middles of the upper left and the upper right: (3,) float each."""
    height, width = image.shape[:2]
    rows = slice(height // 8, height * 3 // 8)
    left, right = image[rows, width // 8 : width * 3 // 8], image[rows, width * 5 // 8 : width * 7 // 8]
    return left.mean((0, 1)), right.mean((0, 1))


@dataclass(frozen=True)
class Tone:
    """A sound track: silence, and a tone from `beep_s` on for 0.3 s.

    Attributes:
        start_s: when the track begins, seconds.
        seconds: how long it is.
        gap_s: from when to when it has no packets at all.
    """

    codec: str = "aac"
    rate: int = RATE
    layout: str = "mono"
    start_s: float = 0.0
    seconds: float = 1.0
    beep_s: float = 0.4
    gap_s: tuple[float, float] | None = None

    def frames(self) -> list[av.AudioFrame]:
        """Its samples, a fiftieth of a second each."""
        step = self.rate // 50
        times = self.start_s + np.arange(round(self.seconds * self.rate)) / self.rate
        wave = 0.5 * np.sin(2 * np.pi * 1000 * times) * ((times >= self.beep_s) & (times < self.beep_s + 0.3))
        count = av.AudioLayout(self.layout).nb_channels
        made = []
        for start in range(0, len(wave), step):
            if self.gap_s and self.gap_s[0] <= times[start] < self.gap_s[1]:
                continue
            block = np.repeat(wave[None, start : start + step], count, 0).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", self.layout)
            frame.sample_rate, frame.time_base = self.rate, Fraction(1, self.rate)
            frame.pts = round(self.start_s * self.rate) + start
            made.append(frame)
        return made


@contextmanager
def as_urgent_as_before() -> Iterator[None]:
    """As root, SVT-AV1 makes its caller a real-time thread, before which the whole machine stands still: undo it."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        if os.sched_getscheduler(0) != before[0]:
            os.sched_setscheduler(0, *before)


def film(
    path: Path,
    times: Sequence[int] = tuple(range(0, 1000, 40)),
    *,
    size: tuple[int, int] = (96, 64),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    fmt: str | None = None,
    time_base: Fraction = MS,
    rate: int | Fraction = 25,
    turn: int = 0,
    flip: bool = False,
    tones: Sequence[Tone] = (),
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    **context: Any,
) -> Path:
    """A film with a picture at each of these times.

    Args:
        path: where to.
        times: in units of `time_base`.
        size: (width, height) upright.
        turn: degrees anticlockwise that a player must turn the stored pictures, for they lie.
        flip: they are stored mirrored, too.
        tones: sound tracks.
        options: of the encoder.
        muxing: of the container.
        metadata: of the video stream.
        context: attributes of the encoder's context.
    """
    with as_urgent_as_before(), av.open(str(path), "w", format=fmt, options=muxing or {}) as output:
        stored = _lying(painted(0, *size), turn, flip).shape
        stream = output.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = stored[1], stored[0], pix_fmt
        stream.time_base = stream.codec_context.time_base = time_base
        for name, value in context.items():
            setattr(stream.codec_context, name, value)
        stream.metadata.update(metadata or {})
        if turn or flip:
            stream.set_display_rotation(turn, hflip=flip)
        sounds = [(output.add_stream(tone.codec, rate=tone.rate, layout=tone.layout), tone.frames()) for tone in tones]
        pictures = []
        for number, time in enumerate(times):
            image = _lying(painted(number, *size), turn, flip)
            frame = as_frame(image, pix_fmt)
            frame.pts, frame.time_base = time, time_base
            pictures.append(frame)
        _mux(output, [(stream, pictures), *sounds])
    return path


def as_frame(image: np.ndarray, pix_fmt: str) -> av.VideoFrame:
    """An image (H, W, 3) uint8 RGB in a pixel format; what has an alpha plane is opaque."""
    return av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=pix_fmt)


def _lying(image: np.ndarray, turn: int, flip: bool) -> np.ndarray:
    """As a camera stores it that says "turn me": the inverse of what the player does (flips come last)."""
    image = image[:, ::-1] if flip else image
    return np.ascontiguousarray(np.rot90(image, -turn // 90))


def _mux(output: av.container.OutputContainer, streams: Sequence[tuple[Any, Sequence[Any]]]) -> None:
    """All streams, in the order of time."""
    waiting = sorted(
        (
            (frame.time if frame.pts is not None else 0.0, n, frame)
            for n, (_, frames) in enumerate(streams)
            for frame in frames
        ),
        key=lambda item: item[:2],
    )
    for _, number, frame in waiting:
        output.mux(streams[number][0].encode(frame))
    for stream, _ in streams:
        output.mux(stream.encode(None))


@dataclass(frozen=True)
class Seen:
    """What a player finds in a file.

    Attributes:
        times_s: of the pictures.
        numbers: that they say.
        size: (width, height) of the first.
        first: the first picture, (H, W, 3) uint8 RGB.
        beep_s: when the sound gets loud; None: it never does.
        sound: codec of the sound; None where there is none.
    """

    times_s: list[float]
    numbers: list[int]
    size: tuple[int, int]
    first: np.ndarray
    beep_s: float | None
    sound: str | None


def seen(path: Path, crop: tuple[int, int] | None = None) -> Seen:
    """Decode a file that is no odd one; `crop`: (width, height) to look at."""
    times, numbers, first = [], [], None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            image = frame.to_ndarray(format="rgb24")
            image = image[: crop[1], : crop[0]] if crop else image
            first = image if first is None else first
            times.append(float(frame.time))
            numbers.append(number_of(image))
    assert first is not None
    with av.open(str(path)) as container:
        sound = container.streams.audio[0].codec_context.name if container.streams.audio else None
        beep = _onset(container) if sound else None
    return Seen(times, numbers, first.shape[1::-1], first, beep, sound)


def _onset(container: av.container.InputContainer) -> float | None:
    for frame in container.decode(audio=0):
        wave = np.abs(frame.to_ndarray().astype(np.float64))
        wave = (wave / (1 if frame.format.name.startswith(("flt", "dbl")) else 32768)).max(0)
        loud = np.flatnonzero(wave > 0.1)
        if len(loud):
            return float(frame.time) + float(loud[0]) / frame.sample_rate
    return None
