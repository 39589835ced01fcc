"""Labels painted in a real browser: what is kept is what was painted, to the pixel, and nothing is lost by a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pandas as pd
import pytest

from segcore.classes import ClassTable
from segcore.corrections.kept import Corrections
from segcore.corrections.opening import keep_opened
from segcore.corrections.packed import received
from segcore.models.spec import MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

if TYPE_CHECKING:
    from conftest import Dashboard
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
WIDTH, HEIGHT, CLASSES = 320, 180, ClassTable.of(["background", "mug", "car"])
FIRST = np.zeros((HEIGHT, WIDTH), np.uint8)
FIRST[20:60, 200:280] = 1
"""What the network is said to have seen."""


def stroke(labels: np.ndarray, a: Any, b: Any, radius: float, label: int) -> None:
    """Every pixel whose middle is within the radius of the way from a to b."""
    y, x = np.mgrid[: labels.shape[0], : labels.shape[1]] + 0.5
    way = np.subtract(b, a)
    along = ((x - a[0]) * way[0] + (y - a[1]) * way[1]) / (way @ way or 1.0)
    along = np.clip(along, 0, 1)
    labels[(x - a[0] - along * way[0]) ** 2 + (y - a[1] - along * way[1]) ** 2 <= radius**2] = label


def polygon(labels: np.ndarray, corners: Any, label: int) -> None:
    """Every pixel whose middle lies inside, by the even-odd rule."""
    y, x = np.mgrid[: labels.shape[0], : labels.shape[1]] + 0.5
    inside = np.zeros(labels.shape, bool)
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if y1 != y2:
            inside ^= ((y1 <= y) != (y2 <= y)) & (x >= x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    labels[inside] = label


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """A page that knows what tools do to labels, and nothing else."""
    page = browser.new_page()
    page.add_script_tag(content=(ROOT / "pages/results/brush_pixels.js").read_text("utf-8"))
    yield page
    page.close()


def on_page(page: Page, labels: np.ndarray, call: str) -> np.ndarray:
    """Labels after a call of the page's functions; sent back as the canvas sends them."""
    height, width = labels.shape
    found = page.evaluate(
        f"""async ([labels, width, height]) => {{
            const map = {{ labels: Uint8Array.from(labels), width, height }}, before = map.labels.slice()
            const area = {call}, step = area && stepOf(before, map, area)
            const sent = await packed(map.labels)
            if (step) paste(map, step.area, step.old)
            const drafted = labelsOf(runsOf(map.labels), map.labels.length)
            return [sent, map.labels.every((label, at) => label === before[at] && label === drafted[at])]
        }}""",
        [labels.ravel().tolist(), width, height],
    )
    assert found[1], "taking the step back must give what was before"
    return received(found[0], (height, width), ClassTable.of([f"c{i}" for i in range(9)]))


def test_tools_touch_the_pixels_that_they_should(blank: Page) -> None:
    rng = np.random.default_rng(0)
    for _ in range(12):
        labels = rng.integers(0, 3, (40, 50), np.uint8)
        a, b, *corners = (rng.uniform(-10, 60, 2).tolist() for _ in range(7))
        radius = float(rng.uniform(0.75, 12))
        wanted = labels.copy()
        stroke(wanted, a, b, radius, 5)
        call = f"strokeOn(map, {json.dumps(a)}, {json.dumps(b)}, {radius}, 5)"
        assert np.array_equal(on_page(blank, labels, call), wanted), call
        wanted = labels.copy()
        polygon(wanted, corners, 6)
        call = f"fillPolygon(map, {json.dumps(corners)}, 6)"
        assert np.array_equal(on_page(blank, labels, call), wanted), call
        x, y = int(rng.integers(50)), int(rng.integers(40))
        _, pieces = cv2.connectedComponents((labels == labels[y, x]).astype(np.uint8), connectivity=4)
        wanted = np.where(pieces == pieces[y, x], 7, labels).astype(np.uint8)
        assert np.array_equal(on_page(blank, labels, f"fillPiece(map, {x}, {y}, 7)"), wanted), (x, y)


def test_labels_of_1080p_come_back_to_the_pixel(blank: Page) -> None:
    found = blank.evaluate(
        """async () => {
            const labels = Uint8Array.from({ length: 1920 * 1080 }, (_, at) => (at * 2654435761 >>> 28) % 9)
            const sent = await packed(labels)
            const back = await unpacked(Uint8Array.from(atob(sent), (letter) => letter.charCodeAt(0)), labels.length)
            return [sent, back.every((label, at) => label === labels[at])]
        }"""
    )
    at = np.arange(1920 * 1080, dtype=np.float64) * 2654435761
    wanted = ((np.fmod(at, 2.0**32).astype(np.uint32) >> 28) % 9).astype(np.uint8).reshape(1080, 1920)
    assert found[1]
    assert np.array_equal(received(found[0], (1080, 1920), ClassTable.of([f"c{i}" for i in range(9)])), wanted)


