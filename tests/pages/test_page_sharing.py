"""Exports and bundles on the Runs page: what is started, what is shown when it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import cached, tasks
from pages.common.commands import Command
from segcore.inference.export.catalog import FORMATS
from segcore.runs import RunStore
from segcore.settings import Settings

Opener = Callable[..., AppTest]
MADE = {
    "format": "onnx", "agreement": 0.99999, "checked_with": "onnxruntime 1", "compared_with": "OpenVINO 2",
    "frames": ["c", "f"], "frames_from": "validation frames of desk",
}  # fmt: skip


@pytest.fixture(autouse=True)
def uploads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where files are made, apart from the home that all tests share."""
    folder = tmp_path / "uploads"
    monkeypatch.setattr(Settings, "uploads_dir", property(lambda _: folder))
    return folder


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Command]:
    """What the page would have started; the arguments are the command's `error`."""
    seen: list[Command] = []

    def start(arguments: list[str], **about: Any) -> Command:
        seen.append(Command(about["kind"], about["title"], about.get("subject", ""), error="\n".join(arguments)))
        return seen[-1]

    monkeypatch.setattr(tasks, "start", start)
    monkeypatch.setattr(tasks, "find", lambda task: next((c for c in seen if c.id == task), None))
    return seen


def text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def downloads(app: AppTest) -> list[str]:
    return [str(button.proto.label) for button in app.get("download_button")]


def test_each_format_has_a_card_that_starts_its_export(
    open_page: Opener, full_home: Settings, started: list[Command], uploads: Path
) -> None:
    run = RunStore(full_home).get("desk-a")
    app = open_page(full_home, "runs", run=run.id)
    assert all(kind.purpose in text(app) for kind in FORMATS.values())
    app.toggle(key="export_labels").set_value(True).run()
    app.button(key="export_openvino").click().run()
    assert not app.exception
    (command,) = started
    arguments = command.error.split("\n")
    assert arguments[:4] == ["export", run.id, "--format", "openvino"]
    assert arguments[-1] == "--labels"
    assert Path(arguments[5]).name == "desk-a-openvino-labels.zip"
    assert Path(arguments[5]).is_relative_to(uploads)
    assert app.button(key="export_onnx").disabled
    assert app.query_params["task"] == command.id


def test_a_network_that_is_not_there_in_8_bits_is_made(
    open_page: Opener, full_home: Settings, started: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.runs.quicker.has_gpu_node", lambda: False)
    run = RunStore(full_home).get("desk-a")
    app = open_page(full_home, "runs", run=run.id)
    app.button(key="quantize").click().run()
    assert not app.exception
    (command,) = started
    assert command.error.split("\n") == ["quantize", run.id]
    assert "Making desk-a quicker" in text(app)
    assert not [button for button in app.button if button.key == "quantize"]
    command.state, command.error = "failed", "no frame is left"
    app.run()
    assert "no frame is left" in text(app)
    assert app.button(key="quantize")
    monkeypatch.setattr("pages.runs.quicker.int8_words", lambda _: "There in 8-bit integers.")
    command.state = "done"
    app.run()
    assert "There in 8-bit integers." in text(app)
    assert not [button for button in app.button if button.key == "quantize"]


def test_a_missing_package_is_named_with_its_command(
    open_page: Opener, full_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segcore.inference.export.catalog.importlib.util.find_spec", lambda _: None)
    app = open_page(full_home, "runs", run=RunStore(full_home).get("desk-a").id)
    assert "pip install tf2onnx onnxruntime" in text(app)
    assert app.button(key="export_onnx").disabled
    assert not app.button(key="export_keras").disabled


Ender = Callable[[AppTest, Command], AppTest]


@pytest.fixture
def end() -> Ender:
    """Ends a command with a result, and draws the page again."""

    def ender(app: AppTest, command: Command) -> AppTest:
        command.state, command.error = "done", ""
        return app.run()

    return ender


def test_agreement_and_download_are_shown(
    open_page: Opener, full_home: Settings, started: list[Command], end: Ender
) -> None:
    app = open_page(full_home, "runs", run=RunStore(full_home).get("desk-a").id)
    app.button(key="export_onnx").click().run()
    (command,) = started
    path = Path(command.error.split("\n")[5])
    path.write_bytes(b"x" * 2_000_000)
    command.result = MADE | {"path": str(path)}
    end(app, command)
    assert not app.exception
    assert "**99.99 % of pixels** get the run's own label" in text(app)
    assert "on 2 validation frames of desk: c, f" in text(app)
    assert downloads(app) == ["Download desk-a-onnx.zip (2.0 MB)"]
    path.unlink()
    assert "make it again" in text(app.run())


def test_why_an_export_failed_is_said(open_page: Opener, full_home: Settings, started: list[Command]) -> None:
    app = open_page(full_home, "runs", run=RunStore(full_home).get("desk-a").id)
    app.button(key="export_bundle").click().run()
    started[0].state, started[0].error = "failed", "The disk is full."
    app.run()
    assert "The disk is full" in text(app)
    assert downloads(app) == []


def test_a_running_training_is_not_exported(open_page: Opener, full_home: Settings) -> None:
    app = open_page(full_home, "runs", run=RunStore(full_home).get("desk-c").id)
    assert not app.exception
    assert not [b for b in app.button if (b.key or "").startswith("export_")]


def test_a_bundle_that_is_uploaded_becomes_a_run(
    open_page: Opener, full_home: Settings, started: list[Command], uploads: Path, end: Ender
) -> None:
    app = open_page(full_home, "runs")
    app.file_uploader(key="upload_bundle_0").set_value(("cups.segcore.zip", b"PK", "application/zip")).run()
    assert not app.exception
    (command,) = started
    path = Path(command.error.split("\n")[1])
    assert command.error.startswith("import-run\n")
    assert path.read_bytes() == b"PK"
    assert path.is_relative_to(uploads)
    command.result = {"name": "cups-1", "run": "abc", "dataset_here": "other"}
    end(app, command)
    assert "**cups-1** is among the runs" in text(app)
    assert "may flatter it" in text(app)
    assert not app.button(key="use_arrived").disabled


def test_an_empty_installation_takes_bundles_too(open_page: Opener, empty_home: Settings) -> None:
    app = open_page(empty_home, "runs")
    assert not app.exception
    assert cached.runs().list("train") == []
    assert app.file_uploader(key="upload_bundle_0")
