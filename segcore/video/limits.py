"""What is too large to be a video."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import VideoError

MAX_LONG_SIDE = 8192
MAX_SHORT_SIDE = 4320


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse frames beyond 8192×4320, upright or lying, before one is decoded.

    Raises:
        VideoError: too large, or without a size.
    """
    if width <= 0 or height <= 0:
        raise VideoError(
            f"{path.name}: the header names no frame size ({width}×{height}).",
            fix="The file is damaged or incomplete; copy it again.",
        )
    if max(width, height) > MAX_LONG_SIDE or min(width, height) > MAX_SHORT_SIDE:
        raise VideoError(
            f"{path.name}: expected frames of at most {MAX_LONG_SIDE}×{MAX_SHORT_SIDE}. Received: {width}×{height}.",
            fix="Scale the video down first, for example: ffmpeg -i IN -vf scale=3840:-2 OUT.mp4",
        )
