"""The evaluation page: an offer before, the report after, and what it says in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest

from pages.common import cached_runs, tasks
from pages.common.commands import Command
from pages.evaluation import figures, verdict
from pages.evaluation.panes import side_by_side
from segcore.datasets.dataset import read_labels
from segcore.datasets.store import DatasetStore
from segcore.evaluation.answer import Answer
from segcore.evaluation.counting import count_frame, pooled, report_of
from segcore.evaluation.report import Report, Subject, report_file
from segcore.evaluation.scoring import label_png, picture_name
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.training.folds import series_of

Opener = Callable[..., AppTest]


def made(settings: Settings, run_id: str, *, shift: int = 4, split: str = "val", stems: slice = slice(None)) -> Report:
    """A report on the dataset "desk": predictions are the truth, moved down by some pixels, class 2 lost in frame 3."""
    dataset = DatasetStore(settings).open("desk")
    store, frames, pictures = RunStore(settings), [], {}
    for pair in dataset.pairs[stems]:
        truth = read_labels(pair)
        labels = np.roll(truth, shift, axis=0)
        if pair.stem == "003":
            labels[labels == 2] = 0
        counts = count_frame(pair.stem, truth, Answer(labels, np.full(truth.shape, 230, np.uint8)), 3)
        name = f"evaluation/{split}/{picture_name(pair.stem)}"
        pictures[name] = label_png(labels)
        frames.append(
            type(counts)(counts.image.model_copy(update={"picture": name}), counts.objects, counts.confidence)
        )
    subject = Subject(
        run=run_id, name="desk-a", dataset="desk", dataset_hash=dataset.content_hash, split=split,  # type: ignore[arg-type]
        weights="0" * 64, backend="tests",
    )  # fmt: skip
    report = report_of(subject, dataset.classes, frames, 1.0)
    for name, picture in pictures.items():
        store.put_file(run_id, name, picture)
    return report


@pytest.fixture
def reported(full_home: Settings) -> str:
    """A run with a report on its validation frames."""
    store = RunStore(full_home)
    run = store.get("desk-a")
    store.put_file(run.id, report_file("val"), made(full_home, run.id).model_dump_json().encode())
    return run.id


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the page would have started."""
    seen: list[list[str]] = []

    def start(arguments: list[str], *, kind: str, title: str, subject: str = "") -> Command:
        seen.append(list(arguments))
        return Command(kind, title, subject)

    monkeypatch.setattr(tasks, "start", start)
    return seen


def text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.subheader, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_a_run_without_a_report_offers_one(open_page: Opener, full_home: Settings, started: list[list[str]]) -> None:
    run = RunStore(full_home).get("desk-b")
    app = open_page(full_home, "evaluation", run=run.id, split="train")
    assert not app.exception
    assert "Not scored in detail yet" in text(app)
    app.selectbox(key="evaluation_scales").select("0.75, 1 and 1.25 of it").run()
    app.checkbox(key="evaluation_flip").check().run()
    app.button(key="start_evaluation").click().run()
    assert not app.exception
    assert started == [["evaluate", run.id, "--split", "train", "--report", "--scales", "0.75,1,1.25", "--flip"]]


def test_a_report_is_shown_from_the_verdict_to_single_frames(
    open_page: Opener, full_home: Settings, reported: str
) -> None:
    app = open_page(full_home, "evaluation", run=reported)
    assert not app.exception
    assert not app.error
    assert not app.warning
    shown = text(app)
    assert "6 frames it never learned from" in shown
    assert "Only 6 frames were scored" in shown
    report = cached_runs.report(reported, "val")
    assert report is not None
    assert app.metric[0].value == f"{report.means['miou'].value:.3f}"
    assert len(app.get("plotly_chart")) == 4
    app.toggle(key="evaluation_background").set_value(False).run()
    assert app.metric[0].value == f"{report.means['miou_foreground'].value:.3f}"
    assert "the background left out" in text(app)
    every = app.dataframe[0].value
    assert every["IoU"].tolist() == [scores.iou.value for scores in report.scores]


def test_the_worst_frame_comes_first_and_opens_large(open_page: Opener, full_home: Settings, reported: str) -> None:
    report = Report.model_validate_json(RunStore(full_home).file(reported, report_file("val")).read_bytes())
    assert report.worst()[0][0].stem == "003"
    app = open_page(full_home, "evaluation", run=reported, frame="003")
    assert not app.exception
    assert "1 of 6" in text(app)
    in_frame = app.dataframe[-1].value
    assert in_frame["Class"].tolist()[0] == "bear"
    assert in_frame["IoU"].tolist()[0] == 0
    app.button(key="evaluation_Better").click().run()
    assert not app.exception
    assert "2 of 6" in text(app)


