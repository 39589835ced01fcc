"""Twenty visitors while trainings and videos run and large files come in.

`python tests/benchmarks/load.py [--seconds 120] [--browsers 3] [--sessions 17] [--uploads 2] [--upload-mb 200]`: a
dashboard over a home of its own with two trainings and three videos in the queue; sessions by protocol and real
Chromium pages open one page after another; each upload is compared, byte for byte, with what lies on the server. It
prints one JSON line: seconds of a page (until its script has ended), the dashboard's memory, what became of uploads and
jobs; and, before all that, the dashboard's cold start, and what each page takes whoever opens it first in a new
installation (the sample video is drawn then, a network converted). Run it on a quiet machine; exit code 1 where an
upload is lost or a page fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "e2e")]

from browsers import QUIET, executable  # noqa: E402
from coded_films import film  # noqa: E402
from protocol_client import Client  # noqa: E402
from served_dashboard import served  # noqa: E402
from small_network import make_network  # noqa: E402
from tiny_training import tiny, write_shapes  # noqa: E402

from segcore.batches.making import create_run  # noqa: E402
from segcore.datasets.store import DatasetStore  # noqa: E402
from segcore.runs import RunState, RunStore, records  # noqa: E402
from segcore.settings import Settings  # noqa: E402
from segcore.video.config import SegmentConfig  # noqa: E402

PAGES = ("home", "datasets", "samples", "training", "runs", "evaluation", "video", "results", "system")
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass
class Seen:
    """What the visitors saw, in seconds and words."""

    protocol: list[float] = field(default_factory=list)
    browser: list[float] = field(default_factory=list)
    uploads: list[tuple[float, bool]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def main() -> None:
    """Prepare, let them come, say how it was."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--browsers", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=17)
    parser.add_argument("--uploads", type=int, default=2)
    parser.add_argument("--upload-mb", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        store = prepared(folder)
        began = time.monotonic()
        with served(folder / "home") as (url, process):
            answers_s = time.monotonic() - began
            told: dict[str, Any] = {"cold_start_s": round(answers_s, 2)}
            with Client(url) as first:
                told["first_time_s"] = {page: round(first.open(page).seconds, 2) for page in PAGES}
            memory, seen, over = [process.memory_info().rss], Seen(), threading.Event()
            visits(folder, url, given, seen, over, lambda: memory.append(process.memory_info().rss))
            libraries = {m.path for m in process.memory_maps() if "site-packages/tensorflow/" in m.path}
        told |= figures(seen, memory) | {"tensorflow_open": bool(libraries), "jobs": ended(store)}
        if seen.faults:
            sys.stderr.write((folder / "home" / "dashboard.log").read_text("utf-8")[-10_000:])
    print(json.dumps(told))
    sys.exit(1 if seen.faults or not all(whole for _, whole in seen.uploads) else 0)


def prepared(folder: Path) -> RunStore:
    """Two trainings and three videos in the queue; the first page that is opened starts the engine."""
    store = make_network(_made(folder / "home"))
    settings = Settings.from_env({"SEGCORE_HOME": str(folder / "home")})
    DatasetStore(settings).import_path(write_shapes(folder / "source"), "shapes")
    config = tiny(epochs=30, steps_per_epoch=20)
    film(folder / "film.mp4", range(0, 24_000, 40))
    runs = [store.create("train", config=config.model_dump(mode="json"), dataset="shapes") for _ in range(2)]
    runs += [create_run(store, SegmentConfig(video=folder / "film.mp4", run="trained")) for _ in range(3)]
    for run in runs:
        store.set_tags(run.id, {records.SUBMITTED: "1"})
    return store


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def visits(
    folder: Path, url: str, given: argparse.Namespace, seen: Seen, over: threading.Event, sample: Callable[[], None]
) -> None:
    """All visitors at once, for so many seconds."""
    work: list[Callable[[], None]] = [lambda n=n: by_protocol(url, n, seen, over) for n in range(given.sessions)]  # type: ignore[misc]
    work.append(lambda: by_browser(folder, url, given, seen, over))
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    end = time.monotonic() + given.seconds
    while time.monotonic() < end:
        sample()
        time.sleep(0.5)
    over.set()
    for thread in threads:
        thread.join()
    sample()


def by_protocol(url: str, number: int, seen: Seen, over: threading.Event) -> None:
    """One session: page after page, a second or two on each; a new session after every ten."""
    dice = random.Random(number)
    while not over.is_set():
        try:
            with Client(url) as session:
                for _ in range(10):
                    answer = session.open(dice.choice(PAGES))
                    seen.protocol.append(answer.seconds)
                    seen.faults += answer.exceptions
                    if over.wait(dice.uniform(0.5, 2)):
                        return
        except (OSError, TimeoutError) as error:
            seen.faults.append(f"session {number}: {error}")
            over.wait(2)


def by_browser(folder: Path, url: str, given: argparse.Namespace, seen: Seen, over: threading.Event) -> None:
    """Chromium: the uploads first, then page after page in each of its tabs."""
    from playwright.sync_api import sync_playwright

    dice = random.Random(99)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=list(QUIET))
        tabs = [browser.new_context().new_page() for _ in range(given.browsers)]
        for tab in tabs:
            tab.set_default_timeout(120_000)
        for number in range(given.uploads):
            seen.uploads.append(upload(folder, url, tabs[number % len(tabs)], number, given.upload_mb))
        while not over.is_set():
            for tab in tabs:
                began = time.monotonic()
                tab.goto(f"{url}/{dice.choice(PAGES)}")
                tab.wait_for_selector(READY)
                seen.browser.append(time.monotonic() - began)
            over.wait(1)
        browser.close()


def upload(folder: Path, url: str, tab: Any, number: int, megabytes: int) -> tuple[float, bool]:
    """Give the video page a large file; seconds until it lies on the server, and whether each byte is there."""
    file = folder / f"large-{number}.mp4"
    with file.open("wb") as out:
        for block in range(megabytes):
            out.write(np.random.default_rng(1000 * number + block).bytes(1 << 20))
    tab.goto(f"{url}/video")
    tab.get_by_text("From here").click()
    began = time.monotonic()
    tab.locator('input[type="file"]').set_input_files(str(file))
    limit = began + 300
    while time.monotonic() < limit:
        found = list((folder / "home" / "uploads").glob(f"*-{file.name}"))
        if found:
            return time.monotonic() - began, _hash(found[0]) == _hash(file)
        tab.wait_for_timeout(200)
    return 300.0, False


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def figures(seen: Seen, memory: list[int]) -> dict[str, Any]:
    """What was seen, in short."""
    rss = {"first": memory[0], "most": max(memory), "last": memory[-1]}
    return {
        "pages": {name: spread(getattr(seen, name)) for name in ("protocol", "browser")},
        "uploads": [{"s": round(seconds, 1), "whole": whole} for seconds, whole in seen.uploads],
        "rss_mb": {name: round(value / 2**20) for name, value in rss.items()},
        "faults": sorted(set(seen.faults)),
    }


def spread(seconds: list[float]) -> dict[str, float]:
    """How many, the middle one and the 95th percentile."""
    if not seconds:
        return {"n": 0}
    middle, slow = np.percentile(seconds, [50, 95])
    return {"n": len(seconds), "p50_s": round(float(middle), 2), "p95_s": round(float(slow), 2)}


def ended(store: RunStore) -> dict[str, int]:
    """How many jobs are in which state."""
    states = [run.state.value for run in store.list()]
    return {state.value: states.count(state) for state in RunState if state in states}


if __name__ == "__main__":
    main()
