"""Which codecs this build of PyAV has, and whether the one that everything needs works."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from segcore.video.reader import VideoReader
from segcore.video.writer import VideoWriter

_READ = {
    "H.264": ("h264",),
    "HEVC": ("hevc",),
    "VP9": ("vp9", "libvpx-vp9"),
    "AV1": ("libdav1d", "av1"),
    "MPEG-2": ("mpeg2video",),
    "ProRes": ("prores",),
}
"""What cameras, phones and browsers write → FFmpeg's decoders for it."""


def missing_decoders() -> list[str]:
    """The codecs of `_READ` that cannot be read here."""
    return [name for name, decoders in _READ.items() if not any(_decodes(decoder) for decoder in decoders)]


def _decodes(name: str) -> bool:
    try:
        av.Codec(name, "r")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def round_trip(path: Path) -> int:
    """Write two frames in H.264 and read them; how many came back.

    Raises:
        VideoError, OSError, ValueError: the encoder or the decoder is missing, or does not work.
    """
    with VideoWriter(path, 64, 48, fps=10) as writer:
        for shade in (40, 200):
            writer.write(np.full((48, 64, 3), shade, np.uint8))
    with VideoReader(path) as reader:
        return sum(1 for _ in reader)
