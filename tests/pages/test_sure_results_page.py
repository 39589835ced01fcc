"""The results page says how sure it is: error bars, cm², stability, and frames to label next."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.common import cached
from pages.common.certainty_chart import certainty_lines
from pages.common.commands import Command
from pages.results import watch
from pages.results.areas import Unit, bands
from pages.results.certainty import sentence
from pages.results.timeline import line_of
from segcore.classes import ClassTable
from segcore.knowledge.areas import share_over_time
from segcore.knowledge.certainty import LOOK
from segcore.knowledge.drawing import Drawing
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

Opener = Callable[..., AppTest]
CLASSES = ClassTable.of(["background", "mouse"])
FRAMES, AREA = 20, 96 * 64


def ledger() -> pd.DataFrame:
    rows = []
    for frame in range(FRAMES):
        for class_id, pixels in ((0, AREA - 600), (1, 600)):
            rows.append((frame, frame / 10, class_id, CLASSES[class_id].name, pixels, pixels / AREA, 1, 0.9))
    columns = ["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]
    return pd.DataFrame(rows, columns=columns)


def areas() -> pd.DataFrame:
    table = ledger()[["frame", "time_s", "class_id", "class", "pixels"]]
    corrected = np.where(table["class_id"] == 1, 540.0, AREA - 540)
    return table.assign(area_corrected=corrected, area_low=corrected - 60, area_high=corrected + 60)


def certain() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "frame": range(FRAMES), "time_s": np.arange(FRAMES) / 10, "confidence": 0.9,
            "unsure": np.linspace(0, 0.2, FRAMES), "unstable": [np.nan, *[0.01] * (FRAMES - 1)], "smoothed": 0.0,
            "cut": np.arange(FRAMES) == 10, "sharpness": 50.0,
            "look": [bytes(rng.integers(0, 256, int(np.prod(LOOK)), np.uint8)) for _ in range(FRAMES)],
        }
    )  # fmt: skip


FACTS = {"flicker": 0.1, "classes": {}, "cuts_s": [1.0], "smoothing": {"flicker_before": 0.2, "pixels_changed": 0.014}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with a result that says all, "sure", and an older one that does not, "old"."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))})
    store, overlay = RunStore(settings), settings.home / "overlay.mp4"
    with VideoWriter(overlay, 96, 64, fps=10) as writer:
        for number in range(FRAMES):
            writer.write(np.full((64, 96, 3), 10 * number, np.uint8))
    for name in ("sure", "old"):
        run = store.create("segment", config={"start_s": 0.0}, name=name, params={"video": "v.mp4"})
        folder = store.folder(run.id)
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        ledger().to_parquet(folder / "ledger.parquet")
        store.put_file(run.id, "overlay.mp4", overlay.read_bytes())
        if name == "sure":
            areas().to_parquet(folder / "areas.parquet")
            certain().to_parquet(folder / "certainty.parquet")
            store.put_file(run.id, "summary.json", json.dumps({"stability": FACTS}).encode())
        store.set_state(run.id, RunState.FINISHED)
    return settings


def words(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (app.subheader, app.markdown, app.caption, app.error) for e in kind)


def opened(open_page: Opener, home: Settings, name: str) -> AppTest:
    app = open_page(home, "results", run=RunStore(home).get(name).id)
    assert not app.exception, app.exception
    assert not app.error
    return app


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page sends to the player and its chart."""
    sent: dict[str, Any] = {}
    monkeypatch.setattr(watch, "_WATCH", lambda **given: sent.update(given["data"]))
    return sent


def test_a_result_says_how_sure_it_is(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "sure")
    said = words(app)
    assert "How sure, how steady" in said
    assert "Flicker 0.100 (mean over classes; 0 is perfectly steady); it was 0.200 before smoothing" in said
    assert "changed 1.4 % of all pixels · 2 shots" in said
    assert "Frames to label next" in said
    app.number_input(key="propose_count").set_value(3).run()
    assert not app.exception
    captions = [str(picture.captions[0]) for picture in app.get("image") if picture.captions[0]]
    assert ["pixels unsure" in text for text in captions] == [True] * 3


def test_error_bars_and_centimetres_change_the_chart(open_page: Opener, home: Settings, shown: dict[str, Any]) -> None:
    app, run = opened(open_page, home, "sure"), RunStore(home).get("sure").id
    assert {line["name"]: line["low"] for line in shown["lines"]}["mouse"] is None
    share = shown["lines"][0]["y"][0]
    app.toggle(key="area_bars").set_value(True).run()
    mouse = next(line for line in shown["lines"] if line["name"] == "mouse")
    assert all(low <= value <= high for low, value, high in zip(mouse["low"], mouse["y"], mouse["high"], strict=True))
    assert app.toggle(key="cm2_True").disabled
    known = {"start": (0.25, 0.5), "end": (0.75, 0.5), "cm": 4.8}  # 48 pixels: 0.1 cm a pixel
    RunStore(home).put_file(run, "zones.json", Drawing(width=96, height=64, length=known).as_json())
    app.run()
    assert not app.exception
    assert (shown["title"], shown["percent"]) == ("cm²", False)
    app.toggle(key="area_bars").set_value(False).run()
    assert shown["lines"][0]["y"][0] == pytest.approx(share * AREA * 0.01, rel=1e-4)
    app.toggle(key="cm2_False").set_value(False).run()
    assert shown["lines"][0]["y"][0] == pytest.approx(share)


def test_an_older_result_is_drawn_as_before(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "old")
    assert app.toggle(key="area_bars").disabled
    assert "Frames to label next" not in words(app)


def test_pack_for_labelling_starts_the_command(
    open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    cached.commands.clear()
    monkeypatch.setattr(Command, "start", lambda _self, arguments, _environment: asked.append(list(arguments)))
    app = opened(open_page, home, "sure")
    app.number_input(key="propose_count").set_value(3).run()
    app.button(key="propose_pack").click().run()
    assert not app.exception
    [arguments] = asked
    assert arguments[:2] == ["results", "propose"]
    assert arguments[arguments.index("--count") + 1] == "3"
    assert Path(arguments[arguments.index("--out") + 1]).name == "sure-to-label.zip"


def test_bands_are_drawn_in_their_unit() -> None:
    found = bands(areas(), Unit("cm²", 100.0))
    assert found["mouse"].value.iloc[0] == pytest.approx(100 * 540 / AREA)
    assert found["mouse"].high.iloc[0] == pytest.approx(100 * 600 / AREA)
    line = line_of(CLASSES[1], share_over_time(ledger())["mouse"], found["mouse"])
    assert line.values.tolist() == pytest.approx([100 * 540 / AREA] * FRAMES)
    assert line.high is not None
    assert line.high[0] == pytest.approx(100 * 600 / AREA)


def test_certainty_chart_marks_shots() -> None:
    figure = certainty_lines(certain())
    assert [trace.name for trace in figure.data] == ["unsure", "changing from frame to frame"]
    assert [shape.x0 for shape in figure.layout.shapes] == [1.0]


def test_nothing_is_said_of_unknown_flicker() -> None:
    assert sentence(None) == ""
    assert sentence({"flicker": None}) == ""
    assert sentence({"flicker": 0.05, "cuts_s": []}) == "Flicker 0.050 (mean over classes; 0 is perfectly steady)."
