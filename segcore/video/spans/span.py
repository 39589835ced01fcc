"""A stretch of a job's chunks that one worker makes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from segcore.video.chunks.record import Witness


class Span(BaseModel):
    """Chunks that follow each other.

    Attributes:
        first: number of its first chunk.
        until: number of the chunk that it ends before; None: it ends with the video.
        after: the segmented frame before its first one, perhaps only guessed; None: it begins with the video.
    """

    model_config = ConfigDict(frozen=True)

    first: int = 0
    until: int | None = None
    after: Witness | None = None

    def holds(self, number: int) -> bool:
        """Whether a chunk is one of its own."""
        return self.first <= number and (self.until is None or number < self.until)
