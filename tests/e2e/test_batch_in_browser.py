"""Three videos, one of them broken, from choosing to the downloaded ZIP, in a real browser."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pandas as pd
import pytest
from small_network import make_network

from segcore.video.writer import VideoWriter

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SLOW = 180_000
SCREENSHOTS = Path(__file__).parent / "screenshots"
LENGTHS = {"cups.mp4": 40, "cars.mp4": 60}


@pytest.fixture
def page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True, color_scheme="light")
    context.set_default_timeout(SLOW)
    return context.new_page()


def _videos(folder: Path) -> list[str]:
    folder.mkdir()
    for name, frames in LENGTHS.items():
        with VideoWriter(folder / name, 320, 180, fps=10) as writer:
            for number in range(frames):
                frame = np.full((180, 320, 3), 60, np.uint8)
                frame[40:120, 20 + 2 * number : 120 + 2 * number] = (200, 60, 40)
                writer.write(frame)
    (folder / "broken.mp4").write_bytes(b"no video" * 1000)
    return [str(folder / name) for name in ("cups.mp4", "broken.mp4", "cars.mp4")]


def test_three_videos_of_which_one_is_broken(page: Page, fresh_dashboard: Dashboard, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=SLOW)
    store = make_network(fresh_dashboard.home)
    page.goto(f"{fresh_dashboard.url}/video")
    page.get_by_text("From here").click()
    page.locator('input[type="file"]').set_input_files(_videos(tmp_path / "films"))
    expect(page.get_by_text("1 of 3 cannot be read")).to_be_visible()
    expect(page.get_by_role("img", name="Preview at 0 seconds")).to_be_visible()
    _shots(page, "batch-form")
    page.get_by_role("button", name="Segment 3 videos").dblclick()
    page.wait_for_url(re.compile(r"/video\?batch="))
    expect(page.get_by_role("button", name="Cancel all")).to_be_visible()
    _shots(page, "batch-live")
    page.reload()
    expect(page.get_by_text("2 of 3 done · 1 failed", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="See the results")).to_be_visible()
    _shots(page, "batch-done")
    page.get_by_role("button", name="See the results").click()
    page.get_by_role("button", name="Pack all 2 results").click()
    with page.expect_download(timeout=SLOW) as waiting:
        page.get_by_role("link", name="Download everything").click()
    stills = page.get_by_role("img", name="with its classes")
    expect(stills).to_have_count(2)
    assert stills.evaluate_all("pictures => pictures.every((picture) => picture.naturalWidth > 0)")
    _shots(page, "batch-results")
    assert re.fullmatch(r"batch-[0-9a-f]{8}\.zip", waiting.value.suggested_filename)
    _check(Path(waiting.value.path()))
    assert page.locator('[data-testid="stException"]').count() == 0
    assert len(store.list("segment")) == 3


def _check(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        assert {name.partition("/")[0] for name in packed.namelist() if "/" in name} == {"cups", "cars"}
        for name, frames in LENGTHS.items():
            with av.open(io.BytesIO(packed.read(f"{Path(name).stem}/overlay.mp4"))) as overlay:
                assert sum(1 for _ in overlay.decode(video=0)) == frames
        table = pd.read_parquet(io.BytesIO(packed.read("ledger.parquet")))
        assert table.groupby("video")["frame"].nunique().to_dict() == LENGTHS
        videos = pd.read_csv(io.BytesIO(packed.read("videos.csv")))
        assert videos["state"].tolist() == ["finished", "failed", "finished"]
        assert "broken.mp4" in videos["reason"][1]


def _shots(page: Page, name: str) -> None:
    """As it is on a desk by day, and on a narrow screen by night."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}-1440-light.png"))
    page.set_viewport_size({"width": 900, "height": 1200})
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(700)
    page.screenshot(path=str(SCREENSHOTS / f"{name}-900-dark.png"))
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.emulate_media(color_scheme="light")
