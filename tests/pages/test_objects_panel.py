"""Objects and events on a result's page, from tables made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from pages.common.contact_chart import contacts
from pages.results.contacts import MATRIX
from segcore.classes import ClassTable
from segcore.knowledge.contact_edges import contact_edges, contact_matrix
from segcore.knowledge.events import NOBODY, Event, Subject, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.object_table import CONTACT_SCHEMA, OBJECT_SCHEMA
from segcore.knowledge.tracks import TRACK_SCHEMA
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
CLASSES = ClassTable.of(["background", "mouse", "bear"])
MOUSE, BEAR = Subject(1, "mouse"), Subject(2, "bear")
TIMES = FrameTimes(range(100), [f / 10 for f in range(100)])


def events() -> pd.DataFrame:
    first, second = Subject(1, "mouse", 1), Subject(1, "mouse", 3)
    return event_table(
        [
            Event("there", (0, 99), MOUSE),
            Event("appears", (20, 20), BEAR, moment=True),
            Event("there", (20, 99), BEAR),
            Event("touches", (30, 49), MOUSE, BEAR, value=12.0),
            Event("touches", (30, 49), first, Subject(2, "bear", 2), value=12.0),
            Event("appears", (60, 60), second, NOBODY, moment=True),
        ],
        TIMES,
    )


def tracks() -> pd.DataFrame:
    rows = [
        (1, 1, "mouse", 0.0, 4.9, 0, 49, 50, 5.0, 10.0, 90.0, 0.9),
        (2, 2, "bear", 2.0, 9.9, 20, 99, 80, 8.0, 10.0, 90.0, 0.8),
        (3, 1, "mouse", 6.0, 9.9, 60, 99, 40, 4.0, 10.0, 90.0, 0.9),
    ]
    return pd.DataFrame(rows, columns=TRACK_SCHEMA.names)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with three results: with objects, with objects that never touch, and with none followed."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("objects"))})
    store = RunStore(settings)
    ledger = pd.DataFrame(
        [(f, f / 10, c.id, c.name, 10, 0.1, 1, 0.9) for f in range(100) for c in CLASSES],
        columns=["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"],
    )
    for name, found in (("full", tracks()), ("apart", tracks()), ("bare", tracks().iloc[:0])):
        run = store.create("segment", config={}, name=name, params={"video": "desk.mp4"})
        folder = store.folder(run.id)
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        ledger.to_parquet(folder / "ledger.parquet")
        found.to_parquet(folder / "tracks.parquet")
        found.to_csv(folder / "tracks.csv")
        for table, schema in (("objects", OBJECT_SCHEMA), ("contacts", CONTACT_SCHEMA)):
            pq.write_table(schema.empty_table(), folder / f"{table}.parquet")
        store.put_file(run.id, "summary.json", b'{"video": {"width": 160, "height": 90}}')
        happened = events()
        if name == "apart":
            happened = happened[happened["kind"] != "touches"]
        happened.to_parquet(folder / "events.parquet")
        store.put_file(run.id, "overlay.mp4", b"\x00" * 64)
        store.set_state(run.id, RunState.FINISHED)
    return settings


def opened(open_page: Opener, home: Settings, name: str) -> AppTest:
    app = open_page(home, "results", run=RunStore(home).get(name).id)
    assert not app.exception
    return app


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if column in d.value)


def test_objects_are_counted(open_page: Opener, home: Settings) -> None:
    rows = table(opened(open_page, home, "full"), "Followed").set_index("Class")
    assert rows.loc["mouse", ["At once", "Followed", "First", "Last"]].tolist() == [1, 2, "0:00", "0:10"]
    assert rows.loc["bear", ["At once", "Followed"]].tolist() == [1, 1]


def test_events_are_filtered(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "full")
    assert table(app, "Event")["Event"].tolist() == ["appears", "touches"]
    app.toggle(key="event_objects").set_value(True).run()
    assert table(app, "Event")[["Event", "Object"]].to_numpy().tolist() == [["touches", "1"], ["appears", "3"]]
    app.selectbox(key="event_class").set_value("bear").run()
    assert table(app, "Event")["Event"].tolist() == ["touches"]
    app.toggle(key="event_objects").set_value(False).run()
    app.button_group(key="event_kinds").set_value(["there"]).run()
    assert table(app, "Event")[["Class", "Lasts"]].to_numpy().tolist() == [["bear", "8.00 s"]]


def test_contacts_are_drawn(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "full")
    assert [chart.proto.id.rpartition("-")[2] for chart in app.get("plotly_chart")] == ["contact_graph"]
    app.button_group(key="contacts_as").set_value(MATRIX).run()
    assert [chart.proto.id.rpartition("-")[2] for chart in app.get("plotly_chart")] == ["contacts"]
    figure = contacts(contact_matrix(contact_edges(events()), ["mouse", "bear"]))
    assert figure.data[0].z.tolist() == [[0, 2], [2, 0]]
    assert [a.text for a in figure.layout.annotations] == ["2.0 s", "2.0 s"]


def test_where_no_two_touched_it_says_so(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "apart")
    assert any(c.value == "No two classes touched." for c in app.caption)
    assert not app.get("plotly_chart")


def test_where_nothing_was_followed_it_says_so(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "bare")
    assert any("No object was there" in c.value for c in app.caption)


def test_results_of_an_older_segcore_say_so(open_page: Opener, full_home: Settings) -> None:
    app = opened(open_page, full_home, "desk-video-1")
    assert any("before objects were followed" in c.value for c in app.caption)


def test_downloads_are_offered_where_there_are_files(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "full")
    labels = [link.proto.label for link in app.get("link_button")]
    assert labels.count("Tracks (CSV)") == 1
    assert "Events (CSV)" not in labels
