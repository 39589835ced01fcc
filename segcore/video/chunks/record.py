"""What is known of a finished chunk: enough to go on after it, and to see that chunks fit together."""

from __future__ import annotations

import zlib
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

Ends = Literal["border", "video", "stop"]
"""border: the next chunk follows; video: the video has ended; stop: a person ended it here."""


class Witness(BaseModel):
    """A segmented frame, to be known again: its number, its time, and a checksum of what the network saw.

    Without a checksum it is one that nobody has seen yet: a guess by its time.
    """

    model_config = ConfigDict(frozen=True)

    index: int
    pts: int
    crc: int | None = None

    @classmethod
    def of(cls, index: int, pts: int, small: np.ndarray) -> Witness:
        """Of a frame at network resolution: (h, w, 3) uint8 RGB."""
        return cls(index=index, pts=pts, crc=zlib.crc32(small.tobytes()))


class ChunkRecord(BaseModel):
    """One finished chunk.

    Attributes:
        number: of the chunk in its plan.
        frames: that were segmented.
        labelled: how many of these the network has seen; the others took labels of the one before.
        before: the segmented frame before its first one; None at the beginning of the video.
        last: its last segmented frame.
        ends: why it ends there.
        seconds: of work.
        damage: what could not be read in it, as `video.damage.Damage` counts.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    frames: int
    labelled: int
    before: Witness | None
    last: Witness
    ends: Ends
    seconds: float
    damage: dict[str, Any]


def chained(records: list[ChunkRecord]) -> int:
    """How many of these chunks, from the first, follow each other without a frame missing, doubled or read otherwise.

    Args:
        records: in the order of their numbers.
    """
    before: Witness | None = None
    for count, record in enumerate(records):
        if record.before != before:
            return count
        before = record.last
    return len(records)
