"""The video form: what is chosen is what the preview shows and what the job gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest

from pages.common import cached_media
from pages.video import preview, source
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.video.config import SegmentConfig
from segcore.video.look import Look
from segcore.video.preview import still
from segcore.video.region import Region
from segcore.video.writer import VideoWriter

Opener = Callable[..., AppTest]
seen: list[Any] = []
"""Region and scale of what the network was asked."""


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """What previews were drawn of; the video is a small one, the network a fixed answer."""
    with VideoWriter(tmp_path / "clip.mp4", 64, 48, fps=10) as writer:
        for _ in range(10):
            writer.write(np.full((48, 64, 3), 120, np.uint8))
    labels = np.zeros((12, 16), np.uint8)
    labels[3:9, 2:8], labels[3:9, 9:14] = 1, 2
    confidence = np.full_like(labels, 200)
    kept: list[dict[str, Any]] = []

    def drawing(
        frame: np.ndarray, labels: np.ndarray, classes: Any, look: Look, region: Any, *, confidence: np.ndarray
    ) -> np.ndarray:
        kept.append({"look": look, "labels": labels, "confidence": confidence, "region": region})
        return still(frame, labels, classes, look, region, confidence=confidence)

    def answer(asked: cached_media.Glance) -> tuple[np.ndarray, np.ndarray]:
        seen.append((asked.region, asked.scale))
        return labels, confidence

    seen.clear()
    monkeypatch.setattr(source, "choose_many", lambda _way: [tmp_path / "clip.mp4"])
    monkeypatch.setattr(cached_media, "video_labels", answer)
    monkeypatch.setattr(preview, "still", drawing)
    return kept


@pytest.fixture
def form(open_page: Opener, full_home: Settings) -> AppTest:
    """The page with the trained run chosen."""
    app = open_page(full_home, "video", model=RunStore(full_home).get("desk-a").id)
    assert not app.exception
    return app


def test_the_preview_has_the_confidence_and_shows_all_classes(form: AppTest, drawn: list[dict[str, Any]]) -> None:
    assert drawn[-1]["look"] == Look()
    assert (drawn[-1]["confidence"] == 200).all()
    assert not form.error


def test_every_control_shows_in_the_preview_at_once(form: AppTest, drawn: list[dict[str, Any]]) -> None:
    run = form.selectbox(key="video_model").value.id
    form.button_group(key="style").set_value("both").run()
    form.button_group(key=f"drawn_{run}").set_value([2])
    for key in ("names_at_objects", "legend_in_video", "side_by_side"):
        form.toggle(key=key).set_value(True)
    form.select_slider(key="line_pixels").set_value(6)
    form.slider(key="opacity_percent").set_value(80).run()
    assert not form.exception
    assert drawn[-1]["look"] == Look(
        style="both", opacity=0.8, thickness=6, legend=True, names=True, hidden=(1,), side_by_side=True
    )
    form.toggle(key="refine").set_value(True).run()
    assert drawn[-1]["labels"].shape == (48, 64)


def test_the_network_of_the_preview_sees_the_region_at_the_chosen_speed(
    form: AppTest, drawn: list[dict[str, Any]]
) -> None:
    assert seen[-1] == (None, 1.0)
    form.button_group(key="speed").set_value("fast")
    form.toggle(key="with_region").set_value(True).run()
    form.number_input(key="region_width_clip.mp4").set_value(33).run()
    assert not form.exception
    assert seen[-1] == (Region(0, 0, 34, 48), 0.8), "borders lie on even pixels, as in the job"
    assert drawn[-1]["region"] == Region(0, 0, 34, 48)


def test_workers_are_asked_for_where_there_are_several(form: AppTest, full_home: Settings, engine: FakeEngine) -> None:
    assert "workers" not in {box.key for box in form.number_input}
    engine.workers = 3
    form.run()
    assert form.number_input(key="workers").max == 3
    form.number_input(key="workers").set_value(2)
    form.button(key="segment").click().run()
    store = RunStore(full_home)
    run = engine.asked[-1][1]
    assert store.config(run)["workers"] == 2
    store.set_state(run, RunState.CANCELLED)


def test_only_what_a_style_has_can_be_chosen(form: AppTest) -> None:
    assert [s.key for s in form.select_slider] == ["line_pixels"]
    form.button_group(key="style").set_value("mask").run()
    assert not form.select_slider
    assert "opacity_percent" not in {s.key for s in form.slider}


def test_what_was_chosen_is_what_the_job_gets(form: AppTest, full_home: Settings, engine: FakeEngine) -> None:
    form.button_group(key="style").set_value("fill").run()
    form.slider(key="opacity_percent").set_value(30)
    form.toggle(key="names_at_objects").set_value(True)
    form.button_group(key="also").set_value(["mask_video", "alpha_overlay"])
    form.button(key="segment").click().run()
    assert not form.exception
    asked, run = engine.asked[-1]
    assert asked == "submit"
    store = RunStore(full_home)
    config = SegmentConfig.model_validate(store.config(run))
    store.set_state(run, RunState.CANCELLED)
    assert (config.style, config.opacity, config.names, config.hidden) == ("fill", 0.3, True, ())
    assert config.also == ("mask_video", "alpha_overlay")


def test_extra_files_can_be_downloaded(open_page: Opener, full_home: Settings) -> None:
    store = RunStore(full_home)
    run = store.get("desk-video-1")
    before = len(open_page(full_home, "results", run=run.id).get("link_button"))
    folder = store.folder(run.id)
    assert folder is not None
    for name in ("masks.mov", "overlay-alpha.webm"):
        store.put_file(run.id, name, b"\x00" * 8)
    try:
        app = open_page(full_home, "results", run=run.id)
        labels = [link.proto.label for link in app.get("link_button")]
    finally:
        for name in ("masks.mov", "overlay-alpha.webm"):
            (folder / name).unlink()
    assert len(labels) == before + 2
    assert {"Mask video", "Transparent overlay"} <= set(labels)
