"""A picture is segmented at once, shown with its areas; what is no picture is refused where it was chosen."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from batch_home import trained
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.common import cached_media
from pages.video.photo import table
from segcore.classes import ClassTable
from segcore.knowledge.measure import measure_frame
from segcore.settings import Settings

Opener = Callable[..., AppTest]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("photo"))})
    trained(settings)
    return settings


def left_half(_run: str, _hash: str, frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A network that sees a mouse in the left half, nine tenths sure."""
    assert frame.dtype == np.uint8
    labels = np.zeros((24, 32), np.uint8)
    labels[:, :16] = 1
    return labels, np.full((24, 32), 230, np.uint8)


def png(height: int = 48, width: int = 64) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 120, np.uint8)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def app(open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(cached_media, "_answer", left_half)
    opened = open_page(home, "video")
    return opened.segmented_control(key="videos_way").set_value("Photo").run()


def test_a_picture_is_drawn_and_measured(app: AppTest) -> None:
    assert not app.exception
    app.get("file_uploader")[0].set_value(("desk.png", png(), "image/png")).run()
    assert not app.exception
    (shown,) = (f for f in app.dataframe if "Share" in f.value)
    assert shown.value.drop(columns="").to_dict("records") == [
        {"Class": "mouse", "Share": "50.0 %", "Objects": 1, "Certainty": "90 %"}
    ]
    assert len(app.get("image")) == 1


def test_what_is_no_picture_is_refused(app: AppTest) -> None:
    app.get("file_uploader")[0].set_value(("desk.png", b"<svg onload='alert(1)'>", "image/png")).run()
    assert not app.exception
    assert "SVG" in app.error[0].value


def test_the_largest_class_comes_first_and_what_is_not_there_is_left_out() -> None:
    classes = ClassTable.of(["background", "small", "never", "large"])
    labels = np.zeros((10, 10), np.uint8)
    labels[0, :2], labels[5:] = 1, 3
    rows = table(measure_frame(labels, np.full_like(labels, 255), (100, 100), 4), classes, 10_000)
    assert rows["Class"].tolist() == ["large", "small"]
    assert rows["Share"].tolist() == ["50.0 %", "2.0 %"]
