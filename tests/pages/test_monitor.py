"""The monitor of a training: what its panels hold, what its sentences say, what its buttons do."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.common.curves import CurveBook
from pages.common.pictures import indexed_png
from pages.training import film, plots
from pages.training.budget import granted, sentence
from pages.training.figures import card_keys
from pages.training.log import tail
from pages.training.panels import Look, best_and_ends, panels, plateau, rounded, smooth
from pages.training.validation import picked
from segcore.classes import ClassTable
from segcore.runs import MetricPoint, Progress, Run, RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
CLASSES = ClassTable.of(["background", "mouse"])


class Points:
    """A run store that has only these histories, and counts how often and how much is read."""

    def __init__(self, **histories: dict[int, float]) -> None:
        self.histories = {key.replace("__", "/"): values for key, values in histories.items()}
        self.reads: list[tuple[str, int]] = []

    def history(self, run_id: str, key: str, after_step: int = -1) -> list[MetricPoint]:
        assert run_id == "r"
        found = [MetricPoint(s, 0.0, v) for s, v in self.histories.get(key, {}).items() if s > after_step]
        self.reads.append((key, len(found)))
        return found


def book_of(**histories: dict[int, float]) -> CurveBook:
    store = Points(**histories)
    book = CurveBook(store, "r")  # type: ignore[arg-type]
    book.update(store.histories)
    return book


def test_only_new_points_are_read_and_not_twice_in_a_second() -> None:
    store = Points(a={1: 0.5, 2: 0.25})
    book = CurveBook(store, "r")  # type: ignore[arg-type]
    book.update(["a"], fresh_s=60)
    store.histories["a"][3] = 0.125
    book.update(["a"], fresh_s=60)  # another browser, in the same second
    assert book.arrays("a").tolist() == [[1, 2], [0.5, 0.25]]
    before = book.arrays("a")
    book.update(["a"])
    assert store.reads == [("a", 2), ("a", 1)]
    assert book.series("a").y == (0.5, 0.25, 0.125)
    assert book.newest("a") == 0.125
    assert before.tolist() == [[1, 2], [0.5, 0.25]]


def test_ten_thousand_points_are_held_in_order() -> None:
    store = Points(a={})
    book = CurveBook(store, "r")  # type: ignore[arg-type]
    for start in range(1, 10_001, 250):
        store.histories["a"] = {s: s / 2 for s in range(start, start + 250)}
        book.update(["a"])
    np.testing.assert_array_equal(book.arrays("a"), [np.arange(1, 10_001), np.arange(1, 10_001) / 2])


def test_epochs_stand_at_the_step_they_ended_at() -> None:
    book = book_of(epoch__step={1: 16, 2: 32, 3: 48}, epoch__val_loss={1: 2.0, 3: 0.5})
    assert book.epoch_arrays("epoch/val_loss").tolist() == [[16, 48], [2.0, 0.5]]
    assert best_and_ends(book, 2) == (32, [16, 32, 48])
    assert best_and_ends(book, None) == (None, [16, 32, 48])
    assert best_and_ends(book, 9)[0] is None


def test_smooth_starts_at_the_first_value_and_keeps_a_constant() -> None:
    assert smooth(np.array([2.0, 2.0, 2.0]), 0.9).tolist() == pytest.approx([2, 2, 2])
    assert smooth(np.array([1.0, 3.0]), 0.5).tolist() == pytest.approx([1, 7 / 3])
    assert smooth(np.array([1.0, 3.0]), 0).tolist() == [1, 3]
    assert smooth(np.array([]), 0.5).tolist() == []


def test_rounded_by_hand() -> None:
    assert rounded(np.array([0.123456, -98765.4, 0.0, 1e-9, 3.0])) == [0.1235, -98770.0, 0.0, 1e-9, 3.0]


@given(st.lists(st.floats(-1e9, 1e9).filter(lambda v: v == 0 or abs(v) > 1e-9), max_size=30))
def test_rounding_changes_little(values: list[float]) -> None:
    np.testing.assert_allclose(rounded(np.array(values)), values, rtol=6e-4)


def test_panels_hold_the_curves_and_stay_small() -> None:
    steps = range(1, 20_001)
    noise = np.random.default_rng(0).uniform(0.5, 1.5, 20_000)
    noise[777] = 50.0
    book = book_of(
        step__loss={s: float(noise[s - 1]) for s in steps},
        step__seconds=dict.fromkeys(steps, 0.2),
        step__input_share=dict.fromkeys(steps, 0.25),
        epoch__step={e: 100 * e for e in range(1, 201)},
        epoch__val_loss={e: 1.0 / e for e in range(1, 201)},
        val_iou__1={1: 0.5, 2: 0.6},
    )
    loss, score, by_class, rate, speed, pace = panels(book, CLASSES, Look(log=True))
    assert [line["name"] for line in loss["lines"]] == ["each step", "training", "validation"]
    dots, mean, validation = loss["lines"]
    assert max(dots["y"]) == 50.0
    assert max(mean["y"]) < 10
    assert len(dots["x"]) < 1300
    assert len(mean["x"]) < 700
    assert validation["y"][:3] == [1.0, 0.5, 0.3333]
    assert (loss["log"], loss["zero"], loss["clip"]) == (True, False, True)
    assert [line["name"] for line in by_class["lines"]] == ["mouse"]
    assert by_class["lines"][0]["color"] == CLASSES[1].color
    whole, waiting = speed["lines"]
    assert (whole["y"][-1], waiting["y"][-1]) == (200.0, 50.0)
    assert score["lines"] == rate["lines"] == pace["lines"] == []
    (dice,) = [p for p in panels(book, None, Look(score="Dice")) if p["id"] == "dice"]
    assert "Dice" in dice["title"]


def test_plateau() -> None:
    assert plateau([1, 2, 3, 4], 3) == 1
    assert plateau([1], 1) == 0
    assert plateau([], None) is None


def test_picked_epochs_are_few_steady_and_hold_the_best() -> None:
    assert picked([1, 2, 3], 2, 10) == [1, 2, 3]
    few = picked(list(range(1, 201)), 137, 12)
    assert len(few) <= 12
    assert {1, 137, 200} <= set(few)
    assert picked(list(range(1, 201)), None, 3) == [1, 200]
    assert picked(list(range(1, 12)), 4, 10) == [1, 3, 4, 5, 7, 9, 11]
    assert picked(list(range(1, 13)), 4, 10) == [1, 3, 4, 5, 7, 9, 11, 12]


def _run(progress: Progress | None, params: dict[str, str], extra: str = "") -> Run:
    tags = {"segcore.extra_minutes": extra}
    times = {"created": None, "started": None, "ended": None}
    return Run("r", "r", "train", RunState.RUNNING, "", "d", params=params, tags=tags, progress=progress, **times)


NOW = datetime(2026, 1, 2, 14, 30)


def test_the_budget_in_words() -> None:
    progress = Progress(stage="epoch 3", done=0.4, total=1.0, eta_s=300)
    assert sentence(_run(progress, {"minutes": "8.0"}), NOW) == "Epoch 3 · 3:00 of 8:00 · 5:00 left, done about 14:35"
    longer = _run(progress.model_copy(update={"eta_s": 900}), {"minutes": "8.0"}, "10")
    assert granted(longer) == 18 * 60
    assert sentence(longer, NOW) == "Epoch 3 · 3:00 of 18:00 (10:00 were added) · 15:00 left, done about 14:45"
    counted = _run(progress, {"epochs": "25"})
    assert granted(counted) is None
    assert sentence(counted, NOW) == "Epoch 3 · 40 % of 25 epochs · 5:00 left, done about 14:35"
    assert sentence(_run(None, {}), NOW) == "Starting"


def test_cards_are_named() -> None:
    metrics = {
        "system/gpu_0_utilization_percentage": 5.0,
        "system/gpu_0_memory_usage_percentage": 1.0,
        "system/gpu_0_memory_usage_megabytes": 1.0,
        "system/gpu_0_power_usage_percentage": 1.0,
    }
    run = _run(None, {})
    run.metrics.update(metrics)
    assert sorted(card_keys(run).values()) == ["GPU 0", "Memory of GPU 0"]


def test_the_log_ends_with_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    log.write_text("".join(f"line {i}\n" for i in range(100_000)) + "bar 1\rbar 2\rbar 3\n", "utf-8")
    assert tail(log, 3) == "line 99998\nline 99999\nbar 3"
    log.write_text("one", "utf-8")
    assert tail(log) == "one"


def test_a_picture_with_a_palette_is_small_and_exact() -> None:
    codes = np.array([[0, 3, 255], [3, 3, 0]], np.uint8)
    palette = np.arange(1024, dtype=np.uint8).reshape(256, 4)
    with Image.open(io.BytesIO(indexed_png(codes, palette))) as back:
        np.testing.assert_array_equal(np.asarray(back.convert("RGBA")), palette[codes])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict]:
    """What the page sends to its own elements."""
    sent: dict[str, dict] = {}
    for name, module in (("_PLOTS", plots), ("_FILM", film)):
        monkeypatch.setattr(module, name, lambda key, data: sent.__setitem__(key, data))
    return sent


def test_monitor_of_a_running_training(
    open_page: Opener, full_home: Settings, engine: FakeEngine, drawn: dict[str, dict]
) -> None:
    store = RunStore(full_home)
    run = store.get("desk-c")
    app = open_page(full_home, "training", run=run.id)
    assert not app.exception
    assert [m.value for m in app.metric][:4] == ["0.800", "4", "0 epochs", "0.018"]
    assert [m.value for m in app.metric][-3:] == ["90 %", "41 %", "1.3 GB"]
    assert [p["id"] for p in drawn["plots"]["panels"]] == ["loss", "miou", "classes", "rate", "speed", "pace"]
    assert (drawn["plots"]["best"], drawn["plots"]["ends"]) == (40, [10, 20, 30, 40])
    assert [s["epoch"] for s in drawn["film"]["shots"]] == [1, 2, 3, 4]
    assert len({s["errors"] for s in drawn["film"]["shots"]}) == 4
    app.slider(key="smoothing").set_value(0.0).run()
    app.toggle(key="log_scale").set_value(True).run()
    loss = drawn["plots"]["panels"][0]
    assert loss["log"]
    assert loss["lines"][0]["y"] == loss["lines"][1]["y"]
    app.button(key="stop_run").click().run()
    assert ("stop", run.id) in engine.asked


def test_more_minutes_are_added_by_a_click(open_page: Opener, full_home: Settings) -> None:
    store = RunStore(full_home)
    run = store.get("desk-c")
    app = open_page(full_home, "training", run=run.id)
    app.button(key="extend_run").click().run()
    assert not app.exception
    assert store.get(run.id).extra_minutes == 10
    ended = open_page(full_home, "training", run=store.get("desk-a").id)
    assert "extend_run" not in [b.key for b in ended.button]


def test_cancel_asks_first(open_page: Opener, full_home: Settings, engine: FakeEngine) -> None:
    run = RunStore(full_home).get("desk-c")
    app = open_page(full_home, "training", run=run.id)
    app.button(key="cancel_run").click().run()
    assert not engine.asked
    assert {"keep_cancel", "confirm_cancel"} <= {b.key for b in app.button}
