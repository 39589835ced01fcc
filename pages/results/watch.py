"""The video and what is in it on one time axis: a click in the chart seeks, playing moves the cursor.

An element of our own, because Streamlit's player and its charts know nothing of each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pages.common import state
from pages.common.charts import thinned
from segcore.errors import ConfigError

MOST_POINTS = 1200
"""Of a line that is sent at once; the browser asks for more where somebody zooms in."""

_HTML = """
<div class="watch">
  <video controls playsinline preload="auto"></video>
  <div class="bar"><span class="where"></span><button type="button" class="pick" hidden></button>
    <button type="button" class="all" hidden>Show all</button></div>
  <div class="legend"></div>
  <canvas></canvas>
</div>
"""

_SCRIPTS = ("watch.js", "watch_second.js", "watch_paint.js")
_WATCH = st.components.v2.component(
    "segcore_watch",
    html=_HTML,
    css=Path(__file__).with_name("watch.css").read_text("utf-8"),
    js="\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True)
class Line:
    """A class's area over time.

    Attributes:
        times: (n,) float64 seconds of the source, ascending.
        values: (n,) float64.
        low, high: (n,) float64, bounds; None where there are none.
        dashed: of the second of two videos.
    """

    name: str
    color: str
    times: np.ndarray
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Strip:
    """When a class was there: (start, end) in seconds of the source; `second`: the same of the second of two videos."""

    name: str
    color: str
    stays: Sequence[tuple[float, float]]
    second: Sequence[tuple[float, float]] | None = None


@dataclass(frozen=True)
class Second:
    """A second video beside the first; a click seeks both.

    Attributes:
        video: its address.
        label: for those who cannot see it.
        first, name: what stands above the first, and above this one.
        start: where on the time axis of the first it begins.
    """

    video: str
    label: str
    first: str
    name: str
    start: float


@dataclass(frozen=True)
class Watched:
    """All that is shown.

    Attributes:
        name: of what is watched; while it stays, so do zoom and place.
        video: address of the video.
        label: of the video, for those who cannot see it.
        start, end: seconds of the source at which the video begins and ends.
        frame: seconds that a frame is shown.
        title: what the lines are.
        percent: whether values are shares.
        stacked: areas on top of each other.
        marks: (seconds, text) of events.
        second: another video beside it.
    """

    name: str
    video: str
    label: str
    start: float
    end: float
    frame: float
    title: str
    lines: Sequence[Line]
    strips: Sequence[Strip]
    percent: bool = True
    stacked: bool = False
    marks: Sequence[tuple[float, str]] = ()
    second: Second | None = None


def draw(
    watched: Watched,
    *,
    more: str = "",
    seek: tuple[str, float] | None = None,
    pick: str = "",
    on_picked: Callable[[float], None] | None = None,
    key: str = "watch",
) -> None:
    """The player, and the chart below it.

    Args:
        watched: what is shown.
        more: an address that answers `finer`; empty: the points that are sent are all there are.
        seek: (id, seconds of the source): the video goes there once for each id.
        pick: what a button says that picks the frame which is shown; empty: there is none.
        on_picked: takes the seconds of the source of that frame.
        key: of the element.
    """

    def picked() -> None:
        sent = (state.held(key) or {}).get("picked")
        if on_picked and isinstance(sent, dict) and sent.get("name") == watched.name:
            on_picked(float(sent["time"]))

    data = {
        "name": watched.name,
        "video": watched.video,
        "label": watched.label,
        "start": watched.start,
        "end": watched.end,
        "frame": watched.frame,
        "title": watched.title,
        "percent": watched.percent,
        "stacked": watched.stacked,
        "lines": [
            {"name": line.name, "color": line.color, "dashed": line.dashed} | points(line) for line in watched.lines
        ],
        "strips": [
            {
                "name": s.name,
                "color": s.color,
                "stays": _pairs(s.stays),
                "second": None if s.second is None else _pairs(s.second),
            }
            for s in watched.strips
        ],
        "marks": [{"time": time, "text": text} for time, text in watched.marks],
        "more": more,
        "seek": {"id": seek[0], "time": seek[1]} if seek else None,
        "second": asdict(watched.second) if watched.second else None,
        "pick": pick,
    }
    _WATCH(key=key, data=data, on_picked_change=picked)


def _pairs(stays: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [list(stay) for stay in stays]


def points(
    line: Line, start: float = -np.inf, end: float = np.inf, most: int = MOST_POINTS
) -> dict[str, list[float] | None]:
    """The part of a line between two times, and one point beyond either; thinned so that summits stay."""
    first = max(0, int(np.searchsorted(line.times, start)) - 1)
    last = min(len(line.times), int(np.searchsorted(line.times, end, "right")) + 1)
    kept = first + thinned(line.values[first:last], most)
    parts = {"x": line.times, "y": line.values, "low": line.low, "high": line.high}
    return {name: None if v is None else np.round(v[kept], 6).tolist() for name, v in parts.items()}


def finer(lines: Sequence[Line], question: bytes) -> bytes:
    """What the browser asks for when somebody zooms in: the points of each line in a range, as JSON.

    Args:
        lines: in full.
        question: `{"from": seconds, "to": seconds}`.

    Raises:
        ConfigError: the question is something else.
    """
    try:
        asked: dict[str, Any] = json.loads(question)
        start, end = float(asked["from"]), float(asked["to"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f'Expected {{"from": seconds, "to": seconds}}. Received: {question[:80]!r}.') from error
    return json.dumps([points(line, start, end) for line in lines]).encode()
