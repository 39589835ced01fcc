"""What a user allows an import to mend. Nothing is mended that is not asked for here."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from segcore.datasets.mapping import ClassMapping

OfferKind = Literal["near_colors", "unknown_ignore", "resize_masks", "turn_masks", "pair_suffix"]


class Repairs(BaseModel):
    """The mends of one import; the default mends nothing.

    `encoding`: how masks are written, where the user corrects what was detected. `mapping`: from the classes
    the reader found (the legend) to those the dataset will have: renamed, merged, swapped, ignored. A suffix with
    a star stands for the whole name: 'mask_*' makes a.jpg go with mask_a.png.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Literal["index", "palette", "color", "binary", "levels"] | None = None
    near_colors: bool = Field(default=False, description="blurred borders: each colour becomes the nearest class's")
    unknown_ignore: bool = Field(default=False, description="labels and colours of no class become 255")
    resize_masks: bool = Field(default=False, description="masks of another size are scaled by nearest neighbour")
    turn_masks: bool = Field(default=False, description="masks drawn before the EXIF rotation are turned with it")
    mask_suffix: str | None = Field(default=None, max_length=40, description="'_mask': a.jpg goes with a_mask.png")
    image_suffix: str | None = Field(default=None, max_length=40, description="'_img': a_img.jpg goes with a.png")
    mapping: ClassMapping | None = None


class Offer(BaseModel):
    """A mend that would help, for a button: `repairs` is what becomes of the repairs when it is taken."""

    model_config = ConfigDict(frozen=True)

    kind: OfferKind
    title: str
    detail: str
    files: tuple[str, ...] = ()
    count: int = 0
    repairs: Repairs
