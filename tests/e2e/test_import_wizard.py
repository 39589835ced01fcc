"""Imports by clicking: masks in colours that nobody documented, a reload in between, and broken uploads."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from broken_uploads import BROKEN, BrokenUpload
from PIL import Image

from segcore.datasets.dataset import read_labels
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COLORS = np.array([(0, 0, 0), (220, 40, 20), (30, 160, 60)], np.uint8)
"""Background, cup and plate, as an annotator chose them."""
SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all tests of this file."""
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def _labels(number: int) -> np.ndarray:
    labels = np.zeros((96, 128), np.uint8)
    labels[20:60, 10 + 4 * number : 50 + 4 * number] = 1
    labels[70:90, 80:120] = 2
    return labels


def _colour_zip(path: Path) -> Path:
    """Eight frames, their masks in colours and called …_mask, no word about classes."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(8):
            noise = np.random.default_rng(number).integers(0, 60, (96, 128, 3))
            image = (COLORS[_labels(number)] // 2 + 60 + noise).astype(np.uint8)
            _put(archive, f"kitchen/images/f{number}.png", image)
            _put(archive, f"kitchen/masks/f{number}.png", COLORS[_labels(number)])
    return path


def _put(archive: zipfile.ZipFile, name: str, pixels: np.ndarray) -> None:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    archive.writestr(name, out.getvalue())


def _upload(page: Page, dashboard: Dashboard, path: Path) -> None:
    page.goto(f"{dashboard.url}/datasets")
    field = page.locator('input[type="file"]').first
    another = page.get_by_text("Import another dataset")
    page.get_by_text("What should a ZIP look like?").wait_for()
    if another.count():
        another.click()
    field.set_input_files(path)


def _no_trace(home: Path) -> list[str]:
    """Files that are left of uploads and looks."""
    rooms = (home / "uploads", home / "drafts", home / "datasets")
    return [str(p) for room in rooms if room.is_dir() for p in room.rglob("*") if p.is_file()]


CLICKED = ("zip bomb", "tar in disguise", "truncated image", "label 200", "COCO dangling id")
"""A few of each way to fail; what is said of every kind is tested without a browser."""


def test_broken_uploads_are_told_by_file_fault_and_fix(page: Page, fresh_dashboard: Dashboard, tmp_path: Path) -> None:
    for broken in (each for each in BROKEN if each.name in CLICKED):
        folder = tmp_path / broken.name
        folder.mkdir()
        _upload(page, fresh_dashboard, broken.build(folder))
        _told(page, broken)
        if not broken.whole:
            page.get_by_role("button", name="Discard").click()
            page.wait_for_url(lambda url: "draft=" not in url)
        assert page.locator('[data-testid="stException"]').count() == 0
        page.get_by_text("What should a ZIP look like?").wait_for()
        assert _no_trace(fresh_dashboard.home) == [], broken.name


def _told(page: Page, broken: BrokenUpload) -> None:
    """File, fault and fix stand together: in the message, or in one row of the table."""
    from playwright.sync_api import expect

    place = page.get_by_role("alert") if broken.whole else page.locator("tr")
    for words in (broken.file, broken.fault, broken.fix):
        place = place.filter(has_text=words)
    expect(place.first, broken.name).to_be_visible()


def test_colour_masks_without_documentation(page: Page, fresh_dashboard: Dashboard, tmp_path: Path) -> None:
    """Upload, name what the cut-outs show, reload, import: not a number is typed."""
    from playwright.sync_api import expect

    _upload(page, fresh_dashboard, _colour_zip(tmp_path / "kitchen.zip"))
    page.wait_for_url(re.compile("draft="))
    expect(page.get_by_role("heading", name="Import kitchen.zip")).to_be_visible()
    expect(page.get_by_role("img", name="Preview 6 with contours")).to_be_visible()
    expect(page.get_by_role("img", name="Cut-outs of #dc2814")).to_be_visible()
    _name(page, "#dc2814", "cup")
    _name(page, "#1ea03c", "plate")
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / "import-wizard.png"), full_page=True)
    page.reload()
    expect(page.get_by_role("textbox", name="Name of #dc2814")).to_have_value("cup")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="kitchen", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Is it sound?")).to_be_visible()
    dataset = DatasetStore(Settings.from_env({"SEGCORE_HOME": str(fresh_dashboard.home)})).open("kitchen")
    names = {c.color: c.name for c in dataset.classes}
    assert names == {"#000000": "background", "#dc2814": "cup", "#1ea03c": "plate"}
    for number, pair in enumerate(dataset.pairs):
        assert (dataset.classes.color_table()[read_labels(pair)] == COLORS[_labels(number)]).all()
    assert [p for p in _no_trace(fresh_dashboard.home) if "/datasets/kitchen/" not in p] == []


def _name(page: Page, source: str, name: str) -> None:
    """Type a name, and wait until the page has taken it in."""
    from playwright.sync_api import expect

    box = page.get_by_role("textbox", name=f"Name of {source}")
    box.fill(name)
    box.press("Enter")
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")
