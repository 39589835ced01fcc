"""What the doctor says of a home: one thing wrong at a time."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from segcore.doctor import examine
from segcore.doctor import home as room
from segcore.schema import CURRENT
from segcore.settings import Settings


@pytest.fixture
def made(home: Settings) -> Settings:
    """A home in which nothing was done yet."""
    home.home.mkdir()
    return home


def test_a_home_that_is_not_there_is_fine_and_one_of_a_newer_segcore_is_not(home: Settings) -> None:
    assert [check.outcome for check in room.look(home)] == ["ok", "ok"]
    assert not home.home.exists()
    home.home.mkdir()
    (home.home / "schema.json").write_text(json.dumps({"version": CURRENT + 1}))
    (check,) = examine(home, {"home": room.look})
    assert (check.outcome, "newer segcore" in check.found) == ("fail", True)


def test_a_home_that_cannot_be_written_is_told(home: Settings) -> None:
    home.home.parent.mkdir(exist_ok=True)
    home.home.symlink_to("/proc/sys" if os.getuid() == 0 else "/")
    (check,) = room.look(home)
    assert check.outcome == "fail"
    assert "cannot be written" in check.found


def test_little_room_and_what_killed_work_left_are_told(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5 << 20}))
    old = made.home / ".backup-killed"
    old.mkdir()
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    try:
        found = {check.name: check for check in room.look(made)}
    finally:
        old.rmdir()
    assert found["Disk"].outcome == "fail"
    assert found["Leftovers"].mend == f"rm -r '{old}'"


def test_a_lock_that_two_processes_get_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room._locking(tmp_path).outcome == "ok"
    monkeypatch.setattr(room, "_CLAIM", "pass")  # a second process that is not kept out
    assert room._locking(tmp_path).outcome == "fail"


def test_a_disk_whose_clock_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(room.time, "time", lambda: real() - 60)
    assert room._clock(tmp_path).found == "the disk's clock is 60 s ahead"


def test_sqlite_on_a_share_is_told(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "filesystem", lambda _: "nfs4")
    assert "nfs4" in {check.name: check for check in room.look(made)}["Share"].found
