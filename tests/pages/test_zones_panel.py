"""Zones on a result's page: what is drawn is kept, found and listed; paths and heat map; who changed it meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.results import frame, paths
from pages.results.heat import painted
from pages.results.timeline import marks_of
from segcore.classes import ClassTable
from segcore.knowledge.drawing import ZONES_FILE, Drawing, KnownLength, read_drawing
from segcore.knowledge.event_words import detail
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.heat import HEAT_FILE, HeatCounter
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.scale import Scale
from segcore.knowledge.tables import knowledge_of
from segcore.knowledge.zones import Zone
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
SIZE, FPS, CLASSES = (60, 80), 10, ClassTable.of(["background", "ball"])
LEFT = {"name": "left", "points": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]], "anchor": "middle"}
GATE = {"name": "gate", "start": [0.5, 0], "end": [0.5, 1], "anchor": "middle"}


def make_tables(folder: Path) -> None:
    """A ball whose middle is at 8 + 2 n: on 40 at frame 16."""
    rows, heat = ObjectRows(CLASSES), HeatCounter()
    with LedgerWriter(folder, CLASSES, SIZE) as ledger:
        for number in range(30):
            labels = np.zeros(SIZE, np.uint8)
            labels[20:40, 2 * number : 2 * number + 16] = 1
            sure = np.full(SIZE, 240, np.uint8)
            rows.append(number, number / FPS, find_objects(labels, sure, SIZE, 2))
            ledger.append(number, number / FPS, measure_frame(labels, sure, SIZE, 2))
            heat.add(labels, [0, 1])
    knowledge_of(*rows.tables(), FrameTimes(range(30), np.arange(30) / FPS), SIZE).write(folder)
    heat.map(SIZE, (0, 0, SIZE[1], SIZE[0])).write(folder / HEAT_FILE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with two results of one camera."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("zones"))})
    store = RunStore(settings)
    for name in ("first", "second"):
        run = store.create("segment", config={}, name=name, params={"video": f"{name}.mp4"})
        folder = store.folder(run.id)
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        make_tables(folder)
        store.put_file(run.id, "summary.json", json.dumps({"video": {"width": 80, "height": 60}}).encode())
        store.put_file(run.id, "overlay.mp4", b"\x00" * 64)
        store.set_state(run.id, RunState.FINISHED)
    return settings


class Hand:
    """Stands in for the element of the frame: remembers what it was given, and draws what a test wants drawn."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.drawn: list[dict[str, Any]] = []

    def __call__(self, footage: frame.Footage, drawing: Drawing, **given: Any) -> None:
        self.given = given | {"footage": footage, "drawing": drawing}
        if self.drawn and given.get("on_saved"):
            sent = {"run": footage.name, "edit": 1, "version": given["version"]} | self.drawn.pop()
            given["on_saved"](sent)
            st.rerun()


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand()
    monkeypatch.setattr(frame, "draw", made)
    return made


@pytest.fixture(autouse=True)
def nothing_drawn(home: Settings) -> None:
    store = RunStore(home)
    for name in ("first", "second"):
        folder = store.folder(store.get(name).id)
        assert folder is not None
        (folder / ZONES_FILE).unlink(missing_ok=True)


def opened(open_page: Opener, home: Settings, name: str = "first") -> AppTest:
    app = open_page(home, "results", run=RunStore(home).get(name).id)
    assert not app.exception, app.exception
    return app


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if column in d.value)


def kept(home: Settings, name: str = "first") -> Drawing:
    store = RunStore(home)
    return read_drawing(store.file(store.get(name).id, ZONES_FILE).read_bytes())


