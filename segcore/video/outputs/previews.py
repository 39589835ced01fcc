"""What people see of a running job: the newest overlay frame, small, about once a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from segcore.video.labelled import FinishedFrame

PREVIEW_FILE = "preview.jpg"
POSTER_FILE = "poster.jpg"
PREVIEW_WIDTH = 960
_QUALITY = 82
_EVERY_S = 1.0


class Previews:
    """See `Output`; gives previews at most once a second, and the fullest one as the poster.

    Args:
        poster: the .jpg to write.
        tell: takes each preview as JPEG.
    """

    stage = "preview"

    def __init__(self, poster: Path, tell: Callable[[bytes], None]) -> None:
        self.files = (poster,)
        self._tell = tell
        self._given_at = float("-inf")
        self._poster: tuple[int, bytes] = (-1, b"")

    def __enter__(self) -> Previews:
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`; the poster is the first preview with the most classes."""
        now = time.monotonic()
        if now - self._given_at < _EVERY_S:
            return
        self._given_at = now
        picture = to_jpeg(frame.overlay.rgb(PREVIEW_WIDTH))
        present = int((frame.measure.pixels[1:] > 0).sum())
        if present > self._poster[0]:
            self._poster = (present, picture)
        self._tell(picture)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.files[0].write_bytes(self._poster[1])


def to_jpeg(image: np.ndarray, width: int = PREVIEW_WIDTH) -> bytes:
    """A JPEG no wider than this.

    Args:
        image: (H, W, 3) uint8 RGB.
        width: pixels.
    """
    if image.shape[1] > width:
        height = max(1, round(image.shape[0] * width / image.shape[1]))
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
