"""A photo and a (made-up) camera, segmented in a real browser."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from browsers import QUIET, SCREENSHOTS, executable
from PIL import Image
from small_network import make_network

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SLOW = 180_000
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
FRAMES = """() => [...document.querySelectorAll("*")]
    .map((element) => (element.shadowRoot ?? element).querySelector("canvas"))
    .some((canvas) => Number(canvas?.dataset.frames ?? 0) > 5)"""
"""Whether the camera's element has shown six drawn frames."""


def test_a_photo_and_the_live_camera(fresh_dashboard: Dashboard, browser: Browser) -> None:
    from playwright.sync_api import expect

    make_network(fresh_dashboard.home)
    expect.set_options(timeout=SLOW)
    picture = io.BytesIO()
    Image.new("RGB", (160, 90), (200, 60, 40)).save(picture, "PNG")
    camera = browser.browser_type.launch(executable_path=executable(), args=[*QUIET, *CAMERA])
    page = camera.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(SLOW)
    page.goto(f"{fresh_dashboard.url}/video")
    page.get_by_text("Photo", exact=True).click()
    photo = {"name": "desk.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.locator('input[type="file"]').set_input_files(photo)
    expect(page.get_by_role("img", name="The picture with its classes")).to_be_visible()
    page.get_by_text("The camera, live").click()
    page.get_by_role("button", name="Start the camera").click()
    page.wait_for_function(FRAMES)
    expect(page.get_by_text("pictures/s")).to_be_visible()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / "camera-1440-light.png"))
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
    assert page.locator('[data-testid="stException"]').count() == 0
    camera.close()
