"""Every kind of odd file that people's cameras, phones and tools make, and what must come of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import odd_surgery as surgery
from coded_films import Tone, film

EVERY_40_MS = tuple(range(0, 1000, 40))
FRAMES = tuple(range(25))
"""Times in units of a frame, for containers that know no other."""
RATE = Fraction(1, 25)
CLOCK = Fraction(1, 90_000)
BEEP = 400
QUICK = {"deadline": "realtime", "cpu-used": "8"}
SHARP = {"preset": "8", "crf": "10"}
QUIET = {"x265-params": "log-level=none"}
INTERLACED = 1 << 29 | 1 << 18
"""Motion and transform of a codec that knows fields."""


@dataclass(frozen=True)
class Odd:
    """A file and what must come of it.

    Attributes:
        file: its name.
        make: makes it at this path.
        times_ms: of the overlay's frames.
        numbers: that its pictures say; None: they are too small or too coarse to say one.
        size: (width, height) of what is seen.
        colours: they are those of the source.
        beep_ms: when its sound gets loud.
        sound: the beginning of what the summary says of it.
        says: words of its warnings, one each; there must be no others.
        refused: words of the message, where it must not be read.
    """

    file: str
    make: Callable[[Path], object]
    times_ms: Sequence[float] = EVERY_40_MS
    numbers: Sequence[int] | None = FRAMES
    size: tuple[int, int] = (96, 64)
    colours: bool = True
    beep_ms: float | None = None
    sound: str = "none"
    says: tuple[str, ...] = ()
    refused: str = ""


def odd(file: str, times: Sequence[int] = EVERY_40_MS, *, late: float = 0.0, sound: str = "", **more: Any) -> Odd:
    """A film as it is; the rest are `film`'s and `Odd`'s.

    Args:
        late: milliseconds by which its container shifts everything.
    """
    ours = {name: more.pop(name) for name in ("numbers", "colours", "says") if name in more}
    base = more.get("time_base", Fraction(1, 1000))
    tones = more.get("tones", ())
    return Odd(
        file,
        lambda path: film(path, times, **more),
        times_ms=[float(1000 * base * time) + late for time in times],
        size=more.get("size", (96, 64)),
        beep_ms=1000 * tones[0].beep_s + late if tones else None,
        sound=sound or ("copied" if tones else "none"),
        **{"numbers": range(len(times)), **ours},
    )


def framed(file: str, **more: Any) -> Odd:
    """A film whose container counts frames."""
    return odd(file, FRAMES, time_base=RATE, **more)


def refused(file: str, words: str, make: Callable[[Path], object]) -> Odd:
    """A file that must end in this message."""
    return Odd(file, make, refused=words)


TIMES = {
    "variable rate, B-frames": odd("a.mp4", [0, 100, 150, 900, 1000, 1033], max_b_frames=2),
    "variable rate, WebM": odd(
        "a.webm", [0, 100, 150, 900], codec="libvpx-vp9", options=QUICK, tones=[Tone("libopus")]
    ),
    "open groups of pictures": odd("a.mp4", options={"x264-params": "open-gop=1:keyint=10:bframes=3"}),
    "video starts late": odd("a.mp4", range(700, 1700, 40), tones=[Tone(seconds=2, beep_s=1.1)]),
    "sound starts late": odd("a.mkv", tones=[Tone("pcm_s16le", start_s=0.3)], sound="encoded"),
    "sound before the video, MPEG-TS": odd(
        "a.ts", range(500, 1500, 40), late=10, tones=[Tone("mp2", seconds=1.5)], sound="encoded"
    ),
    "sound goes on": odd("a.mp4", tones=[Tone(seconds=3)]),
    "sound ends early": odd("a.mp4", tones=[Tone(seconds=0.75)]),
    "a gap in the sound": odd(
        "a.mkv", tones=[Tone("pcm_s16le", seconds=1.0, beep_s=0.7, gap_s=(0.2, 0.6))], sound="encoded"
    ),
    "the clock of a transport stream wraps": odd(
        "a.ts", [2**33 - 36_000 + 3600 * n for n in FRAMES], time_base=CLOCK, late=-(2**33 - 36_000) / 90,
        muxing={"avoid_negative_ts": "disabled"},
    ),
    "a frame a second": odd("a.mp4", range(0, 5000, 1000), rate=1),
    "a thousand a second": odd("a.mp4", range(50), rate=1000),
    "one in ten seconds": odd("a.mp4", range(0, 50_000, 10_000), rate=Fraction(1, 10)),
    "an hour's gap": odd("a.mp4", [0, 40, 80, 3_600_000, 3_600_040]),
    "a very fine clock": odd("a.mp4", [n * 400_000 for n in FRAMES], time_base=Fraction(1, 10_000_000)),
    "a single frame": odd("a.mp4", [0]),
    "NTSC": odd("a.mov", [n * 1001 for n in FRAMES], time_base=Fraction(1, 30_000), rate=Fraction(30_000, 1001)),
    "an edit list cuts the start": Odd(
        "a.mp4", surgery.cut_start, times_ms=range(0, 800, 40), numbers=range(5, 25)
    ),
    "an edit list cuts the end": Odd("a.mp4", surgery.cut_end, times_ms=range(0, 600, 40), numbers=range(15)),
    "two recordings joined": Odd(
        "a.ts", surgery.joined, times_ms=range(0, 2000, 40), numbers=[*FRAMES, *FRAMES], says=("clock starts anew",)
    ),
    "stamps stand still": Odd(
        "a.nut", surgery.standing_still, times_ms=[0, 40, 50, 120, 160], numbers=range(5), says=("time stamp",)
    ),
}  # fmt: skip

CONTAINERS = {
    "MPEG-TS with AAC": odd("a.ts", late=21.3, tones=[Tone()], max_b_frames=2),
    "MPEG program stream": framed("a.mpg", codec="mpeg2video", late=10, tones=[Tone("mp2")], sound="encoded"),
    "DVD": framed("a.vob", codec="mpeg2video", late=5.3, tones=[Tone("ac3")], sound="encoded"),
    "webcam MJPEG in AVI": framed(
        "a.avi", codec="mjpeg", pix_fmt="yuvj422p", tones=[Tone("pcm_s16le", 8000)], sound="encoded"
    ),
    "bare MJPEG": odd("a.mjpeg", codec="mjpeg", fmt="mjpeg", pix_fmt="yuvj420p", says=("25 frames a second",)),
    "AVI, H.264 with B-frames": framed("a.avi", max_b_frames=2, late=80),
    "AVI, MPEG-4 with B-frames": framed("a.avi", codec="mpeg4", max_b_frames=2, late=40, tones=[Tone("libmp3lame")]),
    "AVI, DivX 3": framed("a.avi", codec="msmpeg4v3"),
    "AVI, raw": framed("a.avi", codec="rawvideo", pix_fmt="bgr24"),
    "AVI, HuffYUV": framed("a.avi", codec="huffyuv", pix_fmt="yuv422p", tones=[Tone("pcm_u8")], sound="encoded"),
    "bare H.264": odd("a.h264", fmt="h264", max_b_frames=2, says=("25 frames a second",)),
    "Y4M": framed("a.y4m", codec="rawvideo", fmt="yuv4mpegpipe"),
    "GIF": odd("a.gif", range(0, 100, 4), codec="gif", pix_fmt="rgb8", time_base=Fraction(1, 100), colours=False),
    "APNG": odd("a.apng", codec="apng", pix_fmt="rgb24"),
    "WMV": odd("a.wmv", codec="wmv2", late=5, tones=[Tone("ac3")], sound="encoded"),
    "Flash, MP3": odd("a.flv", codec="flv", late=25, tones=[Tone("libmp3lame", 44_100)]),
    "Flash, H.264 with B-frames": odd("a.flv", max_b_frames=2, late=80, tones=[Tone(rate=44_100)]),
    "3GP": framed("a.3gp", codec="h263", size=(128, 96), tones=[Tone(rate=8000)]),
    "3GP with AMR": framed(
        "a.3gp", codec="h263", size=(128, 96), tones=[Tone("libopencore_amrnb", 8000)], sound="encoded"
    ),
    "MXF": framed("a.mxf", codec="jpeg2000", pix_fmt="yuv422p", tones=[Tone("pcm_s16le")], sound="encoded"),
    "fragmented MP4": odd("a.mp4", muxing={"movflags": "frag_keyframe+empty_moov"}, gop_size=5, max_b_frames=0),
    "recorded by a browser": odd(
        "a.webm", codec="libvpx", options=QUICK, muxing={"live": "1"}, tones=[Tone("libopus")]
    ),
    "Ogg": framed("a.ogv", codec="libvpx", fmt="ogg", options=QUICK),
    "timecode track": odd("a.mov", metadata={"timecode": "01:00:00:00"}, tones=[Tone("pcm_s24be")], sound="encoded"),
    "a cover first": Odd("a.mp4", surgery.with_cover),
    "two picture tracks": Odd("a.mkv", surgery.two_tracks, says=("2 picture tracks",)),
    "two sound tracks": odd("a.mp4", tones=[Tone(), Tone(beep_s=0.6)], says=("2 sound tracks",)),
    "a name with % and blanks": odd("my 100%d,|über 日本.mp4"),
    "a name like an option": odd("-i.mp4"),
    "no suffix": odd("video", fmt="mp4"),
}  # fmt: skip

PICTURES = {
    "HEVC, 10 bits": odd("a.mp4", codec="libx265", pix_fmt="yuv420p10le", options=QUIET),
    "H.264, 10 bits": odd("a.mp4", pix_fmt="yuv420p10le"),
    "H.264, 4:4:4": odd("a.mp4", pix_fmt="yuv444p"),
    "H.264, RGB": odd("a.mp4", codec="libx264rgb", pix_fmt="rgb24"),
    "AV1, 10 bits": odd("a.mkv", codec="libsvtav1", pix_fmt="yuv420p10le", options=SHARP),
    "HDR10": odd(
        "a.mp4", codec="libx265", pix_fmt="yuv420p10le", options=QUIET, colours=False, says=("HDR10",),
        color_trc=16, color_primaries=9, colorspace=9,
    ),
    "HLG": odd(
        "a.mp4", codec="libx265", pix_fmt="yuv420p10le", options=QUIET, colours=False, says=("HLG",),
        color_trc=18, color_primaries=9, colorspace=9,
    ),
    "grey": odd("a.mkv", codec="ffv1", pix_fmt="gray", colours=False),
    "grey, 16 bits": odd("a.mkv", codec="ffv1", pix_fmt="gray16le", colours=False),
    "VP9 with alpha": odd("a.webm", codec="libvpx-vp9", pix_fmt="yuva420p", options=QUICK),
    "ProRes 4444": odd("a.mov", codec="prores_ks", pix_fmt="yuva444p10le"),
    "PNG with alpha": odd("a.mov", codec="png", pix_fmt="rgba"),
    "animation in MOV": odd("a.mov", codec="qtrle", pix_fmt="argb"),
    "planar RGB": framed("a.avi", codec="utvideo", pix_fmt="gbrp"),
    "PAL, interlaced, broad pixels": framed(
        "a.ts", codec="mpeg2video", size=(720, 576), flags=INTERLACED, bit_rate=4_000_000,
        sample_aspect_ratio=Fraction(16, 15), says=("interlaced",),
    ),
    "DV": odd(
        "a.dv", range(5), codec="dvvideo", size=(720, 576), time_base=RATE, says=("interlaced",),
    ),
    "on its left side": odd("a.mp4", turn=90),
    "on its right side": odd("a.mp4", turn=-90),
    "on its head": odd("a.mov", turn=180),
    "mirrored": odd("a.mov", flip=True),
    "mirrored and lying": odd("a.mp4", turn=90, flip=True),
    "broad pixels, lying": odd("a.mp4", turn=90, sample_aspect_ratio=Fraction(4, 3)),
    "odd sides": odd("a.mkv", codec="ffv1", size=(63, 47)),
    "odd sides, lying": odd("a.mov", codec="png", pix_fmt="rgb24", size=(63, 47), turn=90),
    "height no multiple of 4": odd("a.mp4", size=(96, 54)),
    "1 × 1": odd("a.mkv", codec="ffv1", pix_fmt="bgr0", size=(1, 1), numbers=None, colours=False),
    "2 × 2": odd("a.mp4", size=(2, 2), numbers=None, colours=False),
    "500 × 1": odd("a.mkv", codec="ffv1", pix_fmt="bgr0", size=(500, 1), numbers=None, colours=False),
    "3 × 501": odd("a.mkv", codec="ffv1", pix_fmt="bgr0", size=(3, 501), numbers=None, colours=False),
    "very broad": odd("a.mkv", [0, 40], codec="mpeg4", size=(8190, 16)),
    "another size midway": Odd(
        "a.ts", surgery.grown, times_ms=range(0, 1960, 40), numbers=[*range(24), *FRAMES],
        says=("changed size", "clock starts anew"),
    ),  # FFmpeg's MPEG-2 decoder drops the frame that it holds back when the size changes
}  # fmt: skip

SOUNDS = {
    f"{codec}, {file}": odd(file, [0, 500], tones=[Tone(codec, *more)], sound=sound, max_b_frames=0)
    for file, codec, sound, *more in (
        ("a.mp4", "aac", "copied", 48_000, "5.1"),
        ("a.mp4", "libmp3lame", "copied"),
        ("a.mkv", "libopus", "copied"),
        ("a.mkv", "flac", "copied"),
        ("a.mov", "alac", "encoded"),
        ("a.mp4", "ac3", "encoded", 48_000, "5.1"),
        ("a.mkv", "eac3", "encoded"),
        ("a.mov", "pcm_s24be", "encoded", 11_025),
        ("a.mkv", "pcm_f32le", "encoded", 96_000, "stereo"),
        ("a.mov", "pcm_mulaw", "encoded", 8000),
    )
}
SOUNDS = {f"{name} {number}": kind for number, (name, kind) in enumerate(SOUNDS.items())}

BROKEN = {
    "cut off before its table": refused("a.mov", "cut off or damaged", surgery.cut(0.9)),
    "cut off behind its table": Odd(
        "a.mp4", surgery.cut(0.6), numbers=None, times_ms=(), says=("are lost", "sound were left out"), sound="copied"
    ),
    "MKV cut off": Odd(
        "a.mkv", surgery.cut(0.5), numbers=None, times_ms=(), says=("the rest is missing",), sound="copied"
    ),
    "MKV of nothing but its head": refused("a.mkv", "read|decoded", surgery.cut(0.03)),
    "empty": refused("a.mp4", "empty", lambda path: path.write_bytes(b"")),
    "a PNG": refused("a.mp4", "a PNG image", surgery.still("PNG")),
    "a GIF that does not move": refused("a.gif", "a GIF image", surgery.still("GIF")),
    "a WebP": refused("a.webp", "a WebP image", surgery.still("WEBP")),
    "a playlist": refused(
        "a.m3u8", "a playlist", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    ),
    "a text": refused("a.avi", "not a video", lambda path: path.write_text("no video at all")),
    "only sound": refused("a.m4a", "holds only sound", surgery.only_sound),
}  # fmt: skip

ODD = TIMES | CONTAINERS | PICTURES | SOUNDS | BROKEN
