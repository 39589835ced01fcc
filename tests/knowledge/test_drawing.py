"""Drawings: files that come back, other sizes of frame, what is refused, and which tracks count."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from drawn_video import FPS, SIZE, blank, disc, knowledge
from hypothesis import given
from hypothesis import strategies as st

from segcore.errors import ConfigError
from segcore.knowledge.counted import Counted, counted_tracks, only
from segcore.knowledge.drawing import Drawing, KnownLength, drawing_events, read_drawing
from segcore.knowledge.events import EVENT_SCHEMA
from segcore.knowledge.tables import events_of
from segcore.knowledge.tracks import TRACK_SCHEMA, positions
from segcore.knowledge.zones import Line, Zone

LEFT = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
MIDDLE = Line(name="middle", start=(0.5, 0), end=(0.5, 1), anchor="foot")
FULL = Drawing(
    width=160,
    height=120,
    zones=(LEFT,),
    lines=(MIDDLE,),
    length=KnownLength(start=(0.25, 0.5), end=(0.75, 0.5), cm=40),
    large=0.03,
    fast=100,
    counted=Counted(confidence=0.5, seconds=1),
)
SHARES = st.floats(0, 1, allow_nan=False)
POINTS = st.lists(st.tuples(SHARES, SHARES), min_size=3, max_size=9)


def test_a_drawing_comes_back_from_its_file() -> None:
    assert read_drawing(FULL.as_json()) == FULL
    assert json.loads(FULL.as_json())["format"] == "segcore zones 1"


@given(st.lists(POINTS, max_size=4))
def test_any_zones_come_back(shapes: list[list[tuple[float, float]]]) -> None:
    zones = tuple(Zone(name=f"zone {n}", points=tuple(points)) for n, points in enumerate(shapes))
    drawn = Drawing(width=1920, height=1080, zones=zones)
    assert read_drawing(drawn.as_json()) == drawn


def test_a_known_length_gives_a_scale() -> None:
    scale = FULL.scale()
    assert scale is not None
    assert scale.cm_per_pixel == pytest.approx(40 / 80)
    assert Drawing(width=1, height=1).scale() is None


def test_the_same_for_a_frame_of_another_size() -> None:
    larger = FULL.at((240, 320))
    assert (larger.width, larger.height, larger.fast) == (320, 240, 200)
    assert larger.zones == FULL.zones
    scale = larger.scale()
    assert scale is not None
    assert scale.cm_per_pixel == pytest.approx(40 / 160)


def test_a_frame_of_another_shape_is_refused() -> None:
    with pytest.raises(ConfigError, match="shaped like 120×160"):
        FULL.at((160, 120))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no json", "Invalid JSON"),
        (b'{"width": 10, "height": 10, "zones": [{"name": "a", "points": [[0, 0], [1, 1]]}]}', "zones.0.points"),
        (b'{"width": 10, "height": 10, "format": "other"}', "format"),
        (b'{"width": 10, "height": 10, "lines": [{"name": "a", "start": [0, 0], "end": [0, 0]}]}', "one point"),
        (b'{"width": 10, "height": 10, "length": {"start": [0, 0], "end": [0, 0], "cm": 1}}', "one point"),
        (b'{"width": 10, "height": 10, "length": {"start": [0, 0], "end": [0, 1], "cm": 0}}', "cm"),
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_drawing(content)


def test_names_differ() -> None:
    with pytest.raises(ValueError, match="'left' is there twice"):
        Drawing(width=10, height=10, zones=(LEFT,), lines=(Line(name="left", start=(0, 0), end=(1, 1)),))


def test_a_drawing_finds_all_that_it_asks_for() -> None:
    found, times = knowledge(disc(blank(), 1, 60.5 + 3 * i, 60, 8 if i < 10 else 15) for i in range(20))
    at = positions(found.objects)
    events = drawing_events(FULL, at, times, SIZE)
    # 80 is passed between frames 6 (78.5) and 7 (81.5); three pixels a frame are 60 a second; large from frame 10 on
    assert events[["kind", "zone", "frame"]].to_numpy().tolist() == [
        ["in zone", "left", 0],
        ["crosses", "middle", 7],
        ["leaves", "left", 7],
        ["large", "", 10],
    ]
    fast = drawing_events(FULL.model_copy(update={"fast": 50.0}), at, times, SIZE)
    assert fast["kind"].tolist().count("fast") == 1
    assert list(drawing_events(Drawing(width=4, height=3), at, times, SIZE).columns) == EVENT_SCHEMA.names


def tracks(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
    """Tracks of (number, first second, last second, confidence)."""
    made = [
        (number, 1, "cat", first, last, round(first * FPS), round(last * FPS), 9, last - first, 9.0, 90.0, sure)
        for number, first, last, sure in rows
    ]
    return pd.DataFrame(made, columns=TRACK_SCHEMA.names)


def test_tracks_that_are_short_or_unsure_do_not_count() -> None:
    table = tracks((1, 0, 10, 0.9), (2, 1, 1.4, 0.9), (3, 1, 9, 0.7), (4, 1, 1.5, 0.75))
    assert counted_tracks(table, Counted())["track"].tolist() == [1, 4]
    assert counted_tracks(table, Counted(confidence=0, seconds=0))["track"].tolist() == [1, 2, 3, 4]


def test_what_is_there_throughout_counts_in_a_short_video() -> None:
    assert counted_tracks(tracks((1, 0, 0.3, 0.9), (2, 0, 0.2, 0.9)), Counted())["track"].tolist() == [1]


def test_what_does_not_count_makes_no_events() -> None:
    found, times = knowledge(
        disc(disc(blank(), 1, 40, 60, 12), 2, 58, 60, 8) if 20 <= i < 27 else disc(blank(), 1, 40, 60, 12)
        for i in range(60)
    )
    assert {"touches", "appears"} <= set(found.events["kind"])
    counted = counted_tracks(found.tracks, Counted())
    assert counted["class"].tolist() == ["cat"]
    events = events_of(positions(only(found.objects, counted)), only(found.contacts, counted), times, SIZE)
    assert set(events["class"]) == {"cat"}
    assert set(events["kind"]) == {"there"}
    assert np.array_equal(found.objects["track"] > 0, np.ones(len(found.objects), bool))  # the raw table is as it was
