"""What a job works on, with what, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segcore.inference.predictor import Predictor
from segcore.video.chunks.plan import Plan
from segcore.video.chunks.shelf import Shelf
from segcore.video.config import SegmentConfig
from segcore.video.outputs.product import Product
from segcore.video.region import Region
from segcore.video.source import Source


@dataclass(frozen=True)
class Assignment:
    """The same for all that work on a job.

    Attributes:
        config: what to do.
        predictor: the network.
        reader: the video, opened.
        region: what the network sees; None: the whole frame.
        shelf: where chunks are kept.
        products: what is made.
    """

    config: SegmentConfig
    predictor: Predictor
    reader: Source
    region: Region | None
    shelf: Shelf
    products: Sequence[Product]

    @property
    def seen(self) -> tuple[int, int]:
        """(height, width) of what the network sees, in pixels of the video."""
        return self.region.size if self.region else (self.reader.info.height, self.reader.info.width)

    @property
    def network_size(self) -> tuple[int, int]:
        """(height, width) of the network's input."""
        return self.predictor.size_for(*self.seen)

    @property
    def plan(self) -> Plan:
        """Where chunks begin."""
        config, info = self.config, self.reader.info
        return Plan.of(
            config.chunk_frames, every=config.every, fps=info.fps, time_base=info.time_base, start_s=config.start_s
        )
