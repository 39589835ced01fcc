"""A newcomer's first half hour, by clicking: sample scene → samples → training → video → result → download."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import av
import pytest

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]

SLOW = 240_000
"""Milliseconds for what opens TensorFlow or trains, on a busy machine."""
SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture
def page(browser: Browser) -> Page:
    """A fresh browser window that downloads what is clicked."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    return context.new_page()


def test_from_the_sample_scene_to_a_downloaded_video(page: Page, dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    _import_the_sample(page, dashboard)
    _look_at_samples(page)
    _start_a_short_training(page, dashboard)
    _watch_it_and_reload(page)
    _segment_the_sample_video(page)
    _download_and_decode(page, dashboard)
    _look_everywhere(page.context.browser, dashboard, 900, "dark")


def _shot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))


def _no_error(page: Page) -> None:
    assert page.locator('[data-testid="stException"]').count() == 0


def _import_the_sample(page: Page, dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    page.goto(dashboard.url)
    expect(page.get_by_text("Try it with the sample scene")).to_be_visible(timeout=SLOW)
    _shot(page, "01-home-empty")
    page.get_by_role("button", name="Get the sample scene").click()
    expect(page.get_by_text("sample-scene is ready")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Train for 3 minutes")).to_be_visible()
    _shot(page, "02-home-sample")
    _no_error(page)


def _look_at_samples(page: Page) -> None:
    from playwright.sync_api import expect

    page.get_by_role("link", name="See what the network will see").click()
    sixth = page.get_by_role("img", name="Sample 6 with contours")
    expect(sixth).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("samples 1 to 10")).to_be_visible()
    first = page.get_by_role("img", name="Sample 1", exact=True).get_attribute("src")
    _shot(page, "03-samples")
    page.get_by_role("button", name="Reshuffle").click()
    expect(page.get_by_text("samples 11 to 20")).to_be_visible(timeout=SLOW)
    assert page.get_by_role("img", name="Sample 1", exact=True).get_attribute("src") != first
    _no_error(page)


def _start_a_short_training(page: Page, dashboard: Dashboard) -> None:
    from playwright.sync_api import expect

    page.goto(dashboard.url)
    page.get_by_role("button", name="Train for 3 minutes").click()
    expect(page.get_by_role("spinbutton", name="Minutes")).to_have_value("3")
    page.get_by_text("the epochs are done").click()
    _fill(page, "Epochs", "3")
    page.get_by_text("Advanced settings").click()
    _fill(page, "Steps in an epoch", "8")
    _fill(page, "Images at a time", "4")
    page.get_by_role("slider", name="Frame size for the network").press("Home")
    page.wait_for_timeout(1000)
    _shot(page, "04-training-form")
    page.get_by_role("button", name="Start training").dblclick()
    page.wait_for_url(re.compile(r"/training\?run="), timeout=SLOW)


def _fill(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")
    page.wait_for_timeout(700)


def _watch_it_and_reload(page: Page) -> None:
    """Curves appear while it trains, a reload changes nothing, and it ends with a verdict."""
    from playwright.sync_api import expect

    curves = page.locator(".panel canvas")
    expect(curves.nth(2)).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Running")).to_be_visible()
    _shot(page, "05-training-live")
    page.reload()
    expect(curves.nth(2)).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("How good is it?")).to_be_visible(timeout=2 * SLOW)
    expect(page.get_by_text("Finished").first).to_be_visible()
    expect(curves.nth(3)).to_be_visible()
    _shot(page, "06-training-done")
    _no_error(page)


def _segment_the_sample_video(page: Page) -> None:
    from playwright.sync_api import expect

    page.get_by_role("button", name="Use for a video").click()
    expect(page.get_by_role("img", name="Preview at 0 seconds")).to_be_visible(timeout=SLOW)
    _shot(page, "07-video-form")
    page.get_by_role("button", name="Segment the video").dblclick()
    page.wait_for_url(re.compile(r"/(video|results)\?run="), timeout=SLOW)
    live = page.get_by_role("img", name="The newest segmented frame")
    expect(live.or_(page.get_by_text("When and how much")).first).to_be_visible(timeout=SLOW)
    _shot(page, "08-video-live")
    page.wait_for_url(re.compile(r"/results\?run="), timeout=2 * SLOW)
    expect(page.get_by_text("When and how much")).to_be_visible()
    expect(page.locator(".watch canvas")).to_be_visible()
    _shot(page, "09-result")
    _no_error(page)


def _download_and_decode(page: Page, dashboard: Dashboard) -> None:
    with page.expect_download(timeout=SLOW) as waiting:
        page.get_by_role("link", name="Download the video").click()
    done = waiting.value
    assert done.suggested_filename.endswith("overlay.mp4")
    assert _frames(Path(done.path())) == _frames(dashboard.home / "samples" / "sample-scene.mp4") > 0


def _frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def _look_everywhere(browser: Browser, dashboard: Dashboard, width: int, scheme: Literal["light", "dark"]) -> None:
    """Every page in this width and theme: drawn without an error, nothing wider than the window."""
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": width, "height": 1200}, color_scheme=scheme)
    for route in ("", "datasets?dataset=sample-scene", "training", "runs", "video", "results", "system"):
        page.goto(f"{dashboard.url}/{route}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(1500)
        for waiting in ("stSpinner", "stSkeleton"):
            expect(page.locator(f'[data-testid="{waiting}"]')).to_have_count(0)
        _no_error(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        _shot(page, f"look-{route.split('?')[0] or 'home'}-{width}-{scheme}")
    page.close()
