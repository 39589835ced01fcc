"""Ask and Compare on a result's page: two results of one video made by hand, and one of another video."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.common import tasks
from pages.common.answer_chart import answer_lines
from pages.results import pixelwise
from pages.results.ask import said
from pages.results.beside import in_order, label
from pages.results.compared_rows import MARK, class_rows, differing_cells
from segcore.ask.question import Answer
from segcore.batches.batch import BATCH, PLACE
from segcore.knowledge.compared import Measured, class_differences
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
NAMES = ("background", "mouse", "bear")
VIDEO = {"name": "desk.mp4", "bytes": 7, "width": 4, "height": 2, "duration_s": 10.0, "codec": "h264"}
COLUMNS = ["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]


def ledger(mouse: float) -> pd.DataFrame:
    """A hundred frames, ten a second: the mouse takes this share, the bear a tenth from second 5 on."""
    rows = []
    for frame in range(100):
        bear = 0.1 if frame >= 50 else 0.0
        shares = (1 - mouse - bear, mouse, bear)
        rows += [(frame, frame / 10, c, NAMES[c], round(s * 1000), s, int(s > 0), 0.9) for c, s in enumerate(shares)]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three results: "one" and "two" of one video, together a batch, and "park" of another; none kept masks."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("asked"))})
    store = RunStore(settings)
    for place, (name, mouse) in enumerate({"one": 0.2, "two": 0.3, "park": 0.5}.items(), 1):
        batch = {} if name == "park" else {BATCH: "b1", PLACE: str(place)}
        run = store.create("segment", config={}, name=name, params={"video": "desk.mp4", "run": "net", **batch})
        folder = store.folder(run.id)
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        ledger(mouse).to_parquet(folder / "ledger.parquet")
        video = VIDEO | {"bytes": 8} if name == "park" else VIDEO
        store.put_file(run.id, "summary.json", json.dumps({"video": video}).encode())
        store.put_file(run.id, "overlay.mp4", b"\x00" * 64)
        store.set_state(run.id, RunState.FINISHED)
    return settings


def opened(open_page: Opener, home: Settings, name: str, other: str = "") -> AppTest:
    store = RunStore(home)
    params = {"with": store.get(other).id} if other else {}
    app = open_page(home, "results", run=store.get(name).id, **params)
    assert not app.exception
    return app


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if column in d.value)


def click(app: AppTest, title: str) -> AppTest:
    next(button for button in app.button if button.label == title).click()
    return app.run()


def test_an_example_is_put_into_the_box_and_answered(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "one")
    click(app, "Largest area of each class, and when")
    assert "arg_max(time_s, pixels)" in app.text_area[0].value
    found = table(app, "time_s")
    assert found[["class", "pixels", "time_s"]].to_numpy().tolist() == [["mouse", 200, 0.0], ["bear", 100, 5.0]]
    assert any("2 rows in" in c.value and "the video goes there" in c.value for c in app.caption)
    click(app, "Area of mouse over time")
    assert len(table(app, "time_s")) == 100
    assert len(app.get("plotly_chart")) == 1


def test_a_question_of_ones_own_and_one_that_fails(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "one")
    app.text_area[0].set_value("SELECT count(*) AS frames FROM ledger WHERE class = 'bear' AND share > 0")
    click(app, "Ask")
    assert table(app, "frames")["frames"].tolist() == [50]
    app.text_area[0].set_value("SELECT sharee FROM ledger")
    click(app, "Ask")
    assert 'Did you mean "share"?' in app.error[0].value.replace("\\", "")
    assert "confidence" in app.error[0].value
    app.text_area[0].set_value("SELECT * FROM ledger WHERE share > 2")
    click(app, "Ask")
    assert "No rows" in app.info[0].value


def test_the_columns_are_told(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "one")
    rows = table(app, "Meaning").set_index("Column")
    assert rows.loc["pixels"].tolist() == ["px²", "area of the class in the frame"]
    app.segmented_control(key="ask_table").set_value("classes").run()
    assert "mean_share" in table(app, "Meaning")["Column"].tolist()


def test_a_batch_is_asked_as_one(open_page: Opener, home: Settings) -> None:
    app = open_page(home, "results", batch="b1")
    assert not app.exception
    click(app, "Mean share of each class in each video")
    found = table(app, "mean_share")
    assert found[found["class"] == "mouse"]["video"].tolist() == ["desk.mp4 (2)", "desk.mp4"]


def test_an_answer_in_a_sentence() -> None:
    rows = pd.DataFrame({"n": range(1500)})
    assert said(Answer(rows.head(1), True, 0.5), follows=False) == "1 row in 0.50 s."
    text = said(Answer(rows, False, 0.5), follows=True)
    assert text.startswith("The first 1\u202f500 rows in 0.50 s; 1\u202f000 are shown, the CSV has all.")


def test_the_chart_of_an_answer() -> None:
    times = [0.0, 1.0, 2.0]
    alike = pd.DataFrame({"time_s": times, "share": [0.1, 0.2, 0.3], "pixels": [10, 20, 30], "class_id": [1, 1, 1]})
    figure = answer_lines(alike, "time_s", {})
    assert [line.name for line in figure.data] == ["share"], "pixels have another unit"
    by_class = pd.DataFrame({"time_s": times * 2, "class": ["a"] * 3 + ["b"] * 3, "pixels": range(6)})
    figure = answer_lines(by_class, "time_s", {"b": "#0000ff"})
    assert [(line.name, list(line.y)) for line in figure.data] == [("a", [0, 1, 2]), ("b", [3, 4, 5])]
    assert figure.data[1].line.color == "#0000ff"
    assert answer_lines(alike.head(1), "time_s", {}) is None
    assert answer_lines(alike[["time_s", "class_id"]], "time_s", {}) is None


def test_two_results_of_one_video_side_by_side(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "one", "two")
    assert app.title[0].value == "Two results compared"
    classes = next(d.value for d in app.dataframe if ("Mean area", "A") in d.value)
    classes = classes.set_index(("", "Class"))
    assert classes.loc["mouse", [("Mean area", "A"), ("Mean area", "B")]].tolist() == ["20.0 %", "30.0 %"]
    worst = table(app, "Differs by")
    assert worst["Differs by"].tolist() == pytest.approx([10] * 20)
    assert worst["Most"].unique().tolist() == ["mouse"]
    assert any("which one and two did not keep" in c.value for c in app.caption)
    app.segmented_control(key="compared_what").set_value("Differences").run()
    assert not app.exception
    assert any(c.value.startswith("At least so much") for c in app.caption)
    app.button_group(key="compared_names").set_value([]).run()
    assert not app.exception


def test_two_different_videos_have_no_frames_to_compare(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "one", "park")
    assert any("different videos" in c.value for c in app.caption)
    assert not any("Differs by" in d.value for d in app.dataframe)
    app.toggle(key="compared_aligned").set_value(False).run()
    assert not app.exception


def test_masks_are_compared_by_a_command_and_its_file_is_shown(
    open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (RunStore(home).get(name) for name in ("one", "two"))
    started: list[list[str]] = []

    def start(arguments: list[str], **_: str) -> SimpleNamespace:
        started.append(arguments)
        return SimpleNamespace(id="task-1")

    monkeypatch.setattr(tasks, "start", start)
    monkeypatch.setattr(pixelwise, "MASK_FILES", ("summary.json",))  # both have it
    app = opened(open_page, home, "one", "two")
    click(app, "Compare their masks, pixel by pixel")
    folder = pixelwise._folder(one.id, two.id)
    assert started == [["results", "compare", one.id, two.id, "--masks", "--most", "2000", "--out", str(folder)]]
    folder.mkdir(parents=True)
    frames = pd.DataFrame({"time_s": [0.0, 5.0], "frame": [0, 50], "other_frame": [0, 50]})
    frames.assign(agreement=[0.99, 0.9], miou=[0.9, 0.7]).to_csv(folder / "agreement.csv", index=False)
    app.run()
    assert any("In 2 frames **94.50 %** of the pixels" in m.value for m in app.markdown)
    assert table(app, "Overlap")[["Time", "Overlap"]].to_numpy().tolist() == [[5.0, 0.7], [0.0, 0.9]]
    app.segmented_control(key="compared_what").set_value("Differences").run()
    assert not app.exception


def test_an_unknown_other_result_is_named(open_page: Opener, home: Settings) -> None:
    app = open_page(home, "results", run=RunStore(home).get("one").id, **{"with": "nowhere"})
    assert "nowhere" in app.error[0].value


def test_others_are_offered_the_same_video_first() -> None:
    def run(name: str, video: str) -> Run:
        return Run(name, name, "segment", RunState.FINISHED, "", "d", None, None, None, params={"video": video})

    runs = [run("a", "x.mp4"), run("b", "y.mp4"), run("c", "x.mp4")]
    assert [other.name for other in in_order(runs[0], runs)] == ["c", "b"]
    assert label(runs[0], runs[2]) == "c · same video · by – · –"
    assert label(runs[0], runs[1]).startswith("b · y.mp4")


def test_cells_that_differ_are_marked() -> None:
    classes = class_differences(Measured(ledger(0.2)), Measured(ledger(0.21)))
    rows = class_rows(classes)
    marks = differing_cells(rows, classes)
    assert (marks == MARK).sum().sum() == 0
    far = class_differences(Measured(ledger(0.2)), Measured(ledger(0.3).query("class_id < 2")))
    marks = differing_cells(class_rows(far), far).set_index(class_rows(far)["", "Class"])
    assert (marks.loc["mouse"] == MARK).sum() == 2
    assert (marks.loc["bear"] == MARK).sum() == 6, "seconds, area and certainty, which only one of them knows"
    assert class_rows(far)["Flicker", "A"].tolist() == ["–"] * 3
    assert np.isnan(far.loc["bear", ("seconds", "other")])
