"""A dashboard of its own in a fresh home, and a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsers import QUIET, executable
from dashboards import Dashboard, running
from watchdog import browser_ended_after

from segcore.runs import RunStore
from segcore.schema import ensure
from segcore.settings import Settings

UNTIL = 0.8
"""Share of a test's time after which its browser is ended."""


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """`streamlit run app.py` as a newcomer starts it: fresh home, nothing configured, nobody at the terminal."""
    with running(tmp_path_factory.mktemp("dashboard")) as started:
        yield started


@pytest.fixture(scope="module")
def fresh_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The same for the tests of one file alone: nothing that others made is in it."""
    folder = tmp_path_factory.mktemp("fresh")
    settings = Settings.from_env({"SEGCORE_HOME": str(folder / "data")})
    ensure(settings)
    RunStore(settings).list()  # with tables copied, not made: that takes a dashboard seconds, and `dashboard` does it
    with running(folder) as started:
        yield started


@pytest.fixture(autouse=True)
def ends(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test hangs: before its time is up its browser is ended."""
    marker = request.node.get_closest_marker("timeout")
    seconds = float(marker.args[0] if marker else request.config.getini("timeout"))
    with browser_ended_after(UNTIL * seconds):
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, for the tests of one file; they are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=executable(), args=list(QUIET))
        yield opened
        opened.close()
