"""Zones drawn with a mouse in a real browser, on a result of the sample scene: what they find is what is true.

The truth comes from the scene's objects (which pixel shows which), never from the code under test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from segcore.datasets.sample.motion import actors
from segcore.datasets.sample.scene import CLASSES, HEIGHT, WIDTH, sample_scene
from segcore.datasets.sample.video import FIRST_S
from segcore.knowledge.drawing import ZONES_FILE, Drawing, read_drawing
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.heat import HEAT_FILE, HeatCounter
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import knowledge_of
from segcore.runs import Run, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

if TYPE_CHECKING:
    from conftest import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCREENSHOTS = Path(__file__).parent / "screenshots"
RATE, FRAMES, SIZE = 15, 90, (HEIGHT, WIDTH)
CLASS_OF = np.array([0, *(CLASSES.names.index(actor.class_name) for actor in actors())], np.uint8)
CAR, MUG, NOTEBOOK = (CLASSES.names.index(name) for name in ("toy car", "mug", "notebook"))


@cache
def shown() -> np.ndarray:
    """(90, 180, 320) uint8, which object the pixels of six seconds show."""
    return np.stack([sample_scene().actors_at(FIRST_S + n / RATE)[1::3, 1::3] for n in range(FRAMES)])


def middles(actor: int) -> np.ndarray:
    """(90, 2) x and y of the middle of what is visible of an object, shares of the frame; NaN where that is nothing."""
    found = np.full((FRAMES, 2), np.nan)
    for number, frame in enumerate(shown()):
        y, x = np.nonzero(frame == actor)
        if len(x) >= 20:
            found[number] = (x.mean() + 0.5) / frame.shape[1], (y.mean() + 0.5) / frame.shape[0]
    return found


@pytest.fixture(scope="module")
def result(fresh_dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A result whose labels are the truth."""
    folder, rows, heat = tmp_path_factory.mktemp("scene"), ObjectRows(CLASSES), HeatCounter()
    with LedgerWriter(folder, CLASSES, SIZE) as ledger, VideoWriter(
        folder / "overlay.mp4", WIDTH // 2, HEIGHT // 2, fps=RATE
    ) as video:  # fmt: skip
        for number, frame in enumerate(shown()):
            labels = CLASS_OF[frame]
            sure = np.full_like(labels, 240)
            rows.append(number, number / RATE, find_objects(labels, sure, SIZE, len(CLASSES)))
            ledger.append(number, number / RATE, measure_frame(labels, sure, SIZE, len(CLASSES)))
            heat.add(labels, np.unique(labels).tolist())
            video.write(np.full((HEIGHT // 2, WIDTH // 2, 3), 60 + number, np.uint8))
    times = FrameTimes(range(FRAMES), np.arange(FRAMES) / RATE)
    knowledge_of(*rows.tables(), times, SIZE).write(folder)
    heat.map(SIZE, (0, 0, WIDTH, HEIGHT)).write(folder / HEAT_FILE)
    (folder / "summary.json").write_text(json.dumps({"video": {"width": WIDTH, "height": HEIGHT}}), "utf-8")
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(fresh_dashboard.home)}))
    run = store.create("segment", config={}, name="zones", params={"video": "clip.mp4"})
    with store.writer(run.id) as writer:
        for path in folder.iterdir():
            writer.put_file(path.name, path)
    return store.get(run.id)


@pytest.fixture
def page(browser: Browser, fresh_dashboard: Dashboard, result: Run) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 2600})
    opened.goto(f"{fresh_dashboard.url}/results?run={result.id}")
    opened.locator(".frame svg").wait_for(timeout=90_000)
    yield opened
    opened.close()


