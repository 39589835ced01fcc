"""The results page in a real browser: a click in the chart seeks the video, playing moves the cursor, events seek."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from segcore.classes import ClassTable
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import CONTACT_SCHEMA, OBJECT_SCHEMA
from segcore.runs import Run, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCREENSHOTS = Path(__file__).parent / "screenshots"
FRAMES, RATE, START = 250, 25, 2.0
SIZE = (180, 320)
CLASSES = ClassTable.of(["background", "square", "bar"])
LEFT, RIGHT = 56, 10
"""Margins of the chart beside its axis, as in watch.js."""


def labels_of(number: int) -> np.ndarray:
    """A square that grows; a bar from frame 100 to 150."""
    labels = np.zeros((90, 160), np.uint8)
    labels[20 : 20 + 1 + number // 5, 20:60] = 1
    if 100 <= number < 150:
        labels[70:80] = 2
    return labels


@pytest.fixture(scope="module")
def result(fresh_dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished video of which second 2 to 12 were segmented; each frame's brightness says its number."""
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(fresh_dashboard.home)}))
    folder = tmp_path_factory.mktemp("result")
    run = store.create("segment", config={"start_s": START}, name="player", params={"video": "clip.mp4"})
    with VideoWriter(folder / "overlay.mp4", SIZE[1], SIZE[0], fps=RATE, crf=5) as overlay:
        for number in range(FRAMES):
            overlay.write(np.full((*SIZE, 3), number, np.uint8))
    with LedgerWriter(folder, CLASSES, SIZE) as ledger:
        for number in range(FRAMES):
            labels = labels_of(number)
            measure = measure_frame(labels, np.full_like(labels, 255), SIZE, 3)
            ledger.append(number, START + number / RATE, measure)
    event = {"time_s": 6.0, "frame": 100, "end_s": 8.0, "end_frame": 150, "seconds": 2.0, "kind": "appears",
             "class_id": 2, "class": "bar", "track": 0, "other_id": -1, "other": "", "other_track": 0,
             "zone": "", "value": 0.0}  # fmt: skip
    pd.DataFrame([event]).to_parquet(folder / "events.parquet")
    pd.DataFrame([event | {"track": 1, "class_id": c, "class": CLASSES[c].name, "first_s": 6.0, "last_s": 8.0,
                           "first_frame": 100, "last_frame": 150, "frames": 50, "confidence": 0.9, "mean_area": 9.0,
                           "path_length": 1.0} for c in (1, 2)]).to_parquet(folder / "tracks.parquet")  # fmt: skip
    for table, schema in (("objects", OBJECT_SCHEMA), ("contacts", CONTACT_SCHEMA)):
        pq.write_table(schema.empty_table(), folder / f"{table}.parquet")
    with store.writer(run.id) as writer:
        for path in folder.iterdir():
            writer.put_file(path.name, path)
        writer.put_file("summary.json", json.dumps({}).encode())
    return store.get(run.id)


@pytest.fixture
def page(browser: Browser, fresh_dashboard: Dashboard, result: Run) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 1400})
    opened.goto(f"{fresh_dashboard.url}/results?run={result.id}")
    wait_for(opened, "video => video.readyState >= 2")
    yield opened
    opened.close()


def video(page: Page) -> Locator:
    return page.locator(".watch video")


def wait_for(page: Page, condition: str, *, of: str = "video") -> None:
    """Until this holds of the player's element (it lives in a tree of its own, which a plain selector does not see)."""
    found = page.locator(f".watch {of}").element_handle(timeout=60_000)
    page.wait_for_function(condition, arg=found, timeout=20_000)


def chart(page: Page) -> Locator:
    return page.locator(".watch canvas")


def click_at(page: Page, share: float) -> None:
    """Click at this share of the chart's time axis."""
    box = chart(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + LEFT + share * (box["width"] - LEFT - RIGHT), box["y"] + 60)


