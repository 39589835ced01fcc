"""The monitor in a real browser while a training runs: new points arrive, and the zoom stays where it was."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segcore.runs import Run, RunStore, RunWriter
from segcore.settings import Settings

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture
def store(dashboard: Dashboard) -> RunStore:
    """The dashboard's own run store."""
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(dashboard.home)}))


@pytest.fixture
def run(store: RunStore) -> Iterator[Run]:
    """A training that this test plays."""
    made = store.create("train", config={"minutes": 60.0}, name="monitor-e2e")
    yield made
    store.delete(made.id)  # the tests that follow find the dashboard as a newcomer does


def play(job: RunWriter, first: int, last: int) -> None:
    """Steps `first` to `last`, in the store when this returns."""
    for step in range(first, last + 1):
        loss = math.exp(-step / 400) + 0.05
        job.log({"step/loss": loss, "step/miou": 1 - loss / 2, "step/lr": 1e-3, "step/images_per_s": 30.0}, step)
    job.flush()


def drag(page: Page, canvas: Locator, start: float, end: float) -> None:
    """Over the middle of a panel, from one share of its width to another."""
    box = canvas.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], middle, steps=5)
    page.mouse.up()


def step_at(page: Page, canvas: Locator, share: float) -> int:
    """The step that the monitor reads under the pointer at this share of a panel's width."""
    canvas.hover(position={"x": share * canvas.bounding_box()["width"], "y": 40})
    found = re.match(r"step (\d+) · epoch", page.locator(".bar .where").inner_text())
    assert found
    return int(found[1])


def test_the_zoom_stays_while_points_arrive(browser: Browser, dashboard: Dashboard, store: RunStore, run: Run) -> None:
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    with store.writer(run.id) as job:
        play(job, 1, 500)
        page.goto(f"{dashboard.url}/training?run={run.id}")
        loss, score = page.locator(".panel canvas").nth(0), page.locator(".panel canvas").nth(1)
        expect(score).to_be_visible(timeout=240_000)
        everything = page.get_by_role("button", name="Show all")
        expect(everything).to_be_hidden()
        assert step_at(page, score, 0.98) > 450

        drag(page, loss, 0.4, 0.6)
        expect(everything).to_be_visible()
        left, right = step_at(page, score, 0.15), step_at(page, score, 0.98)
        assert 150 < left < right < 350, "all panels share the zoom"

        newest = page.locator(".panel").first.locator(".legend b").last
        page.mouse.move(5, 5)  # the legend tells the newest value, not the one under the pointer
        expect(page.locator(".bar .where")).to_contain_text("Drag over a curve")
        before = newest.inner_text()
        play(job, 501, 1000)
        expect(newest).not_to_have_text(before, timeout=30_000)
        expect(everything).to_be_visible()
        assert (step_at(page, score, 0.15), step_at(page, score, 0.98)) == (left, right)
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=str(SCREENSHOTS / "monitor-zoom.png"))

        everything.click()
        expect(everything).to_be_hidden()
        deadline = time.monotonic() + 30  # the newest value changed as soon as the first of them had come
        while step_at(page, score, 0.98) <= 900 and time.monotonic() < deadline:
            page.mouse.move(5, 5)
            page.wait_for_timeout(200)
        assert step_at(page, score, 0.98) > 900, "the new points are there"

        drag(page, score, 0.2, 0.5)
        expect(everything).to_be_visible()
        score.dblclick()
        expect(everything).to_be_hidden()
    expect(page.get_by_text("Finished")).to_be_visible()
    assert page.locator('[data-testid="stException"]').count() == 0
    page.close()
