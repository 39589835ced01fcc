"""Take it along, on the page of a result: what to pack, its bar, the downloads; the report to open."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_result import make_result
from streamlit.testing.v1 import AppTest

from pages.common import cached
from pages.common.commands import Command
from segcore.knowledge.drawing import ZONES_FILE, Drawing, KnownLength
from segcore.knowledge.zones import Zone
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
OLDER = ("masks.parquet", "objects.csv")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the small result, "new", and one of an older segcore, "old"."""
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))})
    store, folder = RunStore(settings), make_result(tmp_path_factory.mktemp("made"))
    for name in ("new", "old"):
        run = store.create("segment", config={"start_s": 0.0}, name=name, params={"video": "v.mp4"})
        for path in folder.iterdir():
            if name == "new" or path.name not in OLDER:
                store.put_file(run.id, path.name, path)
        store.set_state(run.id, RunState.FINISHED)
    return settings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that the page starts; they end at once, in this process."""
    seen: list[list[str]] = []
    cached.commands.clear()

    def start(command: Command, arguments: list[str], _environment: dict[str, str]) -> None:
        seen.append(list(arguments))
        out = Path(arguments[arguments.index("--out") + 1])
        if arguments[0] == "report":
            out.mkdir(parents=True)
            (out / "report.html").write_text("<p>a report</p>", "utf-8")
            (out / "report.pdf").write_bytes(b"%PDF-")
        else:
            out.parent.mkdir(parents=True)
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("README.txt", "hello")
        command.result, command.state = json.loads(json.dumps({"path": str(out)})), "done"

    monkeypatch.setattr(Command, "start", start)
    return seen


def opened(open_page: Opener, home: Settings, name: str) -> AppTest:
    app = open_page(home, "results", run=RunStore(home).get(name).id)
    assert not app.exception, app.exception
    assert not app.error
    return app


def links(app: AppTest) -> dict[str, str]:
    """Label → address of the links of the page."""
    return {link.proto.label: link.proto.url for link in app.get("link_button")}


def test_files_are_sent_from_the_disk(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "new")
    found = links(app)
    assert found["Download the video"].startswith("/download/")
    assert found["Download the video"].endswith("/new-overlay.mp4")
    assert {"Table (CSV)", "Table (Parquet)", "Objects (CSV)", "Areas with intervals (CSV)"} <= set(found)
    assert "Objects (CSV)" not in links(opened(open_page, home, "old"))


def test_what_is_chosen_is_packed_and_offered(open_page: Opener, home: Settings, asked: list[list[str]]) -> None:
    app = opened(open_page, home, "new")
    pills = app.button_group(key="along_parts")
    assert list(pills.value) == ["video", "report", "tables", "charts", "masks"]
    pills.set_value(["tables", "masks"]).run()
    app.button(key="pack_result").click().run()
    assert not app.exception
    [arguments] = asked
    run = RunStore(home).get("new")
    assert arguments[:3] == ["results", "pack", run.id]
    assert [arguments[at + 1] for at, word in enumerate(arguments) if word == "--with"] == ["tables", "masks"]
    (address,) = {url for label, url in links(app).items() if label.startswith("Download the ZIP (")}
    assert address.endswith("/new.zip")
    app.button_group(key="along_parts").set_value(["tables"]).run()  # another choice is another ZIP
    assert app.button(key="pack_result")


def test_nothing_chosen_cannot_be_packed(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "new")
    app.button_group(key="along_parts").set_value([]).run()
    assert app.button(key="pack_result").disabled


def test_an_older_result_offers_what_it_has(open_page: Opener, home: Settings) -> None:
    app = opened(open_page, home, "old")
    assert "masks" not in app.button_group(key="along_parts").value
    assert any("Results of an older segcore have no masks" in caption.value for caption in app.caption)


def test_the_report_is_written_then_opened(open_page: Opener, home: Settings, asked: list[list[str]]) -> None:
    run, store = RunStore(home).get("new"), RunStore(home)
    length = KnownLength(start=(0.25, 0.5), end=(0.75, 0.5), cm=4.0)  # 40 of 80 pixels
    store.put_file(run.id, ZONES_FILE, Drawing(width=80, height=60, length=length).as_json())
    app = opened(open_page, home, "new")
    app.button(key="make_report").click().run()
    assert not app.exception
    [arguments] = asked
    assert arguments[:2] == ["report", run.id]
    assert float(arguments[arguments.index("--cm-per-pixel") + 1]) == pytest.approx(0.1)
    found = links(app)
    assert found["Open the report"].startswith("/show/")
    assert found["Report (PDF)"].endswith("/new-report.pdf")
    drawn = Zone(name="nest", points=((0, 0), (1, 0), (1, 1)))
    store.put_file(run.id, ZONES_FILE, Drawing(width=80, height=60, length=length, zones=(drawn,)).as_json())
    assert "Open the report" not in links(app.run())  # it would tell nothing of the zone
    assert app.button(key="make_report")


def test_what_failed_says_why(open_page: Opener, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: Command, _arguments: list[str], _environment: dict[str, str]) -> None:
        command.error, command.state = "There is no room.", "failed"

    cached.commands.clear()
    monkeypatch.setattr(Command, "start", fail)
    app = opened(open_page, home, "old")
    app.button(key="pack_result").click().run()
    assert [error.value for error in app.error] == ["There is no room."]
