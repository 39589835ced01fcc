"""Many videos: chosen, started once, watched, cancelled, tried again, and taken along."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from batch_home import clip, make_batch, trained
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest
from test_page_drawing import words

from pages.common import cached_media
from pages.video import source
from segcore.batches.batch import open_batch
from segcore.errors import JobError
from segcore.runs import RunState, RunStore, files
from segcore.runs.records import ATTEMPT
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

Opener = Callable[..., AppTest]
F, X, Q, R = RunState.FINISHED, RunState.FAILED, RunState.QUEUED, RunState.RUNNING


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One network, and a folder of the server with two good videos and a broken one."""
    folder = tmp_path_factory.mktemp("server") / "films"
    clip(folder / "a.mp4")
    clip(folder / "b.mp4", frames=25)
    (folder / "broken.mp4").write_bytes(b"no video" * 50)
    settings = Settings.from_env(
        {"SEGCORE_HOME": str(tmp_path_factory.mktemp("home")), "SEGCORE_SERVER_FOLDERS": str(folder)}
    )
    trained(settings)
    return settings


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that cannot be run here: the preview says so, the rest of the page is as ever."""

    def refuse(*_: object) -> None:
        raise JobError("Not here.")

    monkeypatch.setattr(cached_media, "video_labels", refuse)


def choose_all(app: AppTest) -> AppTest:
    app.segmented_control(key="videos_way").set_value("On the server").run()
    return app.button(key="whole_folder_0").click().run()


@pytest.mark.usefixtures("no_network")
def test_a_folder_is_chosen_at_once_and_started_once(open_page: Opener, home: Settings, engine: FakeEngine) -> None:
    app = choose_all(open_page(home, "video"))
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Video"].tolist() == ["a.mp4", "b.mp4", "broken.mp4"]
    assert table["Length"].tolist() == ["0:01", "0:02", "–"]
    assert "broken.mp4" in app.warning[0].value
    assert "3 videos" in words(app)
    app.button(key="segment").click().run()
    assert not app.exception
    batch = open_batch(RunStore(home), app.query_params["batch"])
    assert [run.name for run in batch.runs] == ["a", "b", "broken"]
    assert [asked for asked in engine.asked if asked[0] == "submit"] == [("submit", run.id) for run in batch.runs]
    assert "0 of 3 done" in "\n".join(p.proto.text for p in app.get("progress"))
    for run in batch.runs:
        RunStore(home).set_state(run.id, RunState.CANCELLED)


@pytest.mark.usefixtures("no_network")
def test_one_video_of_the_server_makes_a_single_run(open_page: Opener, home: Settings, engine: FakeEngine) -> None:
    app = open_page(home, "video")
    app.segmented_control(key="videos_way").set_value("On the server").run()
    app.multiselect(key="server_videos").select(str(home.server_folders[0] / "a.mp4")).run()
    assert "64 × 48 · 0:01" in words(app)
    app.button(key="segment").click().run()
    run = RunStore(home).get(app.query_params["run"])
    assert ("submit", run.id) in engine.asked
    assert run.params["video"] == "a.mp4"
    assert "batch" not in run.params
    RunStore(home).set_state(run.id, RunState.CANCELLED)


def test_a_running_batch_has_a_row_for_each_video(open_page: Opener, home: Settings, engine: FakeEngine) -> None:
    runs = make_batch(home, "b1", [F, X, R, Q])
    app = open_page(home, "video", batch="b1")
    assert not app.exception
    bars = [p.proto.text for p in app.get("progress")]
    assert bars[0].startswith("1 of 4 done · 1 failed · ")
    assert bars[0].endswith(" left")
    assert bars[1] == r"Segmenting · 5 of 10 frames · 2.0 frames/s · 0\:02 left"
    assert "It holds no frames." in words(app)
    app.button(key=f"cancel_{runs[3].id}").click().run()
    assert engine.asked == [("cancel", runs[3].id)]
    app.button(key="cancel_all").click().run()
    assert engine.asked[1:] == [("cancel", runs[3].id), ("cancel", runs[2].id)]
    RunStore(home).set_state(runs[2].id, RunState.CANCELLED)
    RunStore(home).set_state(runs[3].id, RunState.CANCELLED)


def test_failed_videos_are_tried_again_all_at_once(open_page: Opener, home: Settings, engine: FakeEngine) -> None:
    runs = make_batch(home, "b2", [F, X, X])
    app = open_page(home, "video", batch="b2")
    assert "1 of 3 done · 2 failed" in app.warning[0].value
    app.button(key="again_all").click().run()
    assert not app.exception
    now = open_batch(RunStore(home), "b2").runs
    assert [run.state for run in now] == [F, Q, Q]
    assert [run_id for _, run_id in engine.asked] == [run.id for run in now[1:]]
    assert now[0].id == runs[0].id
    for run in now[1:]:
        RunStore(home).set_state(run.id, RunState.CANCELLED)


def test_what_has_finished_chunks_goes_on_instead(open_page: Opener, home: Settings, engine: FakeEngine) -> None:
    store = RunStore(home)
    killed, failed, fresh = make_batch(home, "b7", [RunState.INTERRUPTED, X, X])
    for run in (killed, failed):
        (store.work(run.id) / "chunk-000000").mkdir(parents=True)
    store.set_tags(failed.id, {ATTEMPT: "2"})  # it went on once, and failed again
    app = open_page(home, "video", batch="b7")
    app.button(key="again_all").click().run()
    assert not app.exception
    now = open_batch(store, "b7").runs
    assert engine.asked == [("resume", killed.id), ("submit", now[1].id), ("submit", now[2].id)]
    assert killed.id == now[0].id
    assert not {failed.id, fresh.id} & {run.id for run in now}
    for run in now[1:]:
        store.set_state(run.id, RunState.CANCELLED)


@pytest.mark.usefixtures("no_network")
def test_the_same_part_of_each_video(open_page: Opener, home: Settings) -> None:
    app = choose_all(open_page(home, "video"))
    app.slider(key="shared_part").set_range(20, 50)
    app.number_input(key="every").set_value(2)
    app.toggle(key="with_region").set_value(True).run()
    app.number_input(key="region_width_a.mp4").set_value(32)
    app.button(key="segment").click().run()
    assert not app.exception
    store = RunStore(home)
    runs = open_batch(store, app.query_params["batch"]).runs
    given = [store.config(run.id) for run in runs]
    assert [(c["start_s"], c["end_s"]) for c in given] == [(0.2, 0.5), (0.5, 1.25), (0.0, None)]
    assert all((c["every"], c["region"]) == (2, [0, 0, 32, 48]) for c in given)
    for run in runs:
        store.set_state(run.id, RunState.CANCELLED)


@pytest.mark.usefixtures("no_network")
def test_videos_of_different_sizes_have_no_common_region(
    open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = home.home / "wide.mp4"
    with VideoWriter(wide, 96, 48, fps=10) as writer:
        writer.write(np.zeros((48, 96, 3), np.uint8))
    videos = [home.server_folders[0] / "a.mp4", wide]
    monkeypatch.setattr(source, "choose_many", lambda _way: videos)
    app = open_page(home, "video")
    assert not app.exception
    toggle = app.toggle(key="with_region")
    assert toggle.disabled
    assert "different sizes (64 × 48, 96 × 48)" in toggle.help
    app.slider(key="shared_part").set_range(50, 50).run()
    assert "nothing would be segmented" in "".join(e.value for e in app.error)
    assert app.button(key="segment").disabled


def test_an_unknown_batch_says_so(open_page: Opener, home: Settings) -> None:
    for route in ("video", "results"):
        app = open_page(home, route, batch="nowhere")
        assert not app.exception
        assert "nowhere" in app.error[0].value


def test_home_and_video_page_show_a_batch_as_one(open_page: Opener, home: Settings) -> None:
    runs = make_batch(home, "b3", [F, R, Q])
    for route in ("home", "video"):
        app = open_page(home, route)
        assert not app.exception
        assert words(app).count("**3 videos** :gray[2.mp4]") == 1
    for run in runs[1:]:
        RunStore(home).set_state(run.id, RunState.CANCELLED)


def test_a_running_video_shows_its_parts_and_is_watched(
    open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "WATCHED_S", 600.0)  # the rest of the page may take longer than a look counts
    (run,) = make_batch(home, "b4", [R])
    store = RunStore(home)
    assert not store.watched(run.id)
    app = open_page(home, "video", run=run.id)
    assert not app.exception
    assert store.watched(run.id)
    assert app.dataframe[0].value["Part"].tolist() == ["Reading", "Network"]
    assert app.dataframe[0].value["Busy"].tolist() == [10, 90]
    assert "The network is the slowest part" in words(app)
    store.set_state(run.id, RunState.CANCELLED)


def test_results_show_a_batch_as_one_card_and_pack_it(open_page: Opener, home: Settings) -> None:
    """The ZIP is made by a command of its own; the page then offers it with its size."""
    make_batch(home, "b5", [F, F, X])
    app = open_page(home, "results")
    assert "2 videos" in words(app)
    app = open_page(home, "results", batch="b5")
    assert not app.exception
    assert "It holds no frames." in app.warning[0].value
    assert app.dataframe[0].value.to_dict("list") == {
        "Video": ["1.mp4", "2.mp4"], "background": ["75.0 %"] * 2, "mouse": ["25.0 %"] * 2
    }  # fmt: skip
    app.button(key="pack_batch").click().run()
    for _ in range(120):
        if app.get("link_button"):
            break
        time.sleep(0.5)
        app.run()
    links = [link.proto for link in app.get("link_button")]
    assert links[0].label.startswith("Download everything (")
    assert links[0].url.endswith("/batch-b5.zip")
    assert len(links) == 5
    (folder,) = (home.home / "cache" / "batches").iterdir()
    assert Path(folder, "batch-b5.zip").is_file()


def test_a_finished_video_tells_what_took_the_time(open_page: Opener, home: Settings) -> None:
    (run,) = make_batch(home, "b6", [F])
    app = open_page(home, "results", run=run.id)
    assert not app.exception
    assert "What took the time" in [e.label for e in app.expander]
