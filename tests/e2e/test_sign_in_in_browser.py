"""Signing in for real: a provider, a dashboard that asks for it, a browser. Links, roles, plain requests, the end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dashboards import Dashboard, running
from identity_provider import Provider, provider, secrets_toml

from segcore.access import Person, Role, acting_as
from segcore.classes import ClassTable
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.runs import Run, RunStore
from segcore.settings import Settings
from segcore.video.writer import VideoWriter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCREENSHOTS = Path(__file__).parent / "screenshots"
VERA, EMMA, ANA = "vera@lab.org", "emma@lab.org", "ana@elsewhere.org"
PEOPLE = 'groups_claim = "teams"\n[admin]\nemails = ["ana@elsewhere.org"]\n[editor]\ngroups = ["imaging"]\n' + (
    '[viewer]\ndomains = ["lab.org"]\n'
)
"""Vera sees by her domain, Emma edits by her group; Ana would be an admin, but her address is not proven."""
CLAIMS = {VERA: {}, EMMA: {"teams": ["imaging"]}, ANA: {"email_verified": False}}


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with provider(CLAIMS) as started:
        yield started


@pytest.fixture(scope="module")
def team(server: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard that asks for a sign-in, on every address of this machine."""
    folder = tmp_path_factory.mktemp("team")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(secrets_toml(server))
    (folder / "data").mkdir()
    (folder / "data" / "people.toml").write_text(PEOPLE)
    with running(folder, STREAMLIT_SERVER_ADDRESS="0.0.0.0") as started:
        yield started


@pytest.fixture(scope="module")
def result(team: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A segmented video of Emma's."""
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(team.home)}))
    folder, classes = tmp_path_factory.mktemp("result"), ClassTable.of(["background", "square"])
    with acting_as(Person(EMMA, role=Role.EDITOR)):
        run = store.create("segment", config={}, name="emmas-video", params={"video": "clip.mp4"})
    labels = np.zeros((90, 160), np.uint8)
    labels[20:60, 20:60] = 1
    with VideoWriter(folder / "overlay.mp4", 320, 180, fps=25, crf=5) as overlay:
        for _ in range(25):
            overlay.write(np.full((180, 320, 3), 90, np.uint8))
    with LedgerWriter(folder, classes, (180, 320)) as ledger:
        for number in range(25):
            ledger.append(number, number / 25, measure_frame(labels, np.full_like(labels, 255), (180, 320), 2))
    with store.writer(run.id) as writer:
        for path in folder.iterdir():
            writer.put_file(path.name, path)
    return store.get(run.id)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    yield opened.new_page()
    opened.close()


def sign_in(page: Page, address: str, who: str) -> None:
    """Open a page, press the button, choose somebody at the provider."""
    page.goto(address)
    page.get_by_role("button", name="Sign in").click(timeout=120_000)
    page.get_by_role("link", name=who).click(timeout=30_000)


def player_source(page: Page) -> str:
    """The address of the result's video, as the page uses it."""
    player = page.locator(".watch video").element_handle(timeout=60_000)
    page.wait_for_function("video => video.currentSrc", arg=player, timeout=30_000)
    return str(player.evaluate("video => video.currentSrc"))


def test_a_viewer_comes_by_a_link_sees_the_result_and_cannot_delete_it(
    page: Page, team: Dashboard, result: Run, browser: Browser
) -> None:
    from playwright.sync_api import expect

    link = f"{team.url}/results?run={result.id}"
    page.goto(link)
    expect(page.get_by_role("heading", name="Sign in to segcore")).to_be_visible(timeout=120_000)
    assert page.get_by_text("emmas-video").count() == 0
    page.screenshot(path=SCREENSHOTS / "sign-in.png")
    sign_in(page, link, VERA)
    expect(page.get_by_role("heading", name="emmas-video")).to_be_visible(timeout=60_000)
    assert page.url == link
    expect(page.get_by_text(f"{VERA} · viewer")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "viewer.png")
    assert page.get_by_role("button", name="Delete …").is_disabled()
    stranger = browser.new_context()
    check_plain_requests(page, stranger, team.url)
    stranger.close()


