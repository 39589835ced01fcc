"""A frame of a result to draw on and to look at: zones and lines, the ways of objects, where a class was.

An element of our own: Streamlit has none to draw with, and shapes, ways and heat map belong over the very video.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pages.common import state
from segcore.knowledge.drawing import Drawing

_HTML = """
<div class="frame">
  <div class="tools" role="toolbar" aria-label="What to draw"></div>
  <div class="hint" role="status"></div>
  <div class="stage">
    <video muted playsinline preload="auto"></video><img class="heat" alt="" hidden><canvas></canvas><svg></svg>
  </div>
  <div class="bar"><button type="button" class="play" aria-label="Play or pause">▶</button>
    <input type="range" class="scrub"><span class="where"></span></div>
  <div class="list"></div>
</div>
"""
_HERE = Path(__file__).parent
_FRAME = st.components.v2.component(
    "segcore_frame",
    html=_HTML,
    css=(_HERE / "frame.css").read_text("utf-8"),
    js="\n".join((_HERE / name).read_text("utf-8") for name in ("frame.js", "frame_edit.js", "frame_paint.js")),
)


@dataclass(frozen=True)
class Footage:
    """The video that is shown.

    Attributes:
        name: of the result; while it stays, so do what is chosen and the moment.
        video: its address.
        label: for those who cannot see it.
        width, height: of the source's frames, upright, pixels.
        half: the video shows the source beside the overlay; only the source is wanted.
        start, end: seconds of the source at which it begins and ends.
        frame: seconds that a frame is shown.
    """

    name: str
    video: str
    label: str
    width: int
    height: int
    half: bool
    start: float
    end: float
    frame: float


@dataclass(frozen=True)
class ShownWay:
    """The way of an object: (n,) seconds, and x and y as shares of the frame."""

    track: int
    name: str
    color: str
    times: np.ndarray
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Ways:
    """Ways over the frame.

    Attributes:
        shown: all of them.
        trail: seconds before the moment shown of which ways are drawn; None: all of each way.
        picked: the track that stands out; None: none.
        named: whether each has its name beside it.
    """

    shown: Sequence[ShownWay] = ()
    trail: float | None = None
    picked: int | None = None
    named: bool = False


@dataclass(frozen=True)
class Heat:
    """A picture over the frame: its address, and its left, top, width and height as shares of the frame."""

    picture: str
    place: tuple[float, float, float, float]


def draw(
    footage: Footage,
    drawing: Drawing,
    *,
    version: str = "",
    on_saved: Callable[[dict[str, Any]], None] | None = None,
    ways: Ways | None = None,
    on_picked: Callable[[int, float], None] | None = None,
    heat: Heat | None = None,
    seek: tuple[str, float] | None = None,
    key: str,
) -> None:
    """The frame with what lies over it.

    Args:
        footage: the video.
        drawing: zones, lines and length that are shown.
        version: of the drawing; goes back with what was drawn.
        on_saved: takes {"run", "edit", "version", "drawing"} at each change; None: nothing can be drawn.
        ways: of objects.
        on_picked: takes the track and the time of a way that was clicked.
        heat: a picture over the frame.
        seek: (id, seconds of the source): it goes there once for each id.
        key: of the element.
    """

    def saved() -> None:
        sent = (state.held(key) or {}).get("saved")
        if on_saved and isinstance(sent, dict):
            on_saved(sent)

    def picked() -> None:
        sent = (state.held(key) or {}).get("picked")
        if on_picked and isinstance(sent, dict):
            on_picked(int(sent["track"]), float(sent["time"]))

    paths = ways or Ways()
    data = vars(footage) | {
        "drawing": drawing.model_dump(mode="json", include={"zones", "lines", "length"}),
        "version": version,
        "editable": on_saved is not None,
        "echo": state.drawn_edit(footage.name),
        "ways": [_as_data(way) for way in paths.shown],
        "trail": paths.trail,
        "picked": paths.picked,
        "named": paths.named,
        "heat": {"picture": heat.picture, "place": list(heat.place)} if heat else None,
        "seek": {"id": seek[0], "time": seek[1]} if seek else None,
    }
    _FRAME(key=key, data=data, on_saved_change=saved, on_picked_change=picked)


def _as_data(way: ShownWay) -> dict[str, Any]:
    columns = {"t": way.times, "x": way.x, "y": way.y}
    rounded = {name: np.round(values, 4).tolist() for name, values in columns.items()}
    return {"track": way.track, "name": way.name, "color": way.color} | rounded