def test_what_is_drawn_is_kept_and_found(open_page: Opener, home: Settings, hand: Hand) -> None:
    hand.drawn = [{"drawing": {"zones": [LEFT], "lines": [GATE], "length": None}}]
    app = opened(open_page, home)
    assert [shape.name for shape in kept(home).shapes] == ["left", "gate"]
    (row,) = table(app, "In it").to_dict("records")
    assert (row["Zone"], row["Class"], row["Stays"], row["In it"]) == ("left", "ball", 1, pytest.approx(1.6))
    (row,) = table(app, "With the arrow").to_dict("records")
    assert (row["Line"], row["With the arrow"], row["Against it"]) == ("gate", 0, 1)
    app.toggle(key="zones_each").set_value(True).run()
    assert table(app, "In it")["Object"].tolist() == [1]
    events = table(app, "Event")
    assert events[["Event", "Zone", "Time"]].to_numpy().tolist() == [
        ["in zone", "left", 0.0], ["leaves", "left", 1.6], ["crosses", "gate", 1.7]
    ]  # fmt: skip
    app.selectbox(key="event_zone").set_value("gate").run()
    assert table(app, "Event")["Detail"].tolist() == ["against the arrow"]
    app.selectbox(key="event_zone").set_value(None).run()
    app.number_input(key="event_least").set_value(1.0).run()
    assert table(app, "Event")["Event"].tolist() == ["in zone"]


def test_somebody_elses_change_is_not_overwritten(open_page: Opener, home: Settings, hand: Hand) -> None:
    store = RunStore(home)
    theirs = Drawing(width=80, height=60, zones=(Zone(**LEFT),))  # type: ignore[arg-type]
    store.put_file(store.get("first").id, ZONES_FILE, theirs.as_json())
    hand.drawn = [{"version": "before theirs", "drawing": {"zones": [], "lines": [GATE], "length": None}}]
    app = opened(open_page, home)
    assert kept(home) == theirs
    assert any("Somebody else" in w.value for w in app.warning)
    assert hand.given["drawing"] == theirs


def test_two_changes_in_a_row_are_both_kept(open_page: Opener, home: Settings, hand: Hand) -> None:
    """The second one leaves the browser before it has heard of the version that the first one made."""
    later = {"edit": 2, "version": "", "drawing": {"zones": [LEFT], "lines": [GATE], "length": None}}
    hand.drawn = [later, {"version": "", "drawing": {"zones": [LEFT], "lines": [], "length": None}}]
    app = opened(open_page, home)
    assert [shape.name for shape in kept(home).shapes] == ["left", "gate"]
    assert not app.warning


def test_a_drawing_that_does_not_fit_is_told(open_page: Opener, home: Settings, hand: Hand) -> None:
    hand.drawn = [{"drawing": {"zones": [LEFT, LEFT], "lines": [], "length": None}}]
    app = opened(open_page, home)
    assert any("is there twice" in w.value for w in app.warning)
    assert not RunStore(home).has_file(RunStore(home).get("first").id, ZONES_FILE)


@pytest.mark.usefixtures("hand")
def test_thresholds_in_centimetres(open_page: Opener, home: Settings) -> None:
    store = RunStore(home)
    known = KnownLength(start=(0.25, 0.5), end=(0.75, 0.5), cm=4)  # 40 pixels: 0.1 cm a pixel; the frame has 48 cm²
    store.put_file(store.get("first").id, ZONES_FILE, Drawing(width=80, height=60, length=known).as_json())
    app = opened(open_page, home)
    large = next(n for n in app.number_input if n.label == "Large from (cm²)")
    large.set_value(2.4)
    next(n for n in app.number_input if n.label == "Fast from (cm a second)").set_value(1.5)
    app.button(key="find_thresholds").click().run()
    assert (kept(home).large, kept(home).fast) == (pytest.approx(0.05), pytest.approx(15))
    events = table(app, "Event")  # the ball covers 320 of 4800 pixels and goes 20 a second, 2 cm
    assert events[["Event", "Detail"]].to_numpy().tolist() == [
        ["fast", "2.0 cm/s"], ["large", "6.7 % of the picture"]
    ]  # fmt: skip


@pytest.mark.usefixtures("hand")
def test_zones_go_to_another_video_of_the_same_camera(open_page: Opener, home: Settings) -> None:
    store = RunStore(home)
    drawn = Drawing(width=160, height=120, zones=(Zone(**LEFT),), fast=40)  # type: ignore[arg-type]
    store.put_file(store.get("first").id, ZONES_FILE, drawn.as_json())
    app = opened(open_page, home, "second")
    app.selectbox(key="zones_other").set_value(store.get("first").id).run()
    app.button(key="zones_take").click().run()
    assert not app.exception
    assert kept(home, "second") == drawn.at(SIZE)
    assert table(app, "In it")["Zone"].tolist() == ["left"]