def test_a_network_that_learned_on_is_said(open_page: Opener, full_home: Settings, reported: str) -> None:
    store = RunStore(full_home)
    store.set_tags(reported, {"segcore.sha256.best": "1" * 64})
    try:
        assert "trained on since" in text(open_page(full_home, "evaluation", run=reported))
    finally:
        store.set_tags(reported, {"segcore.sha256.best": "0" * 64})


def test_folds_are_started_once_and_followed(open_page: Opener, full_home: Settings, engine: FakeEngine) -> None:
    store = RunStore(full_home)
    run = store.get("desk-a")
    before = {one.id for one in store.list("train")}
    app = open_page(full_home, "evaluation", run=run.id, split="all")
    app.number_input(key="fold_count").set_value(3).run()
    app.number_input(key="fold_minutes").set_value(2.0).run()
    assert "about 6 min" in text(app)
    app.button(key="start_folds").click().run()
    assert not app.exception
    fresh = [one for one in store.list("train") if one.id not in before]
    assert sorted(store.config(one.id)["fold"] for one in fresh) == [[1, 3], [2, 3], [3, 3]]
    assert {store.config(one.id)["minutes"] for one in fresh} == {2.0}
    assert sorted(engine.asked[-3:]) == sorted(("submit", one.id) for one in fresh)
    assert "3 trainings to go" in text(app)
    for one in fresh:
        store.set_state(one.id, RunState.FINISHED)
    app.run()
    assert app.button(key="pool_folds").label == "Put the scores together"
    parts = [
        made(full_home, one.id, stems=slice(2 * i, 2 * i + 2))
        for i, one in enumerate(sorted(fresh, key=lambda o: o.name))
    ]
    series = series_of(fresh[0]) or ""
    whole = pooled(parts[0].subject.model_copy(update={"run": series, "split": "folds"}), parts)
    for one in fresh:
        store.put_file(one.id, report_file("folds"), whole.model_dump_json().encode())
        store.set_tags(one.id, {"segcore.sha256.best": "0" * 64})
    shown = open_page(full_home, "evaluation", run=fresh[0].id, split="folds")
    assert not shown.exception
    assert "6 frames, each by a network that never learned from it" in text(shown)
    assert shown.dataframe[-1].value["Frames"].tolist() == [2, 2, 2]
    for one in fresh:
        store.delete(one.id)


def test_strip_has_four_panes(full_home: Settings, tmp_path: Path) -> None:
    import cv2

    dataset = DatasetStore(full_home).open("desk")
    pair = dataset.pairs[3]
    (tmp_path / "p.png").write_bytes(label_png(read_labels(pair)))
    strip = cv2.imdecode(np.frombuffer(side_by_side(pair, tmp_path / "p.png", dataset.classes), np.uint8), 1)
    assert strip.shape[:2] == (48, 4 * 64 + 3 * 6)


def test_words_of_a_report(full_home: Settings) -> None:
    run = RunStore(full_home).get("desk-a")
    perfect, moved = made(full_home, run.id, shift=0), made(full_home, run.id)
    assert verdict.weak(moved)[0].startswith("Weakest: **bear**")
    # 230 of 255 sure: perfect is right more often than that in all frames but one
    assert "less sure than it is right" in verdict.trust(perfect)[0]
    bare = perfect.model_copy(update={"calibration_error": 0.01})
    assert verdict.trust(bare) == ["It is about as sure as it is right."]
    assert "**bear**" in verdict.mistaken(perfect)[0]
    assert "background" in verdict.mistaken(perfect)[0]
    assert "95 % certainty" in verdict.overall(perfect, background=True)
    assert verdict.caution(perfect.model_copy(update={"images": perfect.images * 2})) == ""


def test_class_figure_is_sorted_and_has_intervals(full_home: Settings) -> None:
    report = made(full_home, RunStore(full_home).get("desk-a").id)
    figure = figures.by_class(report, "iou", background=False)
    assert [trace.y[0] for trace in figure.data] == ["bear", "mouse"]
    bear = report.scores[2].iou
    assert figure.data[0].error_x.arrayminus[0] == pytest.approx(bear.value - bear.low)
