"""The panel for a part of the video, the figure to drag on, what a quick look says, and Resume."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest

from pages.common import cached
from pages.video.region_figure import dragged, region_figure
from pages.video.sheet import presence
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.video.region import Region
from segcore.video.writer import VideoWriter


def test_a_dragged_box_is_whole_pixels_within_the_frame() -> None:
    def event(x: list[float], y: list[float]) -> dict[str, object]:
        return {"selection": {"box": [{"x": x, "y": y}]}}

    assert dragged(event([100.4, 300.6], [50.2, 20.0]), 640, 360) == Region(100, 20, 201, 30)
    assert dragged(event([-30, 900], [-5, 999]), 640, 360) == Region(0, 0, 640, 360)
    assert dragged(event([639, 640], [1, 2]), 640, 360) == Region(624, 1, 16, 16)
    assert dragged({"selection": {"box": []}}, 640, 360) is None
    assert dragged(None, 640, 360) is None


def test_the_figure_has_the_frame_s_axes_and_the_region_s_border() -> None:
    figure = region_figure("data:image/jpeg;base64,", (640, 360), Region(10, 20, 100, 50))
    assert figure.layout.yaxis.range == (360, 0)
    assert figure.layout.dragmode == "select"
    shape = figure.layout.shapes[0]
    assert (shape.x0, shape.y0, shape.x1, shape.y1) == (10, 20, 110, 70)


def test_what_a_quick_look_says() -> None:
    rows = [("background", 20, 0.9), ("mo*use", 12, 0.031), ("bear", 0, 0.0)]
    classes = [{"class": name, "frames": frames, "mean_share": share} for name, frames, share in rows]
    said = presence({"times_s": [0.0] * 20, "classes": classes})
    assert said == "**mo\\*use** in 12 of 20 (:gray[3.1 %]) · **bear** in none"


@pytest.mark.parametrize(("state", "resumes"), [(RunState.INTERRUPTED, True), (RunState.CANCELLED, False)])
def test_an_interrupted_video_can_be_resumed_from_its_page(
    full_home: Settings, open_page, monkeypatch: pytest.MonkeyPatch, state: RunState, resumes: bool
) -> None:
    engine = FakeEngine()
    monkeypatch.setattr(cached, "engine", lambda: engine)
    store = RunStore(full_home)
    run = store.create("segment", config={}, params={"video": "desk.mp4"})
    store.set_state(run.id, state, "It was killed.")
    try:
        app = open_page(full_home, "video", run=run.id)
        assert not app.exception
        assert [b.label for b in app.button if b.key == "resume_video"] == (["Resume"] if resumes else [])
        if resumes:
            app.button(key="resume_video").click().run()
            assert ("resume", run.id) in engine.asked
    finally:
        store.delete(run.id)


def test_the_panel_s_numbers_become_settings(tmp_path: Path) -> None:
    def script(path: str) -> None:
        from pathlib import Path

        import streamlit as st

        from pages.video import part
        from segcore.video.info import VideoInfo

        st.session_state["chosen"] = part.choose(Path(path), VideoInfo.from_path(path))

    video = tmp_path / "small.mp4"
    with VideoWriter(video, 128, 96, fps=10) as writer:
        for level in range(5):
            writer.write(np.full((96, 128, 3), 40 * level, np.uint8))
    app = AppTest.from_function(script, args=(str(video),), default_timeout=60).run()
    assert not app.exception
    assert app.session_state["chosen"] == {"start_s": 0.0, "end_s": None, "every": 1, "region": None}
    app.number_input(key="every").set_value(3)
    app.toggle(key="with_region").set_value(True)
    app.run()
    app.number_input(key=f"region_x_{video.name}").set_value(100)
    app.run()
    assert app.error[0].value.startswith("small.mp4 has 128×96 pixels")
    assert app.session_state["chosen"] is None
    app.number_input(key=f"region_width_{video.name}").set_value(28)
    app.run()
    chosen = app.session_state["chosen"]
    assert (chosen["every"], chosen["region"]) == (3, Region(100, 0, 28, 96))
