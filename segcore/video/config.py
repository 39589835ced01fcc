"""The settings of a video job."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from segcore.video.outputs.stills_zip import Stills
from segcore.video.overlay import Style
from segcore.video.region import Region
from segcore.video.sequence import FPS
from segcore.video.speed import Speed

CHUNK_FRAMES = 600


class SegmentConfig(BaseModel):
    """Everything that decides a video job; recorded with its run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    video: Path = Field(description="a file, or a folder of numbered pictures")
    fps: float = Field(default=FPS, gt=0, le=1000, description="pictures a second of a folder")
    run: str = Field(description="id or name of the training run")
    style: Style = "notebook"
    start_s: float = Field(default=0.0, ge=0)
    end_s: float | None = Field(default=None, gt=0)
    every: int = Field(default=1, ge=1, le=100_000, description="only each so-many-th frame is segmented and shown")
    region: Region | None = Field(default=None, description="x, y, width, height in pixels: nothing else is looked at")
    chunk_frames: int = Field(default=CHUNK_FRAMES, ge=1, description="about how many frames are finished together")
    backend: Literal["auto", "openvino", "tensorflow"] = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="auto: what a trial on this machine shows to be quickest with the same labels"
    )
    speed: Speed = Field(
        default="standard", description="fast: smaller input, quicker encoder, still frames are not labelled anew"
    )
    legend: bool = False
    opacity: float = Field(default=0.45, ge=0, le=1)
    thickness: int | None = Field(default=None, ge=1, le=100, description="pixels; None: by the frame's height")
    stills: tuple[Stills, ...] = Field(default=(), description="each frame as a picture too, in a ZIP")
    hidden: tuple[int, ...] = Field(default=(), description="class ids that are not drawn")

    @model_validator(mode="after")
    def _span(self) -> SegmentConfig:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError(f"expected end_s after start_s. Received: {self.start_s}, {self.end_s}")
        return self
