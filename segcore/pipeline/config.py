"""What may vary in a sample, and how far. No TensorFlow here: pages and the CLI read this."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from segcore.pipeline.preprocess import Geometry

Transform = Literal["zoom", "rotation", "flip", "brightness", "contrast", "saturation", "seek"]
"""One thing that may vary in a sample. Where a crop lies always varies; `seek` says whether it looks for classes."""

TRANSFORMS: tuple[Transform, ...] = ("zoom", "rotation", "flip", "brightness", "contrast", "saturation", "seek")


class AugmentConfig(BaseModel):
    """One random affine view of a frame, then colour jitter.

    `window="zoom"`: a window of `crop` pixels, isotropic, magnified by `zoom` relative to what the network
    sees at inference (1 = the same scale). `window="fraction"`: a window of `fraction` of the frame's sides,
    squeezed to `crop`, as the notebook does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: Literal["zoom", "fraction"] = "zoom"
    zoom: tuple[float, float] = (0.5, 1.5)
    fraction: tuple[float, float] = (0.3, 1.0)
    rotation: float = Field(default=10.0, ge=0, le=180, description="degrees, uniform in ±")
    flip: float = Field(default=0.5, ge=0, le=1, description="probability of a left-right mirror")
    brightness: float = Field(default=0.2, ge=0, le=1, description="± share of full scale")
    contrast: float = Field(default=0.25, ge=0, le=1, description="± share")
    saturation: float = Field(default=0.3, ge=0, le=1, description="± share")
    seek: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="probability that a crop is centred on a random pixel of a random class",
    )

    @model_validator(mode="after")
    def _ranges(self) -> AugmentConfig:
        for name in ("zoom", "fraction"):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ValueError(f"expected 0 < low <= high for {name}. Received: {low}, {high}")
        if self.fraction[1] > 1:
            raise ValueError(f"expected fraction of at most 1. Received: {self.fraction[1]}")
        return self

    def without(self, transforms: Collection[Transform]) -> AugmentConfig:
        """The same, with these transforms switched off; the random numbers of the others stay as they are."""
        changes: dict[str, Any] = {}
        for transform in transforms:
            if transform == "zoom":
                changes |= {"zoom": (1.0, 1.0), "fraction": (1.0, 1.0)}
            else:
                changes[transform] = 0.0
        return self.model_copy(update=changes)

    def only(self, transform: Transform) -> AugmentConfig:
        """The same, with all other transforms switched off."""
        return self.without([t for t in TRANSFORMS if t != transform])

    def uses(self, transform: Transform) -> bool:
        """Whether this transform changes anything."""
        return self.only(transform) != self.without(TRANSFORMS)


class SampleSettings(Protocol):
    """What the pipeline reads of a training's settings."""

    @property
    def geometry(self) -> Geometry:
        """How the network sees whole frames."""
        ...

    @property
    def crop(self) -> tuple[int, int]:
        """(height, width) of a sample."""
        ...

    @property
    def augment(self) -> AugmentConfig:
        """What may vary."""
        ...

    @property
    def batch_size(self) -> int:
        """Samples in a batch."""
        ...

    @property
    def seed(self) -> int:
        """Of everything random."""
        ...


class Sampling(BaseModel):
    """`SampleSettings` alone, without the rest of a training: what another process is told, what a cache depends on."""

    model_config = ConfigDict(frozen=True)

    geometry: Geometry
    crop: tuple[int, int]
    augment: AugmentConfig
    batch_size: int
    seed: int

    @classmethod
    def of(cls, settings: SampleSettings) -> Sampling:
        """Taken out of any settings that have them."""
        return cls(**{name: getattr(settings, name) for name in cls.model_fields})
