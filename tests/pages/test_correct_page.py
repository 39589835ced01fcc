"""Correcting a frame of a result: it opens with the network's labels, is kept, listed, and taken into a dataset."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.common import cached_media, tasks, who
from pages.common.commands import Command
from pages.results import brush, correct, corrected
from pages.results.timeline import frame_at
from segcore.access import SYSTEM, Person, Role, set_source
from segcore.classes import ClassTable
from segcore.corrections.kept import Corrections
from segcore.corrections.packed import pack
from segcore.datasets.images import read_image
from segcore.models.spec import MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

Opener = Callable[..., AppTest]
SIZE, FRAMES, CLASSES = (48, 64), 10, ClassTable.of(["background", "mouse", "bear"])


class Halves:
    """A network that sees a mouse in the left half and a bear in the right."""

    classes = CLASSES

    def scores(self, frames: np.ndarray) -> np.ndarray:
        made = np.zeros((len(frames), 12, 16, 3), np.float32)
        made[:, :, :8, 1], made[:, :, 8:, 2] = 1, 1
        return made


SEEN = np.repeat(np.array([[1] * 32 + [2] * 32], np.uint8), 48, axis=0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with a network and its result of a clip of ten frames."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("correct"))})
    store, clip = RunStore(settings), settings.home / "clip.mp4"
    with VideoWriter(clip, 64, 48, fps=10) as video:
        for number in range(FRAMES):
            video.write(np.full((48, 64, 3), 20 * number, np.uint8))
    trained = store.create("train", config={}, name="net", dataset="desk")
    spec = ModelSpec(architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=64))
    store.put_file(trained.id, MODEL_FILE, spec.model_dump_json().encode())
    store.set_tags(trained.id, {SHA256_TAG: "a" * 64})
    store.set_state(trained.id, RunState.FINISHED)
    config = {"video": str(clip), "run": trained.id}
    run = store.create("segment", config=config, name="clip-1", dataset="desk", parent=trained.id)
    folder = store.folder(run.id)
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {"frame": n, "time_s": n / 10, "class_id": c.id, "class": c.name, "pixels": 1024, "share": 1 / 3, "objects": 1,
         "confidence": 0.9}
        for n in range(FRAMES) for c in CLASSES
    ]  # fmt: skip
    pd.DataFrame(rows).to_parquet(folder / "ledger.parquet")
    store.put_file(run.id, "overlay.mp4", clip)
    store.set_state(run.id, RunState.FINISHED)
    return settings


class Hand:
    """Stands in for the canvas: remembers what it was given, and saves what a test wants saved."""

    def __init__(self) -> None:
        self.canvas: brush.Canvas | None = None
        self.saves: list[dict[str, Any]] = []

    def __call__(self, canvas: brush.Canvas, on_saved: Callable[[dict[str, Any]], None]) -> None:
        self.canvas = canvas
        if self.saves:
            on_saved({"frame": canvas.frame, "version": canvas.version, "edit": 7, "further": False} | self.saves.pop())
            st.rerun()


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand()
    monkeypatch.setattr(brush, "draw", made)
    return made


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_media, "network_for", lambda *_, **__: (Halves(), threading.Lock()))


@pytest.fixture(autouse=True)
def nothing_corrected(home: Settings) -> None:
    corrections = kept(home)
    for one in corrections.all():
        corrections.take_back(one.note.frame)


def result(home: Settings) -> str:
    return RunStore(home).get("clip-1").id


def kept(home: Settings) -> Corrections:
    return Corrections(RunStore(home), result(home))


def sent(labels: np.ndarray) -> dict[str, str]:
    return {"labels": base64.b64encode(pack(labels)).decode()}


def text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_a_frame_opens_with_what_the_network_says_and_what_is_saved_comes_back(
    open_page: Opener, home: Settings, hand: Hand
) -> None:
    painted = SEEN.copy()
    painted[10:20, 30:50], painted[0] = 0, 255
    hand.saves = [sent(painted)]
    app = open_page(home, "results", run=result(home), correct="4")
    assert not app.exception
    (one,) = kept(home).all()
    assert np.array_equal(one.labels(), painted)
    assert (one.note.frame, one.note.time_s, one.note.stem) == (4, pytest.approx(0.4), "clip_f000004")
    assert abs(int(read_image(one.image).mean()) - 80) < 3  # it is the fifth frame's picture
    assert hand.canvas is not None
    assert (hand.canvas.kept, hand.canvas.width, hand.canvas.height, hand.canvas.classes) == (True, 64, 48, CLASSES)
    assert "corrected" in text(app)
    before = one.image.read_bytes()
    hand.saves = [sent(SEEN)]  # opened again, saved again: the picture stays what it was
    open_page(home, "results", run=result(home), correct="4")
    (again,) = kept(home).all()
    assert np.array_equal(again.labels(), SEEN)
    assert again.image.read_bytes() == before


def test_the_network_s_labels_are_sent_to_the_canvas(open_page: Opener, home: Settings, hand: Hand) -> None:
    open_page(home, "results", run=result(home), correct="0")
    assert hand.canvas is not None
    assert not hand.canvas.kept
    folder = next((home.home / "cache" / "corrections").glob("*-0-aaaa*"))
    assert (folder / "labels").read_bytes() == pack(SEEN)


@pytest.mark.parametrize(
    ("save", "told"),
    [
        (sent(np.zeros((48, 63), np.uint8)), "Expected a label for each of 64×48"),
        (sent(np.full((48, 64), 9, np.uint8)), "Expected classes 0 to 2"),
        ({"labels": "§"}, "arrived damaged"),
        (sent(SEEN) | {"version": "before theirs"}, "Somebody else"),
    ],
)
def test_what_cannot_be_kept_is_told(
    open_page: Opener, home: Settings, hand: Hand, save: dict[str, str], told: str
) -> None:
    hand.saves = [save]
    app = open_page(home, "results", run=result(home), correct="4")
    assert kept(home).all() == []
    edit, refused = app.session_state["corrected_frame"][1:]
    assert edit == 7
    assert told in refused


def test_save_and_next_opens_the_next_frame_that_nobody_corrected(
    open_page: Opener, home: Settings, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    _correction(home, open_page, hand, 4)
    monkeypatch.setattr(correct, "worth", lambda _: [1, 4, 8])
    for frame, after in (("1", "8"), ("8", "8")):  # after 8 nothing is left: it stays
        hand.saves = [sent(SEEN) | {"further": True}]
        app = open_page(home, "results", run=result(home), correct=frame)
        assert app.query_params["correct"] in (after, [after])
    assert [one.note.frame for one in kept(home).all()] == [1, 4, 8]


def _correction(home: Settings, open_page: Opener, hand: Hand, frame: int) -> tuple[Any, np.ndarray, Path]:
    hand.saves = [sent(SEEN)]
    open_page(home, "results", run=result(home), correct=str(frame))
    one = kept(home).of(frame)
    assert one is not None
    return one.note, one.labels(), one.image


@pytest.mark.parametrize("frame", ["10", "-1", "x", "../3"])
def test_a_frame_that_there_is_not_is_told(open_page: Opener, home: Settings, hand: Hand, frame: str) -> None:
    app = open_page(home, "results", run=result(home), correct=frame)
    assert not app.exception
    assert "Expected a frame from 0 to 9" in text(app)
    assert hand.canvas is None


def test_a_video_that_is_gone_is_told(open_page: Opener, home: Settings, hand: Hand) -> None:
    clip = home.home / "clip.mp4"
    clip.rename(home.home / "elsewhere.mp4")
    try:
        app = open_page(home, "results", run=result(home), correct="9")
    finally:
        (home.home / "elsewhere.mp4").rename(clip)
    assert "not there any more" in text(app)
    assert hand.canvas is None


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(who, "person", lambda: Person("vera@lab.org", role=Role.VIEWER))
    yield
    set_source(lambda: SYSTEM)


@pytest.mark.usefixtures("viewer")
def test_whoever_may_only_look_is_told_so(open_page: Opener, home: Settings, hand: Hand) -> None:
    app = open_page(home, "results", run=result(home), correct="4")
    assert "ask an admin for the role editor" in text(app)
    assert hand.canvas is None


def test_corrected_frames_are_listed_removed_and_added(
    open_page: Opener, home: Settings, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for frame in (2, 5):
        _correction(home, open_page, hand, frame)
    asked: list[list[str]] = []
    done = Command(corrected.KIND, "Adding", subject=result(home), id="done", state="done")
    done.result = {
        "dataset": "fresh", "learned": ["clip_f000005"], "scored": [], "left_out": ["clip_f000002"], "replaced": [],
        "problems": [],
    }  # fmt: skip

    def start(arguments: list[str], **_: Any) -> Command:
        asked.append(arguments)
        return done

    monkeypatch.setattr(tasks, "start", start)
    monkeypatch.setattr(tasks, "find", lambda command_id: done if command_id == "done" else None)
    app = open_page(home, "results", run=result(home))
    assert not app.exception, app.exception
    assert "2 frames corrected" in text(app)
    app.text_input(key="corrected_name").set_value("fresh").run()
    app.button(key="add_corrected").click().run()
    assert asked == [["results", "corrected", result(home), "--into", "fresh"]]
    assert "fresh learns from 1 corrected frame; 1 left out, too near to frames that are scored." in text(app)
    app.button(key="remove_correction_2").click().run()
    assert [one.note.frame for one in kept(home).all()] == [5]
    assert "1 frame corrected" in text(app)


def test_the_frame_that_a_player_shows(home: Settings) -> None:
    store = RunStore(home)
    ledger = pd.read_parquet(store.file(result(home), "ledger.parquet"))
    assert [frame_at(ledger, time) for time in (-1.0, 0.0, 0.05, 0.09, 0.1, 0.35, 7.0)] == [0, 0, 0, 0, 1, 3, 9]


def test_words() -> None:
    told = {"dataset": "a_b", "learned": ["x"], "scored": ["y"], "left_out": [], "replaced": ["z", "w"]}
    assert corrected.told_of(told) == (
        r"a\_b learns from 1 corrected frame; 1 is scored; 2 of them were there and got the new labels."
    )
