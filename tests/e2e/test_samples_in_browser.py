"""The samples page in a real browser: pictures are clicked, the lens zooms and keeps its place, pixels are exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from PIL import Image

from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

if TYPE_CHECKING:
    from dashboards import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SCREENSHOTS = Path(__file__).parent / "screenshots"
NAME = "samples-e2e"
SCALE = "() => new DOMMatrix(getComputedStyle(LENS.querySelector('.sheet')).transform).a"
PAINTED = "([x, y]) => [...LENS.querySelector('canvas').getContext('2d').getImageData(x, y, 1, 1).data]"


@pytest.fixture(scope="module")
def dataset(dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Thirty frames, 64×48: class 1 a square that moves to the right, class 2 in every third one."""
    folder = tmp_path_factory.mktemp("frames")
    for part in ("images", "masks"):
        (folder / part).mkdir()
    for number in range(30):
        mask = np.zeros((48, 64), np.uint8)
        mask[10:30, number : number + 20] = 1
        mask[40:44, :] = 2 * (number % 3 == 0)
        image = np.dstack([mask * 100, np.full_like(mask, 90), np.full_like(mask, 4 * number)])
        Image.fromarray(mask).save(folder / "masks" / f"f{number:02d}.png")
        Image.fromarray(image).save(folder / "images" / f"f{number:02d}.png")
    (folder / "classes.txt").write_text("ground\n<b>square</b>\nbar\n", "utf-8")
    store = DatasetStore(Settings.from_env({"SEGCORE_HOME": str(dashboard.home)}))
    store.import_path(folder, NAME)
    yield NAME
    store.delete(NAME)  # the tests that follow find the dashboard as a newcomer does


def find(page: Page, script: str, *args: Any) -> Any:
    """What a script says about the lens, which lies in a shadow tree."""
    lens = "[...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.lens')).find(e => e)"
    return page.evaluate(script.replace("LENS", f"({lens})"), *args)


def no_error(page: Page) -> None:
    for kind in ("stException", "stAlert"):
        assert page.locator(f'[data-testid="{kind}"]').count() == 0


def test_find_open_and_look_into_frames(browser: Browser, dashboard: Dashboard, dataset: str) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{dashboard.url}/samples?dataset={dataset}&shows=2")
    expect(page.get_by_text("10 of 30 frames")).to_be_visible(timeout=120_000)
    picture = page.get_by_role("button", name="Frame f03")
    expect(picture.get_by_role("img")).to_have_js_property("complete", True)
    assert picture.get_by_role("img").evaluate("e => e.naturalWidth") == 64
    shot(page, "samples-frames")

    picture.click()
    expect(page.get_by_text("2 of 10")).to_be_visible()
    assert "frame=f03" in page.url
    look_into(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("3 of 10")).to_be_visible()
    assert "frame=f06" in page.url
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("2 of 10")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 of 10")).to_be_visible()
    page.get_by_role("button", name="All frames").click()
    expect(page.get_by_text("10 of 30 frames")).to_be_visible()
    no_error(page)
    page.close()


def look_into(page: Page) -> None:
    """Zoom on one spot, switch layers there: the place is kept and the labels are exact to the pixel."""
    from playwright.sync_api import expect

    lens = page.get_by_role("img", name="Frame f03, large")
    expect(lens).to_be_visible()
    page.wait_for_timeout(1000)
    box = lens.bounding_box()
    assert box is not None
    whole = find(page, SCALE)
    page.mouse.move(box["x"] + box["width"] * 4.5 / 64, box["y"] + box["height"] * 20.5 / 48)
    expect(page.get_by_text("<b>square</b> · 4, 20")).to_be_visible()
    page.mouse.wheel(0, -400)
    near = find(page, SCALE)
    assert near > 2 * whole
    expect(page.get_by_text("<b>square</b> · 4, 20")).to_be_visible()  # it zooms about the pointer
    shot(page, "samples-lens")
    page.get_by_role("button", name="Mask").or_(page.get_by_role("radio", name="Mask")).first.click()
    page.wait_for_function("() => location.search.includes('layer=mask')")
    page.wait_for_timeout(1500)
    assert find(page, SCALE) == near
    assert [find(page, PAINTED, at) for at in ([2, 20], [3, 20], [22, 20], [23, 20], [5, 41])] == [
        [0, 0, 0, 255], [255, 0, 0, 255], [255, 0, 0, 255], [0, 0, 0, 255], [0, 255, 0, 255],
    ]  # fmt: skip
    lens.dblclick()
    assert find(page, SCALE) == whole


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (900, "light")])
def test_looks(
    browser: Browser, dashboard: Dashboard, dataset: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    for name, query, waits in (
        ("frames", "view=frames", page.get_by_text("30 frames")),
        ("opened", "frame=f03", page.get_by_role("img", name="Frame f03, large")),
    ):
        page.goto(f"{dashboard.url}/samples?dataset={dataset}&{query}")
        expect(waits.first).to_be_visible(timeout=60_000)
        page.wait_for_timeout(800)
        no_error(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shot(page, f"samples-{name}-{width}-{scheme}")
    page.close()


def shot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))
