"""Every page is drawn, in an empty installation and in one where work was done; clicks do what they say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest

from segcore.runs import RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
ROOT = Path(__file__).parents[2]
ROUTES = ("home", "datasets", "samples", "training", "runs", "evaluation", "video", "results", "system")


def words(app: AppTest) -> str:
    """All that can be read on the page."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.error, app.info, app.success, app.warning)
    texts = [str(element.value) for kind in kinds for element in kind]
    return "\n".join([*texts, *(b.label for b in app.button), *(p.label for p in app.get("page_link"))])


@pytest.mark.parametrize("route", ROUTES)
def test_empty_pages_lead_on(open_page: Opener, empty_home: Settings, route: str) -> None:
    app = open_page(empty_home, route)
    assert not app.exception
    leads = {
        "home": "Get the sample scene",
        "datasets": "What should a ZIP look like?",
        "samples": "Go to datasets",
        "training": "Go to datasets",
        "runs": "Start a training",
        "evaluation": "Start a training",
        "video": "Start a training",
        "results": "Segment a video",
        "system": "Engine",
    }
    labels = words(app) + "\n".join(e.label for e in app.expander)
    assert leads[route] in labels


@pytest.mark.parametrize("route", [r for r in ROUTES if r != "video"])
def test_pages_with_work_done(open_page: Opener, full_home: Settings, route: str) -> None:
    if route == "samples":
        pytest.importorskip("tensorflow")
    app = open_page(full_home, route)
    assert not app.exception
    assert not app.error


def test_home_shows_the_running_job_and_the_last_result(open_page: Opener, full_home: Settings) -> None:
    text = words(open_page(full_home, "home"))
    assert "desk-c" in text
    assert "desk-video-1" in text
    assert "mIoU 0.800" in text


def test_dataset_page_shows_classes_health_and_what_was_left_out(open_page: Opener, full_home: Settings) -> None:
    app = open_page(full_home, "datasets", dataset="desk")
    assert not app.exception
    assert app.dataframe[0].value["Class"].tolist() == ["background", "mouse", "bear"]
    assert "Very few frames" in words(app)
    assert any("left out" in e.label for e in app.expander)


def test_unknown_links_say_so(open_page: Opener, full_home: Settings) -> None:
    for route, params in (
        ("datasets", {"dataset": "nowhere"}),
        ("runs", {"run": "nowhere"}),
        ("training", {"run": "x"}),
    ):
        app = open_page(full_home, route, **params)
        assert not app.exception
        assert app.error


def test_start_makes_one_run_however_often_one_clicks(
    open_page: Opener, full_home: Settings, engine: FakeEngine
) -> None:
    store = RunStore(full_home)
    before = {run.id for run in store.list("train")}
    app = open_page(full_home, "training", dataset="desk", minutes="3")
    token = app.session_state["train_token"]
    app.button(key="start_training").click().run()
    assert not app.exception
    made = [run for run in store.list("train") if run.id not in before]
    assert len(made) == 1
    assert store.config(made[0].id)["minutes"] == 3
    assert ("submit", made[0].id) in engine.asked
    assert app.query_params["run"] == made[0].id
    again = store.create("train", config={}, dataset="desk", key=token)
    assert again.id == made[0].id
    store.set_state(made[0].id, RunState.CANCELLED)


def test_interrupted_training_can_be_resumed(open_page: Opener, full_home: Settings, engine: FakeEngine) -> None:
    run = RunStore(full_home).get("desk-b")
    app = open_page(full_home, "training", run=run.id)
    assert "killed" in app.warning[0].value
    app.button(key="resume_run").click().run()
    assert ("resume", run.id) in engine.asked


def test_finished_training_has_a_verdict_and_leads_on(open_page: Opener, full_home: Settings) -> None:
    run = RunStore(full_home).get("desk-a")
    text = words(open_page(full_home, "training", run=run.id))
    assert "**Good.**" in text
    assert "Use for a video" in text


def test_run_page_shows_the_evaluation(open_page: Opener, full_home: Settings) -> None:
    run = RunStore(full_home).get("desk-a")
    app = open_page(full_home, "runs", run=run.id)
    assert not app.exception
    by_class = app.dataframe[0].value
    assert by_class["IoU"].round(3).tolist() == [round(90 / 110, 3), round(40 / 55, 3), round(50 / 55, 3)]
    assert app.dataframe[1].value["Frame"].tolist() == ["004", "005"]


def test_result_page_shows_player_timeline_and_downloads(open_page: Opener, full_home: Settings) -> None:
    run = RunStore(full_home).get("desk-video-1")
    app = open_page(full_home, "results", run=run.id)
    assert not app.exception
    table = app.dataframe[0].value.set_index("Class")
    assert table.loc["bear", "First"] == "0:01"
    labels = [link.proto.label for link in app.get("link_button")]
    assert labels == ["Download the video", "Table (CSV)", "Table (Parquet)"]
