"""Zones and lines that somebody draws on a frame, and where a point lies to them. Pure geometry."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

Point = tuple[float, float]
"""x and y as shares of the frame's width and height, so that it holds for a preview of any size."""
Anchor = Literal["middle", "foot"]
"""Which point of an object counts: its middle, or the middle of its box's lower edge, as for people who walk."""


class Zone(BaseModel):
    """A part of the picture with a name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=100)
    points: tuple[Point, ...] = Field(
        min_length=3, max_length=1000, description="corners of a polygon; it closes itself"
    )
    anchor: Anchor = "middle"


class Line(BaseModel):
    """A line across the picture with a name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=100)
    start: Point
    end: Point
    anchor: Anchor = "middle"

    @model_validator(mode="after")
    def _ends_differ(self) -> Self:
        if self.start == self.end:
            raise ValueError(f"both ends of the line {self.name!r} are one point")
        return self


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Which points lie in a polygon, by the even-odd rule.

    Args:
        points: (n, 2) float64, x and y.
        polygon: (k, 2) float64 corners, in the same unit.

    Returns:
        (n,) bool.
    """
    found = np.zeros(len(points), bool)
    x, y = points[:, 0], points[:, 1]
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 != y2:
            between = (y1 > y) != (y2 > y)
            found ^= between & (x < x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    return found


def beside(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where points lie to a line.

    Args:
        points: (n, 2) float64, x to the right and y down.
        start, end: (2,) float64, different from each other.

    Returns:
        distance: (n,) float64, positive on the right as one looks from start to end. along: (n,) float64, 0 beside the
        start and 1 beside the end.
    """
    way = end - start
    length = float(np.hypot(*way))
    away = points - start
    return (way[0] * away[:, 1] - way[1] * away[:, 0]) / length, away @ way / length**2