def test_a_damaged_file_is_told(open_page: Opener, home: Settings, hand: Hand) -> None:
    store = RunStore(home)
    store.put_file(store.get("first").id, ZONES_FILE, b"{")
    app = opened(open_page, home)
    assert any("Expected zones as segcore writes them" in w.value for w in app.warning)
    assert not hand.given["drawing"].shapes


def test_paths_are_shown_and_seek(open_page: Opener, home: Settings, hand: Hand) -> None:
    app = opened(open_page, home)
    app.button_group(key="frame_mode").set_value("Paths").run()
    (way,) = hand.given["ways"].shown
    assert (way.track, way.name, way.color) == (1, "ball", CLASSES[1].color)
    assert way.times.tolist() == pytest.approx([n / 10 for n in range(30)])
    assert way.x.tolist() == pytest.approx([(8 + 2 * n) / 80 for n in range(30)])
    assert set(way.y.tolist()) == {0.5}
    assert table(app, "Path")[["Object", "Class", "There for"]].to_numpy().tolist() == [[1, "ball", 3.0]]
    app.selectbox(key="path_trail").set_value("Last 3 s").run()
    assert hand.given["ways"].trail == 3


@pytest.mark.usefixtures("hand")
def test_what_counts_can_be_changed(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home)
    assert table(app, "Followed")["Followed"].tolist() == [1]
    next(s for s in app.slider if s.label == "Certainty at least").set_value(99)
    app.button(key="count_anew").click().run()
    assert not app.exception
    assert any("1 object seen for less than 0.5 s, or less than 99 % sure" in c.value for c in app.caption)
    assert not any("Followed" in d.value for d in app.dataframe)
    assert kept(home).counted.confidence == 0.99


def test_the_heat_map_is_shown(open_page: Opener, home: Settings, hand: Hand) -> None:
    app = opened(open_page, home)
    app.button_group(key="frame_mode").set_value("Heat map").run()
    assert hand.given["heat"].place == (0, 0, 1, 1)
    # a column is under the ball, which is 16 wide and goes 2 a frame, for 8 frames of 30 at most
    assert any("held ball in 26.7 % of 30 frames" in c.value for c in app.caption)


def test_heat_is_painted_where_it_is() -> None:
    colors = painted(np.array([[0.0, 0.005, 0.25, 0.5]]))
    assert colors.shape == (1, 4, 4)
    assert colors[0, :, 3].tolist()[:2] == [0, 0]
    assert 0 < colors[0, 2, 3] < colors[0, 3, 3]
    assert colors[0, 3, :3].tolist() == pytest.approx([240, 249, 33], abs=3)  # the brightest of "plasma"


def test_long_ways_are_thinned_evenly() -> None:
    n = 2000
    at = pd.DataFrame({"track": 7, "time_s": np.arange(n) / 10, "x": np.arange(n) * 1.0, "y": 5.0})
    tracks = pd.DataFrame({"track": [7], "class": ["ball"]})
    (way,) = paths.ways_of(at, tracks, (10, 2000), CLASSES, by_class=False)
    assert len(way.times) == paths.MOST_POINTS
    assert (way.times[0], way.times[-1]) == (0, (n - 1) / 10)
    assert way.color == paths.COLORS[7]


def test_marks_of_zones_come_first() -> None:
    events = pd.DataFrame(
        {"kind": ["crosses", "appears", "there"], "class": "ball", "track": [3, 0, 0], "other": "",
         "zone": ["gate", "", ""], "time_s": [2.0, 1.0, 0.0]}
    )  # fmt: skip
    assert marks_of(events, {"ball"}) == [(1.0, "ball appears"), (2.0, "ball crosses gate")]
    many = pd.concat([events.iloc[1:2]] * 300)
    assert marks_of(pd.concat([events, many]), {"ball"}) == [(2.0, "ball crosses gate")]
    assert marks_of(None, {"ball"}) == []


def test_values_of_events_in_words() -> None:
    assert detail("crosses", 1.0, None) == "with the arrow"
    assert detail("fast", 30.0, None) == "30 px/s"
    assert detail("fast", 30.0, Scale(0.1)) == "3.0 cm/s"
    assert detail("there", float("nan"), None) == ""
