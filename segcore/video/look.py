"""How frames are drawn: what a person chooses, the same for the preview and for the video."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Style = Literal["notebook", "contour", "fill", "both", "mask"]
"""notebook: darkened frame, contours; contour: contours; fill: tinted regions; both: tinted, with contours; mask: the
classes' colours on black, no picture."""

STYLES: tuple[Style, ...] = ("notebook", "contour", "fill", "both", "mask")
OUTLINED: tuple[Style, ...] = ("notebook", "contour", "both")
"""Styles that have lines, whose thickness can be chosen."""
TINTED: tuple[Style, ...] = ("fill", "both")
"""Styles that shine through, whose opacity can be chosen."""


class Look(BaseModel):
    """Everything that decides how a frame looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: Style = "notebook"
    opacity: float = Field(default=0.45, ge=0, le=1, description="of tints; masks are opaque")
    thickness: int | None = Field(default=None, ge=1, le=100, description="pixels; None: by the frame's height")
    legend: bool = Field(default=False, description="name the classes in the upper left corner")
    names: bool = Field(default=False, description="name each object where it is")
    hidden: tuple[int, ...] = Field(default=(), description="class ids that are not drawn")
    side_by_side: bool = Field(default=False, description="the frame as it was at the left of the drawn one")

    def line(self, height: int) -> int:
        """Thickness of lines, in pixels, on a frame of this height: 4 at 1080 where none was chosen."""
        return self.thickness or max(1, round(height / 270))
