"""What somebody draws on a frame of a video, and from what on an object is large or fast: zones.json.

Points are shares of the upright frame's width and height, as it is played, so that they hold for a preview of any size,
for a source that is stored lying, and for another video of the same camera.

| field | holds |
|---|---|
| format | "segcore zones 1" |
| width, height | of the frame that was drawn on, pixels |
| zones | `name`, `points` (three corners or more), `anchor` ("middle" or "foot" of an object) |
| lines | `name`, `start`, `end`, `anchor`; to the right is the right hand of whoever looks from start to end |
| length | `start`, `end`, `cm`: a length that is known; null: sizes stay in pixels |
| large | share of the frame from which on an object is large; null: not asked |
| fast | pixels a second of a frame of that width from which on one is fast; null: not asked |
| counted | `confidence` and `seconds` that a track must have to count as an object |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from segcore.errors import ConfigError
from segcore.knowledge.counted import Counted
from segcore.knowledge.events import EventSettings, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.scale import Scale
from segcore.knowledge.thresholds import threshold_events
from segcore.knowledge.zone_events import zone_events
from segcore.knowledge.zones import Line, Point, Zone

ZONES_FILE = "zones.json"
"""Beside the tables of a result."""
LARGEST_FILE = 1_000_000
"""Bytes; a drawing of a hundred zones has some 50 kB."""
_SHAPES_DIFFER = 0.01
"""Width over height of two frames may differ by so much and still be one camera's."""


class KnownLength(BaseModel):
    """Two points on the frame, and how far they are apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    start: Point
    end: Point
    cm: float = Field(gt=0)


class Drawing(BaseModel):
    """See the table above."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: Literal["segcore zones 1"] = "segcore zones 1"
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    zones: tuple[Zone, ...] = Field(default=(), max_length=100)
    lines: tuple[Line, ...] = Field(default=(), max_length=100)
    length: KnownLength | None = None
    large: float | None = Field(default=None, gt=0, le=1)
    fast: float | None = Field(default=None, gt=0)
    counted: Counted = Counted()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [shape.name for shape in self.shapes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"each zone and line needs a name of its own; {twice[0]!r} is there twice")
        if self.length and self.length.start == self.length.end:
            raise ValueError("both ends of the known length are one point")
        return self

    @property
    def shapes(self) -> tuple[Zone | Line, ...]:
        """Zones, then lines."""
        return (*self.zones, *self.lines)

    @property
    def asks(self) -> bool:
        """Whether there is anything to find: a zone, a line or a threshold."""
        return bool(self.shapes) or self.large is not None or self.fast is not None

    def scale(self) -> Scale | None:
        """How long a pixel is; None where no length is known."""
        if self.length is None:
            return None
        (x1, y1), (x2, y2) = self.length.start, self.length.end
        ends = (x1 * self.width, y1 * self.height), (x2 * self.width, y2 * self.height)
        return Scale.of_points(*ends, self.length.cm)

    def at(self, size: tuple[int, int]) -> Drawing:
        """The same for frames of another size.

        Args:
            size: (height, width).

        Raises:
            ConfigError: these frames have another shape, so they are no other size of the same picture.
        """
        height, width = size
        if abs(width * self.height / (height * self.width) - 1) > _SHAPES_DIFFER:
            raise ConfigError(
                f"Expected zones of a frame shaped like {width}×{height}. Received: zones of "
                f"{self.width}×{self.height}.",
                fix="Take the zones of a video of the same camera, or draw them anew.",
            )
        fast = self.fast * width / self.width if self.fast is not None else None
        return self.model_copy(update={"width": width, "height": height, "fast": fast})

    def as_json(self) -> bytes:
        """The file."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def read_drawing(content: bytes | str) -> Drawing:
    """A drawing from the text of its file.

    Raises:
        ConfigError: it is none; the message says what does not fit.
    """
    try:
        return Drawing.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"Expected zones as segcore writes them ({ZONES_FILE}). {f'{where}: ' if where else ''}{first['msg']}.",
            fix="docs/results.md says what the file holds.",
        ) from error


def drawing_events(
    drawing: Drawing,
    positions: pd.DataFrame,
    times: FrameTimes,
    size: tuple[int, int],
    settings: EventSettings | None = None,
) -> pd.DataFrame:
    """All that a drawing asks of a video.

    Args:
        drawing: zones, lines and thresholds.
        positions: of `tracks.positions`, of all tracks that count.
        times: of all frames.
        size: (height, width) of the frames.
        settings: what is too short.

    Returns:
        Columns of `events`: "in zone", "enters", "leaves", "crosses", "large", "fast".

    Raises:
        ConfigError: it was drawn on frames of another shape.
    """
    here = drawing.at(size)
    parts: Sequence[pd.DataFrame] = [
        zone_events(positions, times, size, here.shapes, settings),
        threshold_events(positions, times, share=here.large, speed=here.fast, settings=settings),
    ]
    there = [part for part in parts if len(part)]
    if not there:
        return event_table([], times)
    joined = pd.concat(there, ignore_index=True)
    return joined.sort_values(["frame", "kind", "class_id", "track"], kind="stable", ignore_index=True)