def kept(home: Path, run: Run) -> Drawing:
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(home)}))
    return read_drawing(store.file(run.id, ZONES_FILE).read_bytes())


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From here to there on the frame, in shares of it; beyond its border it is held there."""
    page.locator(".frame svg").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = page.locator(".frame svg").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def mode(page: Page, name: str) -> None:
    """Another view of the frame, when the one before is gone."""
    from playwright.sync_api import expect

    before = page.locator(".frame").element_handle()
    page.get_by_text(name, exact=True).click()
    page.wait_for_function("frame => !frame.isConnected", arg=before, timeout=30_000)
    expect(page.locator(".frame")).to_have_count(1, timeout=30_000)


def shapes(page: Page, count: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".frame svg")).to_have_attribute("data-shapes", str(count))


def cells(page: Page, header: str) -> dict[str, list[str]]:
    """The rows of the table with this column: class → its cells, as a screen reader hears them."""
    table = page.locator('[data-testid="stDataFrame"]').filter(has=page.get_by_text(header, exact=True)).first
    table.wait_for(state="attached", timeout=30_000)
    rows = table.locator("tbody tr").all()
    texts = [[cell.text_content() or "" for cell in row.locator("td").all()] for row in rows]
    return {row[2]: row for row in texts}


def test_what_is_drawn_is_found_as_it_is_true(page: Page, fresh_dashboard: Dashboard, result: Run) -> None:
    page.get_by_role("button", name="Rectangle").click()
    drag(page, (0.5, 0.5), (-0.02, 1.1))
    shapes(page, 1)
    page.get_by_label("Name of zone 1").fill("corner")
    page.get_by_label("Name of zone 1").press("Enter")
    page.get_by_role("button", name="Line", exact=True).click()
    drag(page, (0.49, 0.02), (0.49, 0.98))
    shapes(page, 2)
    page.get_by_text("With the arrow", exact=True).wait_for(state="attached", timeout=30_000)

    drawing = kept(fresh_dashboard.home, result)
    assert [shape.name for shape in drawing.shapes] == ["corner", "line 1"]
    corners = np.array(drawing.zones[0].points)
    assert (corners.min(0), corners.max(0)) == (pytest.approx([0, 0.5], abs=0.002), pytest.approx([0.5, 1], abs=0.002))
    stays, passed = cells(page, "In it"), cells(page, "With the arrow")
    for class_id in (CAR, MUG, NOTEBOOK):
        name = CLASSES.names[class_id]
        ways = [middles(actor) for actor in np.flatnonzero(class_id == CLASS_OF)]
        frames = sum(int(((way[:, 0] < corners.max(0)[0]) & (way[:, 1] > corners.min(0)[1])).sum()) for way in ways)
        seconds = float(stays[name][3]) if name in stays else 0.0
        assert seconds == pytest.approx(frames / RATE, abs=2.1 / RATE), name
        times = [int(v) for v in passed[name][3:5]] if name in passed else [0, 0]
        assert times == crossed(ways, drawing), name
    assert CLASSES.names[CAR] in stays
    assert CLASSES.names[CAR] in passed
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "zones.png")


def crossed(ways: list[np.ndarray], drawing: Drawing) -> list[int]:
    """How often objects crossed the upright line to the left (its right hand, drawn from top to bottom), and back."""
    x = drawing.lines[0].start[0]
    found = [0, 0]
    for way in ways:
        away = way[~np.isnan(way[:, 0]), 0] - x
        steps = np.diff(np.sign(away[np.abs(away) > 0.01]))  # a tenth of a car; nearer is trembling
        found[0] += int((steps < 0).sum())
        found[1] += int((steps > 0).sum())
    return found


def test_shapes_are_there_again_and_can_be_changed(page: Page, fresh_dashboard: Dashboard, result: Run) -> None:
    shapes(page, 2)
    before = kept(fresh_dashboard.home, result)
    drag(page, (0.25, 0.75), (0.35, 0.65))  # within the zone: all of it moves
    page.wait_for_timeout(1500)
    moved = kept(fresh_dashboard.home, result)
    shift = np.array(moved.zones[0].points) - np.array(before.zones[0].points)
    assert shift == pytest.approx(np.tile([0.1, -0.1], (4, 1)), abs=0.005)
    page.get_by_role("button", name="Take back").click()
    page.wait_for_timeout(1500)
    assert kept(fresh_dashboard.home, result).zones == before.zones


def test_keys_end_and_take_back(page: Page, fresh_dashboard: Dashboard, result: Run) -> None:
    shapes(page, 2)
    page.get_by_role("button", name="Polygon").click()
    box = page.locator(".frame svg").bounding_box()
    assert box
    for x, y in ((0.7, 0.2), (0.9, 0.2), (0.9, 0.4), (0.1, 0.9)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.keyboard.press("Backspace")  # the last corner was wrong
    page.keyboard.press("Enter")
    shapes(page, 3)
    page.wait_for_timeout(1500)
    triangle = kept(fresh_dashboard.home, result).zones[-1]
    assert np.array(triangle.points) == pytest.approx(np.array([[0.7, 0.2], [0.9, 0.2], [0.9, 0.4]]), abs=0.003)
    page.get_by_role("button", name="Rectangle").click()
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.keyboard.press("Escape")
    shapes(page, 3)
    page.get_by_role("button", name="Delete zone 1").click()
    shapes(page, 2)


def test_a_path_that_is_clicked_seeks_the_player(page: Page) -> None:
    mode(page, "Paths")
    canvas = page.locator(".frame canvas")
    page.wait_for_function("canvas => Number(canvas.dataset.shown) > 5", arg=canvas.element_handle(), timeout=20_000)
    way, number = middles(int(np.flatnonzero(CLASS_OF == CAR)[1])), 45
    page.locator(".frame svg").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = page.locator(".frame svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + way[number, 0] * box["width"], box["y"] + way[number, 1] * box["height"])
    player = page.locator(".watch video").element_handle()
    page.wait_for_function(f"video => Math.abs(video.currentTime - {number / RATE}) < 0.35", arg=player, timeout=20_000)
    page.screenshot(path=SCREENSHOTS / "paths.png")


def test_the_heat_map_lies_over_the_frame(page: Page) -> None:
    mode(page, "Heat map")
    heat = page.locator(".frame .heat")
    heat.wait_for(state="visible", timeout=30_000)
    over, under = heat.bounding_box(), page.locator(".frame .stage").bounding_box()
    assert over
    assert over == pytest.approx(under, abs=1)
