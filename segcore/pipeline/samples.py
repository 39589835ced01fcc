"""Samples for people to look at, and the way they take from one process to another. No TensorFlow here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

import numpy as np


@dataclass(frozen=True)
class Samples:
    """Samples `start`, `start` + 1, … of a training.

    Attributes:
        images: (count, h, w, 3) uint8 RGB.
        labels: (count, h, w) uint8.
        stems: the frame that each was taken from.
        start: the number of the first, from 0.
    """

    images: np.ndarray
    labels: np.ndarray
    stems: tuple[str, ...]
    start: int

    def write(self, out: IO[bytes]) -> None:
        """A line of JSON, then the pixels of the images and of the labels as they lie in memory."""
        header = {"shape": self.labels.shape, "stems": self.stems, "start": self.start}
        out.write(json.dumps(header).encode() + b"\n" + self.images.tobytes() + self.labels.tobytes())

    @classmethod
    def read(cls, header: dict[str, Any], source: IO[bytes]) -> Samples:
        """What `write` wrote, its first line already read.

        Raises:
            EOFError: there are fewer pixels than the header says.
        """
        shape = tuple(header["shape"])
        images, labels = (_pixels(source, s) for s in ((*shape, 3), shape))
        return cls(images, labels, tuple(header["stems"]), header["start"])


def _pixels(source: IO[bytes], shape: tuple[int, ...]) -> np.ndarray:
    size = int(np.prod(shape))
    data = source.read(size)
    if len(data) < size:
        raise EOFError(f"expected {size} bytes. Received: {len(data)}")
    return np.frombuffer(data, np.uint8).reshape(shape)
