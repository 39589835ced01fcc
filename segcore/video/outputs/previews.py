"""What people see of a running job: the newest overlay frame, small, about once a second."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import appearing
from segcore.video.outputs.product import Product

PREVIEW_FILE = "preview.jpg"
POSTER_FILE = "poster.jpg"
PREVIEW_WIDTH = 960
_QUALITY = 82
_EVERY_S = 1.0


class Previews:
    """See `Output`; gives previews at most once a second, and the fullest one as the poster.

    Args:
        folder: where the poster goes; its name says how many classes are on it.
        tell: takes each preview as JPEG.
    """

    stage = "preview"

    def __init__(self, folder: Path, tell: Callable[[bytes], None]) -> None:
        self.files: tuple[Path, ...] = ()
        self._folder, self._tell = folder, tell
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
            self.files = (self._folder / f"poster-{self._poster[0]}.jpg",)
            self.files[0].write_bytes(self._poster[1])


def previews(tell: Callable[[bytes], None]) -> Product:
    """`Previews` of a job; the poster is the fullest of all chunks, the first of these."""

    def join(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
        posters = [path for folder in folders for path in folder.glob("poster-*.jpg")]
        fullest = max(posters, key=lambda path: int(path.stem.partition("-")[2]))
        with appearing(out / POSTER_FILE) as partial:
            shutil.copyfile(fullest, partial)
        return (out / POSTER_FILE,)

    return Product(lambda folder: Previews(folder, tell), join)


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
