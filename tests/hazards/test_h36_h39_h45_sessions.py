"""Rows 36, 39 and 45, by sessions that speak to a real dashboard: reloads and other browsers see the same, many of
them cost neither TensorFlow nor memory without bound, and foreign pages are refused."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from hostile_files import good_folder
from protocol_client import Client
from served_dashboard import ROOT, served
from websockets.exceptions import InvalidStatus

from segcore.datasets.store import DatasetStore
from segcore.runs import RunStore, RunWriter
from segcore.settings import Settings

PAGES = ("home", "datasets", "training", "runs", "evaluation", "video", "results", "system")
"""All but that of the samples: it shows what TensorFlow makes of them."""
SESSIONS = 20
GROWTH_MB = 150
"""What twenty sessions, each of which opens a page, may add to the dashboard's memory once all pages are known."""


@dataclass
class Place:
    """A dashboard, its process, and the run that a job of this test works on."""

    url: str
    process: psutil.Process
    store: RunStore
    run: str
    job: RunWriter


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A dashboard over a home with one training that runs."""
    home = tmp_path_factory.mktemp("sessions")
    settings = Settings.from_env({"SEGCORE_HOME": str(home)})
    DatasetStore(settings).import_path(good_folder(home / "source"), "good")
    store = RunStore(settings)
    run = store.create("train", config={"minutes": 60.0}, name="watched-by-two", dataset="good")
    with store.writer(run.id) as job, served(home) as (url, process):
        yield Place(url, process, store, run.id, job)


def _status(url: str, method: str, headers: dict[str, str] | None = None) -> int:
    request = urllib.request.Request(url, b"x", headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://evil.example", None), ("http://evil.example", "evil.example"), (None, "evil.example:8501")],
    ids=["foreign page", "a name that was bent to this machine", "foreign name"],
)
def test_h45_foreign_pages_get_no_session(place: Place, origin: str | None, host: str | None) -> None:
    with pytest.raises(InvalidStatus) as caught:
        Client(place.url, origin=origin, host=host)
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(("host", "answer"), [("evil.example", 403), ("localhost", 200)])
def test_h45_a_name_that_was_bent_here_is_not_answered(place: Place, host: str, answer: int) -> None:
    """A browser says no origin when a page reads from its own name; what the name is decides."""
    assert _status(f"{place.url}/", "GET", {"Host": host}) == answer


def test_h45_a_bent_name_gets_no_session_where_no_sign_in_is_wanted(tmp_path: Path) -> None:
    """SEGCORE_OPEN lets everybody in who can reach the dashboard, not pages that somebody here has open."""
    with served(tmp_path / "open", SEGCORE_OPEN="1") as (url, _):
        assert _status(f"{url}/", "GET", {"Host": "localhost"}) == 200
        with pytest.raises(InvalidStatus) as caught:
            Client(url, origin="http://evil.example", host="evil.example")
        assert caught.value.response.status_code == 403


def test_h45_the_dashboard_listens_on_this_machine_alone(place: Place) -> None:
    listening = [c.laddr.ip for c in place.process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert set(listening) == {"127.0.0.1"}


def test_h45_nothing_is_taken_without_the_token_of_the_page(place: Place) -> None:
    upload = f"{place.url}/_stcore/upload_file/{'0' * 32}/{'0' * 32}"
    assert _status(upload, "PUT") == 403
    assert _status(upload, "PUT", {"X-Xsrftoken": "made up", "Cookie": "_streamlit_xsrf=made up"}) == 403
    assert _status(f"{place.url}/answer/{'0' * 32}", "POST") == 404
    assert _status(f"{place.url}/download/{'0' * 32}/x", "POST") == 405


def test_h36_a_reload_and_a_second_browser_see_the_same_training_go_on(place: Place) -> None:
    def step(number: int) -> None:
        place.job.log({"step/loss": 1 / number, "step/miou": 0.5}, number)
        place.job.flush()

    step(1)
    with Client(place.url) as first:
        assert "watched-by-two" in first.open("training", run=place.run)
        step(2)
    step(3)  # the tab is closed: the job does not notice
    with Client(place.url) as reloaded, Client(place.url) as second:
        for browser in (reloaded, second):
            answer = browser.open("training", run=place.run)
            assert "watched-by-two" in answer
            assert "Training on good" in answer, "another page was shown"
            assert not answer.exceptions
    assert [p.step for p in place.store.history(place.run, "step/loss")] == [1, 2, 3]


def test_h39_twenty_sessions_cost_no_tensorflow_and_memory_is_bounded(place: Place) -> None:
    with Client(place.url) as first:
        for page in PAGES:
            assert first.open(page).exceptions == [], page
    before = place.process.memory_info().rss

    def visit(number: int) -> list[str]:
        with Client(place.url) as session:
            return session.open(PAGES[number % len(PAGES)]).exceptions

    with ThreadPoolExecutor(SESSIONS) as pool:
        assert list(pool.map(visit, range(SESSIONS))) == [[]] * SESSIONS
    grown = (place.process.memory_info().rss - before) / 2**20
    assert grown < GROWTH_MB, f"{grown:.0f} MB"
    libraries = {Path(m.path).name for m in place.process.memory_maps() if "tensorflow" in m.path}
    assert libraries == set(), "a page opened TensorFlow"


ASKING = """
import sys
from pages.common import cached
cached.ask = lambda command: {"asked": command}
assert cached.machine()["asked"][-2:] == ["info", "--json"]
assert cached.runs() is cached.runs()
print("tensorflow" in sys.modules)
"""


def test_h39_the_machine_is_asked_elsewhere_and_all_sessions_share_one_store(tmp_path: Path) -> None:
    env = os.environ | {"SEGCORE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASKING], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]
