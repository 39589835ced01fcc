"""Zones, lines and thresholds, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from drawn_video import FPS, SIZE, blank, disc, knowledge
from pydantic import ValidationError

from segcore.knowledge.drawn_columns import DRAWN
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.thresholds import speeds, threshold_events
from segcore.knowledge.tracks import positions
from segcore.knowledge.ways import ways_of
from segcore.knowledge.zone_events import zone_events
from segcore.knowledge.zone_tables import covered, crossings, drawn_tables, dwell
from segcore.knowledge.zones import Line, Zone, beside, inside

LEFT = Zone(name="left half", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
MIDDLE = Line(name="middle", start=(0.5, 0), end=(0.5, 1))


def test_inside_a_polygon_with_a_bay() -> None:
    polygon = np.array([[0, 0], [10, 0], [10, 10], [5, 4], [0, 10]], float)
    points = np.array([[5, 1], [5, 6], [1, 8], [9, 8], [-1, 5], [11, 5]], float)
    assert inside(points, polygon).tolist() == [True, False, True, True, False, False]


def test_beside_a_line() -> None:
    distance, along = beside(np.array([[5, 3], [5, -2], [20, 0]], float), np.zeros(2), np.array([10.0, 0]))
    assert distance.tolist() == [3, -2, 0]  # looking to the right, below is on the right
    assert along.tolist() == [0.5, 0.5, 2]


def path(xs: list[float], y: float = 60) -> tuple[pd.DataFrame, FrameTimes]:
    found, times = knowledge(disc(blank(), 1, x, y, 8) for x in xs)
    return positions(found.objects), times


def test_entering_staying_and_leaving() -> None:
    at, times = path([120.5 - 2 * i for i in range(40)] + [42.5 + 2 * i for i in range(40)])
    events = zone_events(at, times, SIZE, [LEFT])
    assert events["kind"].tolist() == ["enters", "in zone", "leaves"]
    assert events["frame"].tolist() == [21, 21, 59]  # x < 80 from frame 21 (78.5) to frame 58 (78.5)
    assert events["end_frame"].tolist() == [21, 58, 59]
    assert set(events["zone"]) == {"left half"}
    (row,) = dwell(events).to_dict("records")
    assert (row["zone"], row["class"], row["visits"], row["objects"]) == ("left half", "cat", 1, 1)
    assert (row["enters"], row["leaves"]) == (1, 1)
    assert row["seconds"] == pytest.approx(38 / FPS)


def test_what_appears_in_a_zone_does_not_enter_it() -> None:
    at, times = path([40.0] * 30)
    assert zone_events(at, times, SIZE, [LEFT])["kind"].tolist() == ["in zone"]


def test_trembling_at_the_edge_makes_no_events() -> None:
    at, times = path([110.0 - i for i in range(30)] + [80 + 0.6 * (-1) ** i for i in range(60)] + [70.0] * 20)
    events = zone_events(at, times, SIZE, [LEFT, MIDDLE])
    assert events["kind"].value_counts().to_dict() == {"in zone": 1, "enters": 1, "crosses": 1}


def test_crossings_have_a_place_and_a_direction() -> None:
    xs = [60.5 + 2 * i for i in range(20)]
    at, times = path(xs + xs[::-1])
    events = zone_events(at, times, SIZE, [MIDDLE, Line(name="short", start=(0.5, 0.8), end=(0.5, 1))])
    assert events[["kind", "zone", "frame", "value"]].to_numpy().tolist() == [
        [
            "crosses",
            "middle",
            10,
            -1.0,
        ],  # 80.5 is the first x beyond 80; looking down, the right of the picture is left
        ["crosses", "middle", 30, 1.0],
    ]
    back = zone_events(at, times, SIZE, [Line(name="up", start=(0.5, 1), end=(0.5, 0))])
    assert back["value"].tolist() == [1, -1]


def test_dwell_of_two_that_overlap_in_time() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(60):  # the first is in the left half in frames 0 to 39, the second from 20 on
            labels = disc(blank(), 1, 40 if i < 40 else 120, 30, 8)
            yield disc(labels, 1, 120 if i < 20 else 40, 90, 8)

    # an object that jumps is a new one: four tracks, two of which are in the zone
    found, times = knowledge(video())
    events = zone_events(positions(found.objects), times, SIZE, [LEFT])
    (row,) = dwell(events).to_dict("records")
    assert (row["visits"], row["objects"]) == (2, 2)
    assert row["seconds"] == pytest.approx(80 / FPS)
    assert row["occupied_s"] == pytest.approx(60 / FPS)
    each = dwell(events, each=True)
    assert each["seconds"].tolist() == pytest.approx([40 / FPS, 40 / FPS])
    assert list(each.columns) == [column.name for column in DRAWN["dwell_objects"].columns]
    assert each[["visits", "enters", "leaves"]].to_numpy().tolist() == [[1, 0, 0]] * 2  # one vanishes, one appears


def test_tables_have_the_columns_that_are_told() -> None:
    at, times = path([120.5 - 2 * i for i in range(40)])
    for events in (zone_events(at, times, SIZE, [LEFT, MIDDLE]), zone_events(at, times, SIZE, [])):
        tables = drawn_tables(events)
        assert list(tables) == list(DRAWN)
        for name, (table, schema) in tables.items():
            told = [(column.name, column.type) for column in DRAWN[name].columns]
            assert [(field.name, str(field.type)) for field in schema] == told
            assert pa.Table.from_pandas(table, schema, preserve_index=False).num_rows == len(table)


def test_crossings_are_counted_by_direction() -> None:
    xs = [60.5 + 2 * i for i in range(20)]
    at, times = path(xs + xs[::-1] + xs)
    (row,) = crossings(zone_events(at, times, SIZE, [MIDDLE])).to_dict("records")
    assert (row["line"], row["class"], row["right"], row["left"], row["all"]) == ("middle", "cat", 1, 2, 3)
    assert (row["first_s"], row["last_s"]) == (10 / FPS, 50 / FPS)


def test_a_line_has_two_ends() -> None:
    with pytest.raises(ValidationError, match="one point"):
        Line(name="a", start=(0.5, 0.5), end=(0.5, 0.5))


def test_stretches_that_overlap_are_counted_once() -> None:
    assert covered(pd.Series([0.0, 5.0, 1.0]), pd.Series([2.0, 6.0, 3.0])) == 4
    assert covered(pd.Series([], dtype=float), pd.Series([], dtype=float)) == 0


def test_feet_count_where_they_are_asked_for() -> None:
    at, times = path([50.0] * 20, y=56)
    floor = [(0, 0.5), (1, 0.5), (1, 1), (0, 1)]
    assert zone_events(at, times, SIZE, [Zone(name="floor", points=floor)]).empty
    assert len(zone_events(at, times, SIZE, [Zone(name="floor", points=floor, anchor="foot")])) == 1


def test_zones_need_corners_and_a_name() -> None:
    with pytest.raises(ValidationError):
        Zone(name="a", points=((0, 0), (1, 1)))
    with pytest.raises(ValidationError):
        Line(name="", start=(0, 0), end=(1, 1))


def test_speed_of_even_motion() -> None:
    at, times = path([20 + 2.0 * i for i in range(40)])
    assert speeds(next(ways_of(at, times))) == pytest.approx(np.full(40, 2 * FPS), rel=0.05)
    assert speeds(next(ways_of(at.iloc[:1], times))).tolist() == [0]
    seldom = at.iloc[::10]
    assert speeds(next(ways_of(seldom, times))) == pytest.approx(np.full(4, 2 * FPS), rel=0.05)


def test_fast_and_large() -> None:
    def video() -> Iterator[np.ndarray]:
        x = 20.0
        for i in range(80):
            x += 3 if 20 <= i < 50 else 0
            yield disc(blank(), 1, x, 60, 8 if i < 60 else 20)

    found, times = knowledge(video())
    events = threshold_events(positions(found.objects), times, share=0.05, speed=40)
    large = events[events["kind"] == "large"].iloc[0]
    assert (large["frame"], large["end_frame"]) == (60, 79)
    assert large["value"] == pytest.approx(np.pi * 400 / 19200, rel=0.05)
    fast = events[events["kind"] == "fast"]
    assert len(fast) == 1
    assert abs(fast["frame"].iloc[0] - 20) <= 1
    assert abs(fast["end_frame"].iloc[0] - 49) <= 1
    assert fast["value"].iloc[0] == pytest.approx(60, rel=0.1)
    assert threshold_events(positions(found.objects), times).empty
