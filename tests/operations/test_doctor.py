"""The checks: a sound installation, and one thing wrong at a time."""

from __future__ import annotations

import http.server
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from lively_home import make_home
from typer.testing import CliRunner

from segcore import cli
from segcore.datasets.store import DatasetStore
from segcore.doctor import Check, checkup, data, engine, examine, home, machine, runs, software
from segcore.doctor.check import fail, ok, warn
from segcore.errors import RunError
from segcore.jobs.workers import WorkerReport, describe_self, own_versions
from segcore.runs import RunState, RunStore, records
from segcore.schema import CURRENT
from segcore.settings import Settings
from segcore.training.hardware import DriverGpu


def one(checks: list[Check], name: str) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a dataset and runs."""
    folder = tmp_path_factory.mktemp("doctor")
    settings = Settings.from_env({"SEGCORE_HOME": str(folder / "home")})
    make_home(settings, folder / "source")
    return settings


def test_a_sound_home_is_told_as_sound(lively: Settings) -> None:
    found = [
        *home.look(lively),
        *runs.look(lively),
        *data.look(lively),
        *engine.look(lively),
        *software.packages(lively),
    ]
    said = {check.name: (check.outcome, check.found) for check in found}
    assert said.pop("Home")[0] == "warn"  # made by stores alone, without a version
    assert {name: outcome for name, (outcome, _) in said.items() if outcome != "ok" and name != "Disk"} == {}
    assert said["Files of runs"][1] == "3 runs have theirs"
    assert said["Datasets"][1] == "1 can be read; 6 pictures are what was imported"
    assert not list(lively.home.glob(".doctor-*"))


def test_two_frames_of_h264_are_written_and_read(lively: Settings) -> None:
    (check,) = software.video(lively)
    assert (check.outcome, check.mend) == ("ok", "")


def test_a_codec_that_is_missing_is_told(lively: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.video import codecs

    monkeypatch.setitem(codecs._READ, "Betamax", ("betamax",))
    (check,) = software.video(lively)
    assert check.outcome == "warn"
    assert "Betamax cannot be read" in check.found


def test_what_pip_does_not_have_or_has_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=2", "numpy>=9999", "no-such-package-of-ours", 'absent; extra == "test"']
    monkeypatch.setattr(software.metadata, "requires", lambda _: wanted)
    assert software.unmet() == [
        f"numpy>=9999 (found {np.__version__})",
        "no-such-package-of-ours is missing",
    ]


def test_a_crash_of_tensorflow_is_told_with_its_signal(lively: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software.sys, "executable", "/bin/false")
    (check,) = software.devices(lively)
    assert check.outcome == "fail"
    killer = lively.home.parent / "killer"
    killer.write_text("#!/bin/sh\nkill -ILL $$\n")
    killer.chmod(0o755)
    monkeypatch.setattr(software.sys, "executable", str(killer))
    (check,) = software.devices(lively)
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


def test_a_home_that_is_not_there_is_fine_and_one_of_a_newer_segcore_is_not(home: Settings) -> None:
    from segcore.doctor import home as room

    assert [check.outcome for check in room.look(home)] == ["ok", "ok"]
    assert not home.home.exists()
    home.home.mkdir()
    (home.home / "schema.json").write_text(json.dumps({"version": CURRENT + 1}))
    (check,) = examine(home, {"home": room.look})
    assert (check.outcome, "newer segcore" in check.found) == ("fail", True)


def test_a_home_that_cannot_be_written_is_told(home: Settings) -> None:
    from segcore.doctor import home as room

    home.home.parent.mkdir(exist_ok=True)
    home.home.symlink_to("/proc/sys" if os.getuid() == 0 else "/")
    (check,) = room.look(home)
    assert check.outcome == "fail"
    assert "cannot be written" in check.found


def test_little_room_and_what_killed_work_left_are_told(lively: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.doctor import home as room

    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5 << 20}))
    old = lively.home / ".backup-killed"
    old.mkdir()
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    try:
        found = room.look(lively)
    finally:
        old.rmdir()
    assert one(found, "Disk").outcome == "fail"
    assert one(found, "Leftovers").mend == f"rm -r '{old}'"


def test_a_lock_that_two_processes_get_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.doctor import home as room

    assert room._locking(tmp_path).outcome == "ok"
    monkeypatch.setattr(room, "_CLAIM", "pass")  # a second process that is not kept out
    assert room._locking(tmp_path).outcome == "fail"


def test_a_disk_whose_clock_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.doctor import home as room

    real = time.time
    monkeypatch.setattr(room.time, "time", lambda: real() - 60)
    assert room._clock(tmp_path).found == "the disk's clock is 60 s ahead"


def test_sqlite_on_a_share_is_told(lively: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.doctor import home as room

    monkeypatch.setattr(room, "filesystem", lambda _: "nfs4")
    assert "nfs4" in one(room.look(lively), "Share").found


def test_ghosts_and_lost_files_are_told_but_not_touched(tmp_path: Path) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")})
    store = RunStore(settings)
    ghost, bare = (store.create("train", config={}, name=name) for name in ("ghost", "bare"))
    store.set_tags(ghost.id, {records.STATE: RunState.RUNNING.value})
    folder = store.folder(bare.id)
    assert folder is not None
    folder.rename(folder.with_name("elsewhere"))
    found = runs.look(settings)
    assert one(found, "Ghosts").found.endswith("ghost")
    assert "the files of 1 runs are gone" in one(found, "Files of runs").found
    peeked = store.peek(ghost.id)
    assert peeked is not None
    assert peeked.state is RunState.RUNNING
    moved = Settings.from_env({"SEGCORE_HOME": str(tmp_path / "moved")})
    folder.with_name("elsewhere").rename(folder)
    settings.home.rename(moved.home)
    check = one(runs.look(moved), "Files of runs")
    assert check.found.startswith("2 runs name their files elsewhere")
    assert "segcore relocate" in check.mend


def test_a_damaged_database_and_one_that_does_not_answer_are_told(tmp_path: Path) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(tmp_path)})
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    assert [check.outcome for check in runs.look(settings)] == ["fail"]
    away = "postgresql://ada:s3cret@127.0.0.1:1/none"
    (check,) = runs.look(Settings.from_env({"SEGCORE_HOME": str(tmp_path), "SEGCORE_TRACKING_URI": away}))
    assert check.outcome == "fail"
    assert "s3cret" not in check.found + check.mend


def test_a_picture_that_was_changed_or_lost_is_named(lively: Settings) -> None:
    pairs = DatasetStore(lively).open("bars").pairs
    before = pairs[0].image.read_bytes()
    cv2.imwrite(str(pairs[0].image), np.full((32, 48, 3), 7, np.uint8))
    hidden = pairs[1].mask.rename(pairs[1].mask.with_suffix(".away"))
    try:
        (check,) = data.look(lively)
    finally:
        pairs[0].image.write_bytes(before)
        hidden.rename(pairs[1].mask)
    assert check.outcome == "fail"
    assert check.found == f"bars: {pairs[1].mask.name}, {pairs[0].image.name} missing or not what was imported"


def test_workers_are_judged_by_what_they_say() -> None:
    own = own_versions()
    fine = WorkerReport("a", versions=own, home="/h", sees_home=True)
    assert [check.outcome for check in engine.judge("tcp://s:1", [fine], own)] == ["ok", "ok"]
    assert engine.judge("tcp://s:1", [], own)[0].outcome == "fail"
    bad = WorkerReport("b", versions=own | {"av": "1"}, home="/x", store_fault="no route", ahead_s=-90.0, free=False)
    found = engine.judge("tcp://s:1", [fine, bad], own)
    assert [(check.name, check.outcome) for check in found] == [
        ("Job engine", "ok"),
        *[("Worker b", outcome) for outcome in ("warn", "warn", "fail", "fail", "warn")],
    ]
    assert "-90 s" in found[-1].found
    older = WorkerReport("c", versions=own | {"segcore": "0.0.1"}, sees_home=True)
    assert engine.judge("tcp://s:1", [older], own)[1].outcome == "fail"


def test_a_worker_sees_its_own_home_and_says_what_it_cannot_reach(
    lively: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEGCORE_HOME", raising=False)
    (lively.home / ".doctor-mark").write_text(".doctor-mark")
    said = describe_self(lively.environment(), ".doctor-mark")
    (lively.home / ".doctor-mark").unlink()
    assert (said["sees_home"], said["store_fault"], said["versions"]) == (True, "", own_versions())
    monkeypatch.setenv("SEGCORE_HOME", str(tmp_path))
    monkeypatch.setenv("SEGCORE_TRACKING_URI", "http://127.0.0.1:1")
    said = describe_self(lively.environment(), ".doctor-mark")
    assert (said["home"], said["sees_home"]) == (str(tmp_path), False)
    assert "127.0.0.1:1" in said["store_fault"]


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


def test_who_answers_on_the_dashboards_port(lively: Settings) -> None:
    part = {"ok": False, "state": "the scheduler does not answer"}
    for status, body, outcome in (
        (200, {"database": {}}, "ok"),
        (200, {"name": "another"}, "warn"),
        (404, {}, "warn"),
        (503, {"status": "not well", "engine": part}, "fail"),
    ):
        with served(status, json.dumps(body).encode()) as port:
            (check,) = machine.dashboard(lively, port)
        assert check.outcome == outcome, body
    assert "the scheduler does not answer" in check.found
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert machine.dashboard(lively, port)[0].outcome == "ok"


def test_secrets_that_others_can_read_are_told(
    lively: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.chdir(tmp_path)
    assert machine.secrets(lively)[0].found == "no secrets.toml"
    file = tmp_path / ".streamlit" / "secrets.toml"
    file.parent.mkdir()
    file.write_text("[auth]")
    file.chmod(0o644)
    assert machine.secrets(lively)[0].mend == f"chmod 600 {file}"
    file.chmod(0o600)
    assert machine.secrets(lively)[0].outcome == "ok"


def test_a_check_that_breaks_is_a_failure_and_the_others_are_done() -> None:
    def ours(_: Settings) -> list[Check]:
        raise RunError("The store is away.", fix="Call it back.")

    def theirs(_: Settings) -> list[Check]:
        raise ZeroDivisionError("by zero")

    steps: list[tuple[int, int]] = []
    found = examine(
        Settings.from_env({}),
        {"a": ours, "b": theirs, "c": lambda _: [ok("c", "fine")]},
        on_progress=lambda done, total: steps.append((done, total)),
    )
    assert found[0] == Check("a", "fail", "The store is away.", "Call it back.")
    assert found[1].found == "ZeroDivisionError: by zero"
    assert found[2].outcome == "ok"
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_the_command_ends_with_1_where_something_fails(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    cli._attach()
    answers = [ok("A", "well"), warn("Bee", "so so", "look"), fail("C", "broken", "mend it")]
    monkeypatch.setattr("segcore.doctor.examine", lambda *_, **__: answers)
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "ok    A    well"
    assert lines[1:3] == ["WARN  Bee  so so", "           → look"]
    assert lines[-1] == "3 checks: 1 failed, 1 with a warning."
    done = CliRunner().invoke(cli.app, ["doctor", "--json", "--exit-zero"])
    assert done.exit_code == 0
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["ok"], told["failed"], told["warned"], len(told["checks"])) == (False, 1, 1, 3)
    monkeypatch.setattr("segcore.doctor.examine", lambda *_, **__: answers[:2])
    assert CliRunner().invoke(cli.app, ["doctor"]).exit_code == 0
    assert not home.home.exists()


def test_every_room_of_checks_is_in_the_checkup() -> None:
    assert {check.__module__.rpartition(".")[2] for check in checkup.CHECKS.values()} == {
        "data",
        "engine",
        "home",
        "machine",
        "runs",
        "software",
    }
