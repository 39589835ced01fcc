"""Runs beside each other: tables, curves over three axes, and the page whose address names them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.common.charts import Series
from pages.runs.compare import steps_over
from pages.runs.same_frame import common_stems
from pages.runs.scores import MARK, best_cells, class_bars_of, class_table, int8_words, score_table
from segcore.evaluation.metrics import Evaluation
from segcore.inference.int8 import INT8_TAG, Int8Record, as_tag
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]


def _run(name: str, **tags: str) -> Run:
    return Run(name, name, "train", RunState.FINISHED, "", "d", None, None, None, tags=tags)


def test_scores_of_runs_with_and_without_an_evaluation() -> None:
    scored = Evaluation(("background", "cup"), np.array([[8, 0], [2, 2]]))
    table = score_table(
        [_run("a", **{"segcore.best_epoch": "3"}), _run("b", **{"segcore.best_miou": "0.5"})],
        {"a": scored},
        {"a": 0.25},
    )
    assert table["mIoU"].tolist() == pytest.approx([(0.8 + 0.5) / 2, 0.5])
    assert table["Without background"].tolist()[0] == pytest.approx(0.5)
    assert table["Validation loss"].tolist()[0] == 0.25
    assert table["Best epoch"].tolist()[0] == 3


def test_the_best_of_each_column_is_marked_where_runs_differ() -> None:
    table = pd.DataFrame(
        {
            "Run": ["a", "b", "c"],
            "mIoU": [0.5, 0.9, None],
            "Without background": [0.4, 0.4, None],
            "Dice": [0.70001, 0.70002, 0.6],
            "Validation loss": [0.3, 0.8, 0.9],
            "Images a second": [None, None, 4.0],
        }
    )
    marked = best_cells(table)
    assert (marked["mIoU"] == MARK).tolist() == [False, True, False]
    assert (marked["Without background"] == MARK).sum() == 0
    assert (marked["Dice"] == MARK).tolist() == [True, True, False]
    assert (marked["Validation loss"] == MARK).tolist() == [True, False, False]
    assert (marked["Images a second"] == MARK).sum() == 0


def test_classes_are_matched_by_name() -> None:
    one = Evaluation(("background", "cup"), np.array([[8, 0], [0, 2]]))
    two = Evaluation(("background", "bear", "cup"), np.array([[8, 0, 0], [0, 1, 1], [0, 0, 2]]))
    table = class_table({"a": one, "b": two})
    assert list(table.index) == ["background", "cup", "bear"]
    assert table["a"].tolist()[:2] == [1.0, 1.0]
    assert np.isnan(table.loc["bear", "a"])
    assert table["b"].tolist() == pytest.approx([1.0, 2 / 3, 0.5])
    assert len(class_bars_of(table).data) == 2


STEPS, ENDS, SECONDS = Series((1, 5, 10, 20, 25), (5, 4, 3, 2, 1)), Series((1, 2), (10, 20)), Series((1, 2), (60, 120))


def test_steps_over_each_axis() -> None:
    assert steps_over("step", STEPS, ENDS, SECONDS) == STEPS
    by_epoch = steps_over("epoch", STEPS, ENDS, SECONDS)
    assert list(by_epoch.x) == pytest.approx([0.1, 0.5, 1.0, 2.0])
    assert list(by_epoch.y) == [5, 4, 3, 2]
    assert list(steps_over("minutes", STEPS, ENDS, SECONDS).x) == pytest.approx([0.1, 0.5, 1.0, 3.0])
    assert not steps_over("minutes", STEPS, Series((), ()), SECONDS)


def test_frames_in_common() -> None:
    assert common_stems([["b", "a", "c"], ["c", "b"]]) == ["b", "c"]
    assert common_stems([["a"], ["b"]]) == []


def test_a_link_names_the_runs_that_are_compared(open_page: Opener, full_home: Settings) -> None:
    store = RunStore(full_home)
    ids = [store.get(name).id for name in ("desk-a", "desk-b", "desk-c")]
    app = open_page(full_home, "runs", run=ids)
    assert not app.exception
    assert app.title[0].value == "3 runs compared"
    assert [heading.value for heading in app.subheader] == [
        "Curves", "Scores", "By class", "The same frame", "Settings that differ",
    ]  # fmt: skip
    assert app.dataframe[0].value["Run"].tolist() == ["desk-a", "desk-b", "desk-c"]
    assert app.dataframe[1].value["Setting"].tolist() == ["seed"]
    assert len(app.get("plotly_chart")) == 2
    assert len(app.get("image")) == 4, "the truth, and what each run sees"
    for key, value in (
        ("axis", "step"),
        ("measure", "Loss of each step"),
        ("axis", "minutes"),
        ("same_layer", "Errors"),
    ):
        app.segmented_control(key=key).set_value(value).run()
        assert not app.exception
        assert len(app.get("plotly_chart")) == 2
    assert any("missed" in caption.value for caption in app.caption)


def test_a_link_to_one_run_opens_it_and_an_unknown_one_is_named(open_page: Opener, full_home: Settings) -> None:
    run = RunStore(full_home).get("desk-a")
    assert open_page(full_home, "runs", run=[run.id]).title[0].value == "desk-a"
    assert "nowhere" in open_page(full_home, "runs", run=[run.id, "nowhere"]).error[0].value


@pytest.mark.parametrize(
    ("miou", "said"),
    [
        (0.8991, "is there in 8-bit integers too, for where they are quicker: mIoU 0.899 instead of 0.900"),
        (0.85, "would lose too much (mIoU 0.850 instead of 0.900), so videos use it in full precision"),
    ],
)
def test_what_8_bits_lose_is_told(miou: float, said: str) -> None:
    record = Int8Record(
        weights="w",
        size=(352, 640),
        graph="g",
        constants="c",
        miou=miou,
        miou_float32=0.9,
        class_loss=0.01,
        agreement=0.99,
    )
    assert said in int8_words({INT8_TAG: as_tag([record])})
    assert int8_words({}) == int8_words({INT8_TAG: "of another version"}) == int8_words({INT8_TAG: "[]"}) == ""
