"""Small pictures of labelled frames, kept on disk: made once, found again after a restart, never stale, bounded.

A picture's name is a hash of all that it depends on: both files with their times and sizes, what the labels
mean, the classes' colours, the layer and the width. So nothing is ever looked up that no longer holds.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from pages.common.pictures import Layer, jpeg, layered, shrink
from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, Pair, read_labels
from segcore.datasets.images import load, open_picture
from segcore.errors import SegcoreError

LIMIT = 500_000_000
"""Bytes that all pictures together may take."""

_VERSION = "1"
_TOUCH_AFTER = 3600.0
"""Seconds after which a picture that is looked at again counts as fresh: not every look writes to the disk."""


class Thumbs:
    """The pictures below one folder; safe to use from several threads and processes."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder, self.limit = folder, limit
        self._lock = threading.Lock()
        self._written = limit  # so that the first picture written looks at what is there

    def pictures(
        self, dataset: Dataset, pairs: Sequence[Pair], layer: Layer = "contours", width: int = 320
    ) -> list[bytes]:
        """`picture` of each, some at a time."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda pair: self.picture(dataset, pair, layer, width), pairs))

    def picture(self, dataset: Dataset, pair: Pair, layer: Layer = "contours", width: int = 320) -> bytes:
        """One frame as a JPEG at most `width` wide; a grey one that says so where a file cannot be read."""
        try:
            path = self.folder / _name(pair, dataset.classes, layer, width)
            kept = _read(path)
            if kept is None:
                kept = jpeg(small(pair, dataset.classes, layer, width))
                self._keep(path, kept)
        except (SegcoreError, OSError):
            return jpeg(_unreadable(width))
        return kept

    def _keep(self, path: Path, picture: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
        fresh.write_bytes(picture)
        fresh.replace(path)
        with self._lock:
            self._written += len(picture)
            if self._written < self.limit // 20:
                return
            self._written = 0
        self.trim()

    def trim(self) -> None:
        """Where there is more than 90 % of what is allowed, the pictures not seen for longest go."""
        seen = []
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                stat = path.stat()
                seen.append((stat.st_mtime, stat.st_size, path))
        total, most = sum(size for _, size, _ in seen), self.limit * 9 // 10
        for _, size, path in sorted(seen):
            if total <= most:
                return
            with suppress(OSError):
                path.unlink()
                total -= size


def small(pair: Pair, classes: ClassTable, layer: Layer, width: int) -> np.ndarray:
    """A frame in one of its layers: (h, w, 3) uint8, at most `width` wide.

    Raises:
        SegcoreError, OSError: a file is missing or damaged.
    """
    with open_picture(pair.image) as picture:
        height = max(1, round(picture.height * width / picture.width))
        picture.draft("RGB", (width, height))  # JPEG: decoded at an eighth, a quarter or half its size
        load(picture, pair.image)
        image = shrink(np.asarray(picture.convert("RGB")), width)
    if layer == "image":
        return image
    labels = read_labels(pair)
    fine = (image.shape[1] * 2, image.shape[0] * 2)  # contours are smooth at twice the picture's size
    if labels.shape[1] > fine[0] and layer != "mask":
        labels = cv2.resize(labels, fine, interpolation=cv2.INTER_NEAREST_EXACT)
    return layered(image, labels, classes, layer)


def _name(pair: Pair, classes: ClassTable, layer: Layer, width: int) -> str:
    parts: list[object] = [_VERSION, layer, width, _stamp(pair.image)]
    if layer != "image":
        parts += [_stamp(pair.mask), pair.table.hex(), [c.color for c in classes]]
    name = hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
    return f"{name[:2]}/{name[2:]}.jpg"


def _stamp(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


def _read(path: Path) -> bytes | None:
    try:
        picture = path.read_bytes()
        if time.time() - path.stat().st_mtime > _TOUCH_AFTER:
            os.utime(path)
    except OSError:
        return None
    return picture or None


def _unreadable(width: int) -> np.ndarray:
    tile = np.full((max(1, width * 3 // 4), width, 3), 140, np.uint8)
    scale = width / 420
    place = (round(width * 0.18), round(width * 0.39))
    return cv2.putText(tile, "cannot be read", place, cv2.FONT_HERSHEY_SIMPLEX, scale, (70, 70, 70), 1, cv2.LINE_AA)