def check_plain_requests(page: Page, stranger: BrowserContext, url: str) -> None:
    """What is beside the pages takes the same sign-in: the video, pictures, downloads, answers, uploads."""
    video = player_source(page)
    assert page.request.get(video).status == 200
    assert page.request.put(f"{url}/_stcore/upload_file/session/file", data="x").status == 403  # a viewer
    for address in (video, f"{url}/media/abc.png", f"{url}/download/a/b", f"{url}/answer/a"):
        assert stranger.request.get(address).status == 401
    forged = stranger.request.get(video, headers={"Cookie": '_streamlit_user={"is_logged_in":true,"email":"x"}'})
    assert forged.status == 401


def test_the_owner_deletes_and_takes_back_and_the_log_names_her_and_no_secret(
    page: Page, team: Dashboard, result: Run, server: Provider
) -> None:
    from playwright.sync_api import expect

    sign_in(page, f"{team.url}/results?run={result.id}", EMMA)
    expect(page.get_by_text(f"{EMMA} · editor")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No segmented video yet")).to_be_visible(timeout=30_000)
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(team.home)}))
    assert [(entry.run.id, entry.by) for entry in store.deleted()] == [(result.id, EMMA)]
    page.get_by_role("link", name="System").click()
    page.get_by_role("button", name="Take back").click(timeout=30_000)
    expect(page.get_by_text("emmas-video is back")).to_be_visible(timeout=30_000)
    assert store.get(result.id).name == "emmas-video"
    log = (team.home / "logs" / "segcore.log").read_text("utf-8")
    told = [json.loads(line) for line in log.splitlines()]
    mine = [(line["message"], line.get("user")) for line in told if line.get("run") == result.id]
    assert mine == [("deleted: emmas-video", EMMA), ("taken back: emmas-video", EMMA)]
    assert "user" not in told[0]  # the start of the dashboard is nobody's
    secrets = [
        *server.issued,
        *re.findall(r'_secret = "(.*)"', (team.log.parent / ".streamlit" / "secrets.toml").read_text()),
    ]
    secrets += [cookie["value"] for cookie in page.context.cookies() if cookie["name"].startswith("_streamlit")]
    assert len(secrets) >= 5
    for where in (log, team.log.read_text("utf-8")):
        assert not [secret for secret in secrets if secret in where]


def test_somebody_without_a_role_sees_nothing(page: Page, team: Dashboard) -> None:
    from playwright.sync_api import expect

    sign_in(page, team.url, ANA)
    expect(page.get_by_role("heading", name="No role yet")).to_be_visible(timeout=60_000)
    page.screenshot(path=SCREENSHOTS / "no-role.png")
    assert page.request.get(f"{team.url}/media/abc.png").status == 403
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to segcore")).to_be_visible(timeout=60_000)


def test_a_sign_in_that_ends_signs_out(page: Page, team: Dashboard, result: Run, server: Provider) -> None:
    from playwright.sync_api import expect

    server.seconds = 12.0
    try:
        began = time.monotonic()
        sign_in(page, f"{team.url}/results?run={result.id}", VERA)
        video = player_source(page)
        assert page.request.get(video).status == 200, f"{time.monotonic() - began:.1f} s after the sign-in"
    finally:
        server.seconds = 3600.0
    expect(page.get_by_text("Your sign-in had ended")).to_be_visible(timeout=60_000)  # nobody touched the page
    page.screenshot(path=SCREENSHOTS / "ended.png")
    assert "_streamlit_user" not in {cookie["name"] for cookie in page.context.cookies()}
    assert page.request.get(video).status == 401
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=VERA).click()
    expect(page.get_by_role("heading", name="emmas-video")).to_be_visible(timeout=60_000)  # where they were
