"""What pages show to whom; and that a page that shows too much still cannot act."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import owners, rights, who
from pages.system import storage
from segcore.access import SYSTEM, Person, Role, acting_as, set_source
from segcore.errors import ConfigError
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.upkeep.sizes import Use

Opener = Callable[..., AppTest]
VIEWER, EDITOR = Person("vera@lab.org", role=Role.VIEWER), Person("emma@lab.org", role=Role.EDITOR)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Person], None]]:
    """Says who looks at the pages."""
    yield lambda person: monkeypatch.setattr(who, "person", lambda: person)
    set_source(lambda: SYSTEM)


def text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize(("page", "gone"), [("training", "start_training"), ("video", "segment")])
def test_a_viewer_is_told_instead_of_offered_a_form(
    open_page: Opener, full_home: Settings, looks: Callable[[Person], None], page: str, gone: str
) -> None:
    looks(VIEWER)
    app = open_page(full_home, page)
    assert not app.exception
    assert "ask an admin for the role editor" in text(app)
    assert gone not in [button.key for button in app.button]


def test_a_file_of_people_that_is_damaged_closes_the_dashboard(
    open_page: Opener, full_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise ConfigError("people.toml cannot be read.")

    monkeypatch.setattr(who, "check_start", damaged)
    app = open_page(full_home, "datasets")
    assert not app.exception
    assert "people.toml cannot be read" in text(app)
    assert not app.title


def test_a_viewer_sees_a_result_and_cannot_press_delete(
    open_page: Opener, full_home: Settings, looks: Callable[[Person], None]
) -> None:
    looks(VIEWER)
    app = open_page(full_home, "results", run="desk-video-1")
    assert not app.exception
    buttons = {button.key: button for button in app.button}
    assert buttons["delete_run"].disabled
    assert "may not delete a run" in str(buttons["delete_run"].help)


def test_a_page_that_offers_too_much_still_cannot_act(
    open_page: Opener, full_home: Settings, looks: Callable[[Person], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "why_not", lambda *_: None)  # every button can be pressed
    looks(EDITOR)
    before = RunStore(full_home).get("desk-c").extra_minutes
    app = open_page(full_home, "training", run="desk-c")
    app.button(key="extend_run").click().run()
    assert "may not stop, cancel, prolong" in text(app)
    assert RunStore(full_home).get("desk-c").extra_minutes == before


def test_mine_is_offered_where_it_makes_a_difference(
    open_page: Opener, full_home: Settings, looks: Callable[[Person], None]
) -> None:
    store = RunStore(full_home)
    with acting_as(EDITOR):
        mine = store.create("train", config={}, name="emmas", dataset="desk")
    store.set_state(mine.id, RunState.FAILED)
    try:
        looks(VIEWER)
        app = open_page(full_home, "runs")
        assert not [c for c in app.segmented_control if c.key == "whose_runs"]
        looks(EDITOR)
        app = open_page(full_home, "runs")
        assert {"emmas", "desk-a", "desk-b", "desk-c"} <= set(app.dataframe[0].value["Run"])  # others may be there
        app.segmented_control(key="whose_runs").set_value(owners.MINE).run()
        assert app.dataframe[0].value["Run"].tolist() == ["emmas"]
    finally:
        store.discard(mine.id)


def test_the_system_page_takes_back_and_shows_what_a_clean_up_removes(open_page: Opener, full_home: Settings) -> None:
    store = RunStore(full_home)
    film = full_home.uploads_dir / "film.mp4"
    film.parent.mkdir(exist_ok=True)
    film.write_bytes(b"x" * 2000)
    os.utime(film, (time.time() - 8 * 24 * 3600,) * 2)
    run = store.create("train", config={}, name="thrown-away")
    store.set_state(run.id, RunState.FAILED)
    store.delete(run.id)
    app = open_page(full_home, "system")
    assert not app.exception
    assert "**thrown-away**" in text(app)
    app.button(key=f"restore_{run.id}").click().run()
    assert not app.exception
    assert store.get("thrown-away").id == run.id
    store.discard(run.id)
    app.button(key="clean_up").click().run()
    assert "Uploaded videos that came more than 7 days ago" in "\n".join(box.label for box in app.checkbox)
    assert "uploads/film.mp4" in app.dataframe[-1].value["What"].tolist()
    assert film.is_file()  # it was only shown
    film.unlink()


def test_the_chart_shows_the_largest_and_adds_up_the_rest() -> None:
    uses = [Use("training", f"{i}", f"run <{i}>", "ana", 1000 - i) for i in range(20)]
    uses.insert(1, Use("dataset", "7-abcd", "desk", "", 999, binned=True))
    chart = storage.figure(uses)
    bars = {bar.name: bar for bar in chart.data}
    assert bars["datasets"].y == ("desk (dataset, in the bin abcd)",)
    assert bars["datasets"].marker.opacity == (0.35,)
    assert len(bars["trainings"].y) == storage.LARGEST - 1
    assert bars["trainings"].y[0] == "run &lt;0> (training)"
    assert chart.data[-1].y == ("9 smaller ones",)
    assert chart.data[-1].x == (sum(use.bytes for use in uses[12:]),)
