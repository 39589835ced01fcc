"""The checks as a whole: a sound installation; then runs, data and workers, one thing wrong at a time."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from lively_home import make_home
from typer.testing import CliRunner

from segcore import cli
from segcore.datasets.store import DatasetStore
from segcore.doctor import Check, checkup, data, engine, examine, home, runs, software
from segcore.doctor.check import fail, ok, warn
from segcore.errors import RunError
from segcore.jobs.workers import WorkerReport, describe_self, own_versions
from segcore.runs import RunState, RunStore, records
from segcore.settings import Settings


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
