"""What the doctor says of a machine and its software: one thing wrong at a time."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from segcore.doctor import machine, software
from segcore.settings import Settings
from segcore.training.hardware import DriverGpu


def test_two_frames_of_h264_are_written_and_read(home: Settings) -> None:
    (check,) = software.video(home)
    assert (check.outcome, check.mend) == ("ok", "")


def test_a_codec_that_is_missing_is_told(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.video import codecs

    monkeypatch.setitem(codecs._READ, "Betamax", ("betamax",))
    (check,) = software.video(home)
    assert check.outcome == "warn"
    assert "Betamax cannot be read" in check.found


def test_what_pip_does_not_have_or_has_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=2", "numpy>=9999", "no-such-package-of-ours", 'absent; extra == "test"']
    monkeypatch.setattr(software.metadata, "requires", lambda _: wanted)
    assert software.unmet() == [
        f"numpy>=9999 (found {np.__version__})",
        "no-such-package-of-ours is missing",
    ]


def test_a_crash_of_tensorflow_is_told_with_its_signal(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software.sys, "executable", "/bin/false")
    (check,) = software.devices(home)
    assert check.outcome == "fail"
    killer = home.home.parent / "killer"
    killer.write_text("#!/bin/sh\nkill -ILL $$\n")
    killer.chmod(0o755)
    monkeypatch.setattr(software.sys, "executable", str(killer))
    (check,) = software.devices(home)
    assert check.found == "it crashed (signal 4)"
    assert "AVX" in check.mend


def test_a_card_that_tensorflow_does_not_see_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {
        "versions": {"tensorflow": "2.20.0", "openvino": "2025.1"},
        "devices": [{"kind": "CPU", "name": "EPYC"}, {"kind": "CPU", "name": "EPYC"}],
    }
    (check,) = software._devices("Both", answer)
    assert (check.outcome, check.found) == ("ok", "TensorFlow 2.20.0, OpenVINO 2025.1: CPU EPYC")
    monkeypatch.setattr(software, "driver_gpus", lambda: [DriverGpu("H100", 80 << 30, "550")])
    monkeypatch.setattr(software, "advice_here", lambda: "Install CUDA's libraries.")
    (check,) = software._devices("Both", answer)
    assert (check.outcome, check.mend) == ("warn", "Install CUDA's libraries.")
    answer["devices"].append({"kind": "GPU", "name": "H100"})
    assert software._devices("Both", answer)[0].outcome == "ok"


def test_memory_within_a_container_is_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    assert machine._container(tmp_path) == (0, 0)
    (tmp_path / "memory.max").write_text(f"{2 << 30}\n")
    (tmp_path / "memory.current").write_text(f"{1 << 30}\n")
    assert machine._container(tmp_path) == (2 << 30, 1 << 30)
    monkeypatch.setattr(machine, "_container", lambda: (2 << 30, 1 << 30))
    (check,) = machine.memory(Settings.from_env({}))
    assert (check.outcome, check.found) == ("fail", "1.0 of 2.0 GiB are free (of this container)")


@contextmanager
def served(status: int, body: bytes) -> Iterator[int]:
    """A server that answers everything so; gives its port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_who_answers_on_the_dashboards_port(home: Settings) -> None:
    part = {"ok": False, "state": "the scheduler does not answer"}
    for status, body, outcome in (
        (200, {"database": {}}, "ok"),
        (200, {"name": "another"}, "warn"),
        (404, {}, "warn"),
        (503, {"status": "not well", "engine": part}, "fail"),
    ):
        with served(status, json.dumps(body).encode()) as port:
            (check,) = machine.dashboard(home, port)
        assert check.outcome == outcome, body
    assert "the scheduler does not answer" in check.found
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert machine.dashboard(home, port)[0].outcome == "ok"


def test_secrets_that_others_can_read_are_told(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.chdir(tmp_path)
    assert machine.secrets(home)[0].found == "no secrets.toml"
    file = tmp_path / ".streamlit" / "secrets.toml"
    file.parent.mkdir()
    file.write_text("[auth]")
    file.chmod(0o644)
    assert machine.secrets(home)[0].mend == f"chmod 600 {file}"
    file.chmod(0o600)
    assert machine.secrets(home)[0].outcome == "ok"
