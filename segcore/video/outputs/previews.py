"""What people see of a job: the newest overlay frame while it runs, small, and a still afterwards."""

from __future__ import annotations

import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import appearing
from segcore.video.outputs.product import Product
from segcore.video.planes import Planes

PREVIEW_FILE = "preview.jpg"
POSTER_FILE = "poster.jpg"
PREVIEW_WIDTH = 960
WATCHED_S = 0.5
"""Seconds between two previews while somebody looks …"""
UNWATCHED_S = 5.0
"""… and while nobody does."""
_QUALITY = 82


class Previews:
    """See `Output`; the newest frame twice a second while it is watched, and the fullest frame as the poster.

    Pictures are made and handed over by a thread of its own, so that no stage waits for a disk; what comes while
    that thread is busy is left out. Frames are held, not copied: an overlay is not drawn on again.

    Args:
        folder: where the poster goes; its name says how many classes are on it.
        tell: takes each preview as JPEG, in that thread.
        watched: whether somebody looks; asked twice a second at most.
    """

    stage = "preview"

    def __init__(
        self, folder: Path, tell: Callable[[bytes], None], watched: Callable[[], bool] = lambda: False
    ) -> None:
        self.files: tuple[Path, ...] = ()
        self._folder, self._tell, self._watched = folder, tell, watched
        self._asked_at = self._given_at = float("-inf")
        self._poster: tuple[int, Planes | None] = (-1, None)
        self._waiting: queue.Queue[Planes | None] = queue.Queue(maxsize=1)
        self._thread = threading.Thread(target=self._give, name="video-preview", daemon=True)

    def __enter__(self) -> Previews:
        self._thread.start()
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`; the poster is the first frame with the most classes."""
        present = int((frame.measure.pixels[1:] > 0).sum())
        if present > self._poster[0]:
            self._poster = (present, frame.overlay)
        if self._due() and self._waiting.empty():
            self._given_at = time.monotonic()
            self._waiting.put(frame.overlay)

    def _due(self) -> bool:
        now = time.monotonic()
        if now - max(self._asked_at, self._given_at) < WATCHED_S:
            return False
        self._asked_at = now
        return now - self._given_at >= UNWATCHED_S or self._watched()

    def _give(self) -> None:
        failing = False
        while (overlay := self._waiting.get()) is not None:
            try:
                self._tell(to_jpeg(overlay.rgb(PREVIEW_WIDTH)))
                failing = False
            except Exception as error:  # whatever the store raises: a job does not end for want of a picture
                if not failing:
                    print(f"segcore: the live picture was not written, trying again: {error}", file=sys.stderr)
                failing = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.put(None)
        self._thread.join()
        present, overlay = self._poster
        if kind is None and overlay is not None:
            self.files = (self._folder / f"poster-{present}.jpg",)
            self.files[0].write_bytes(to_jpeg(overlay.rgb(PREVIEW_WIDTH)))


def previews(tell: Callable[[bytes], None], watched: Callable[[], bool]) -> Product:
    """`Previews` of a job; the poster is the fullest of all chunks, the first of these."""

    def join(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
        posters = [path for folder in folders for path in folder.glob("poster-*.jpg")]
        fullest = max(posters, key=lambda path: int(path.stem.partition("-")[2]))
        with appearing(out / POSTER_FILE) as partial:
            shutil.copyfile(fullest, partial)
        return (out / POSTER_FILE,)

    return Product(lambda folder: Previews(folder, tell, watched), join)


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