def shown_frame(page: Page) -> int:
    """The number of the frame that is shown, by its brightness, once it is there."""
    return video(page).evaluate(
        """async (video) => {
        while (video.seeking || video.readyState < 2) await new Promise(done => setTimeout(done, 20))
        await new Promise(done => setTimeout(done, 150))
        const canvas = document.createElement('canvas')
        canvas.width = canvas.height = 1
        const pen = canvas.getContext('2d')
        pen.drawImage(video, 0, 0, 1, 1)
        return pen.getImageData(0, 0, 1, 1).data[1]
    }"""
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.93])
def test_a_click_in_the_chart_seeks_the_video(page: Page, share: float) -> None:
    click_at(page, share)
    assert abs(shown_frame(page) - share * FRAMES) <= 0.1 * RATE
    cursor = float(chart(page).get_attribute("data-cursor") or "nan")
    assert cursor == pytest.approx(START + share * FRAMES / RATE, abs=0.1)


def test_playing_moves_the_cursor(page: Page) -> None:
    before = float(chart(page).get_attribute("data-cursor") or "nan")
    video(page).evaluate("async (video) => { video.muted = true; await video.play() }")
    page.wait_for_timeout(1500)
    video(page).evaluate("video => video.pause()")
    page.wait_for_timeout(200)
    after = float(chart(page).get_attribute("data-cursor") or "nan")
    played = video(page).evaluate("video => video.currentTime")
    assert after > before + 0.3
    assert after == pytest.approx(START + played, abs=0.15)


def test_dragging_zooms_and_asks_for_every_point(page: Page) -> None:
    box = chart(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + LEFT + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + LEFT + 300, box["y"] + 60, steps=4)
    page.mouse.up()
    wait_for(page, "canvas => canvas.dataset.finer > 0", of="canvas")
    finer = int(chart(page).get_attribute("data-finer") or 0)
    assert finer == pytest.approx(200 / (box["width"] - LEFT - RIGHT) * FRAMES, abs=5)
    chart(page).evaluate("canvas => { canvas.dataset.finer = '' }")
    page.get_by_text("bar", exact=True).first.click()  # one class less: its line is not there any more
    wait_for(page, "canvas => canvas.dataset.finer > 0", of="canvas")
    assert page.locator(".watch .legend span").count() == 1
    page.get_by_role("button", name="Show all").click()


def test_a_marked_event_sends_the_video_there(page: Page) -> None:
    click_at(page, 0.9)
    assert shown_frame(page) > 200
    table = page.locator('[data-testid="stDataFrame"]').filter(has=page.locator("canvas")).nth(2)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 14, box["y"] + 52)  # the box beside the first row
    wait_for(page, "video => Math.abs(video.currentTime - 4.0) < 0.1")
    assert abs(shown_frame(page) - 100) <= 2
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "player.png", full_page=True)


def test_two_results_share_one_time_axis(browser: Browser, fresh_dashboard: Dashboard, result: Run) -> None:
    """A click seeks both, playing plays both; beside itself a result has the same frame on both sides."""
    opened = browser.new_page(viewport={"width": 1440, "height": 1400})
    opened.goto(f"{fresh_dashboard.url}/results?run={result.id}&with={result.id}")
    second = opened.locator(".watch video.second")
    second.wait_for(timeout=60_000)
    opened.wait_for_function("v => v.readyState >= 2", arg=second.element_handle(), timeout=30_000)
    click_at(opened, 0.5)
    opened.wait_for_function("v => Math.abs(v.currentTime - 5) < 0.1", arg=second.element_handle(), timeout=20_000)
    first = opened.locator(".watch video").first
    first.evaluate("async v => { v.muted = true; await v.play() }")
    opened.wait_for_function("v => v.currentTime > 5.3", arg=second.element_handle(), timeout=30_000)
    first.evaluate("v => v.pause()")
    opened.wait_for_function("v => v.paused && !v.seeking", arg=second.element_handle(), timeout=20_000)
    times = [each.evaluate("v => v.currentTime") for each in (first, second)]
    assert times[0] == pytest.approx(times[1], abs=0.05)
    opened.close()


def test_a_video_that_cannot_be_had_is_told(browser: Browser, fresh_dashboard: Dashboard, result: Run) -> None:
    from playwright.sync_api import expect

    opened = browser.new_page(viewport={"width": 1440, "height": 1400})
    opened.route("**/show/**", lambda route: route.abort())
    opened.goto(f"{fresh_dashboard.url}/results?run={result.id}")
    expect(opened.locator(".watch .where")).to_contain_text("cannot play the video", timeout=60_000)
    expect(chart(opened)).to_be_visible()
    opened.close()