@pytest.fixture(scope="module")
def result(fresh_dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A result of ten frames; frame 3 lies open with what its network saw."""
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(fresh_dashboard.home)}))
    spec = ModelSpec(architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=96))
    trained = store.create("train", config={}, name="net")
    store.put_file(trained.id, MODEL_FILE, spec.model_dump_json().encode())
    store.set_tags(trained.id, {SHA256_TAG: "b" * 64})
    store.set_state(trained.id, RunState.FINISHED)
    clip = tmp_path_factory.mktemp("brush") / "clip.mp4"
    with VideoWriter(clip, WIDTH, HEIGHT, fps=10) as video:
        for number in range(10):
            video.write(np.full((HEIGHT, WIDTH, 3), 90 + number, np.uint8))
    run = store.create("segment", config={"video": str(clip), "run": trained.id}, name="clip-1", parent=trained.id)
    rows = [
        {"frame": n, "time_s": n / 10, "class_id": c.id, "class": c.name, "pixels": 9, "share": 0.1, "objects": 1,
         "confidence": 0.9}
        for n in range(10) for c in CLASSES
    ]  # fmt: skip
    pd.DataFrame(rows).to_parquet(clip.with_name("ledger.parquet"))
    store.put_file(run.id, "ledger.parquet", clip.with_name("ledger.parquet"))
    store.put_file(run.id, "overlay.mp4", clip)
    store.set_state(run.id, RunState.FINISHED)
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    folder = fresh_dashboard.home / "cache" / "corrections" / f"{run.id}-3-{'b' * 16}"
    keep_opened(folder, "clip_f000003", picture, FIRST)
    return run.id


class Canvas:
    """The canvas of a page: where a point of the frame is, and what the canvas says of itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.is_now("still")
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=90_000)
        self.box = self.where()
        while self.box != self._settled():
            self.box = self.where()
        left, top, wide, high = self.box
        self.scale = min(wide / WIDTH, high / HEIGHT)
        self.left = left + (wide - WIDTH * self.scale) / 2
        self.top = top + (high - HEIGHT * self.scale) / 2

    def where(self) -> list[float]:
        return self.page.locator(".brush canvas").evaluate(
            "c => { c.scrollIntoView({block: 'center'}); const b = c.getBoundingClientRect();"
            " return [b.left, b.top, c.clientWidth, c.clientHeight] }"
        )

    def _settled(self) -> list[float]:
        """Where it is a moment later: what else the page shows may still move it."""
        self.page.wait_for_timeout(500)
        return self.where()

    def is_now(self, state: str) -> None:
        self.page.locator(f'.brush[data-state="{state}"]').wait_for(timeout=90_000)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """The whole CSS pixel that is nearest to a point of the frame."""
        return round(self.left + x * self.scale), round(self.top + y * self.scale)

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Where that pixel is on the frame."""
        column, row = self.place(x, y)
        return (column - self.left) / self.scale, (row - self.top) / self.scale


def test_what_is_painted_survives_a_reload_and_is_kept_to_the_pixel(
    browser: Browser, fresh_dashboard: Dashboard, result: str
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{fresh_dashboard.url}/results?run={result}&correct=3")
    canvas, wanted = Canvas(page), FIRST.copy()

    page.get_by_role("button", name="mug").click()
    page.mouse.move(*canvas.place(40, 40))
    page.mouse.down()
    page.mouse.move(*canvas.place(120, 70))
    page.mouse.up()
    stroke(wanted, canvas.spot(40, 40), canvas.spot(120, 70), 12, 1)
    page.keyboard.press("p")
    page.keyboard.press("2")
    corners = [(150, 90), (290, 100), (220, 170), (230, 120)]
    for corner in corners:
        page.mouse.click(*canvas.place(*corner))
    page.keyboard.press("Enter")
    polygon(wanted, [canvas.spot(*corner) for corner in corners], 2)
    page.keyboard.press("e")
    page.mouse.click(*canvas.place(240, 40))
    page.keyboard.press("Control+z")  # the eraser's dot is taken back
    canvas.is_now("dirty")
    assert canvas.where() == canvas.box, "the canvas moved while it was painted on"
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "brush.png")
    page.keyboard.press("b")
    page.mouse.click(*canvas.place(30, 150))
    stroke(wanted, canvas.spot(30, 150), canvas.spot(30, 150), 12, 2)

    page.reload()  # at once: what was painted last is there, too
    canvas.is_now("dirty")
    page.get_by_text("Strokes that were not saved are back").wait_for()
    page.get_by_role("button", name="Save (Ctrl+S)").click()
    canvas.is_now("still")
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(fresh_dashboard.home)}))
    (kept,) = Corrections(store, result).all()
    assert np.argwhere(kept.labels() != wanted).tolist() == []
    assert (kept.note.frame, kept.note.stem) == (3, "clip_f000003")

    page.reload()
    canvas.is_now("still")
    page.get_by_text("corrected by").wait_for()
    page.get_by_role("button", name="car").click()
    page.keyboard.press("w")
    page.mouse.click(*canvas.place(240, 40))
    canvas.is_now("dirty")
    page.keyboard.press("Control+s")
    canvas.is_now("still")
    (kept,) = Corrections(store, result).all()
    wanted[FIRST == 1] = 2
    assert np.array_equal(kept.labels(), wanted)
    page.close()
