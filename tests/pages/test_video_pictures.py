"""Pictures as a video, on the Video page: a ZIP among the uploads, a folder on the server, their rate asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from coded_films import painted
from fake_engine import FakeEngine
from streamlit.testing.v1 import AppTest

from pages.common import cached_media, state
from pages.video import source
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]


def png(number: int) -> bytes:
    return cv2.imencode(".png", painted(number, 96, 64)[..., ::-1])[1].tobytes()


@pytest.fixture
def frames(full_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Path, Path]:
    """Settings, a ZIP among the uploads, and a folder of pictures in an open folder of the server."""
    monkeypatch.setattr(source, "_sample", lambda: None)
    answer = np.zeros((32, 48), np.uint8)
    monkeypatch.setattr(cached_media, "video_labels", lambda *_: (answer, answer))
    shoot = tmp_path / "open" / "shoot"
    shoot.mkdir(parents=True)
    full_home.uploads_dir.mkdir(parents=True, exist_ok=True)
    packed = full_home.uploads_dir / "frames.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(6):
            archive.writestr(f"f{number}.png", png(number))
            (shoot / f"{number}.png").write_bytes(png(number))
    return full_home.model_copy(update={"server_folders": (tmp_path / "open",)}), packed, shoot


@pytest.mark.parametrize("which", ["zip", "folder"])
def test_pictures_are_segmented_at_the_rate_that_was_asked_for(
    which: str, frames: tuple[Settings, Path, Path], open_page: Opener, engine: FakeEngine
) -> None:
    settings, packed, shoot = frames
    video = packed if which == "zip" else shoot
    app = open_page(settings, "video")
    app.segmented_control(key="videos_way").set_value(source.SERVER).run()
    app.multiselect(key=state.SERVER_VIDEOS).set_value([str(video)]).run()
    assert not app.exception
    app.number_input(key="picture_rate").set_value(2.0).run()
    assert any("96 × 64 · 0:03 · 2 frames/s · 6 frames · without sound" in c.value for c in app.caption)
    app.button(key="segment").click().run()
    assert not app.exception
    run = RunStore(settings).get(app.query_params["run"])
    config = RunStore(settings).config(run.id)
    assert (config["fps"], config["video"]) == (2.0, str(video))
    assert ("submit", run.id) in engine.asked
    RunStore(settings).set_state(run.id, RunState.CANCELLED)
    packed.unlink()


def test_a_zip_may_be_uploaded() -> None:
    assert "zip" in source.KINDS
