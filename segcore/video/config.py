"""The settings of a video job."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from segcore.video.look import Look
from segcore.video.outputs.extras import Extra
from segcore.video.pictures import FPS
from segcore.video.region import Region
from segcore.video.speed import Speed

CHUNK_FRAMES = 600


class SegmentConfig(Look):
    """Everything that decides a video job, how it looks among it; recorded with its run."""

    video: Path = Field(description="a video file, or a folder or a ZIP of numbered pictures")
    fps: float = Field(default=FPS, gt=0, le=1000, description="pictures a second of a folder or a ZIP")
    run: str = Field(description="id or name of the training run")
    start_s: float = Field(default=0.0, ge=0)
    end_s: float | None = Field(default=None, gt=0)
    every: int = Field(default=1, ge=1, le=100_000, description="only each so-many-th frame is segmented and shown")
    region: Region | None = Field(default=None, description="x, y, width, height in pixels: nothing else is looked at")
    chunk_frames: int = Field(default=CHUNK_FRAMES, ge=1, description="about how many frames are finished together")
    backend: Literal["auto", "openvino", "tensorflow"] = "auto"
    precision: Literal["auto", "float32", "bfloat16", "int8"] = Field(
        default="auto", description="auto: what a trial on this machine shows to be quickest with the same labels"
    )
    workers: int = Field(default=1, ge=1, le=64, description="how many make its chunks side by side, if they are free")
    speed: Speed = Field(
        default="standard",
        description="fast: smaller input, labels move along for three frames of four",
    )
    refine: bool = Field(default=False, description="borders follow the frame's own edges")
    also: tuple[Extra, ...] = Field(default=(), description="files beside overlay and ledger")

    stability: bool = Field(default=True, description="score how sure and how steady each frame is")
    smooth: bool = Field(default=False, description="smooth labels over time; always scored before and after")

    @model_validator(mode="after")
    def _span(self) -> SegmentConfig:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError(f"expected end_s after start_s. Received: {self.start_s}, {self.end_s}")
        return self

    @model_validator(mode="after")
    def _once(self) -> SegmentConfig:
        if len(set(self.also)) < len(self.also):
            raise ValueError(f"expected each file once. Received: {', '.join(self.also)}")
        return self
