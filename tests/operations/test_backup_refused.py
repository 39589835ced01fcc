"""Backups that cannot be made, or cannot be restored: damaged, hostile, of another version, in the wrong place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from lively_home import LivelyHome, settings_of

from segcore.backup import make_backup, restore
from segcore.errors import BackupError, DiskFull
from segcore.schema import CURRENT
from segcore.settings import Settings


def test_a_damaged_backup_leaves_nothing_behind(lively_backup: Path, tmp_path: Path) -> None:
    data = bytearray(lively_backup.read_bytes())
    place = data.index(b"a film")  # stored as it is
    data[place : place + 6] = b"a fire"
    (tmp_path / "damaged.zip").write_bytes(data)
    settings = settings_of(tmp_path / "new")
    with pytest.raises(BackupError, match="damaged"):
        restore(settings, tmp_path / "damaged.zip")
    assert list(settings.home.iterdir()) == []


@pytest.mark.parametrize("length", [0.0, 0.5, 0.99])
def test_a_backup_that_broke_off_is_refused(lively_backup: Path, tmp_path: Path, length: float) -> None:
    data = lively_backup.read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: int(len(data) * length)])
    with pytest.raises(BackupError, match=r"half\.zip"):
        restore(settings_of(tmp_path / "new"), tmp_path / "half.zip")


def test_only_an_empty_home_is_restored_into(lively: LivelyHome, lively_backup: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        restore(lively.settings, lively_backup)


@pytest.mark.parametrize("name", ["home/../../out.txt", "/etc/out.txt", "out.txt", "home/..\\out.txt"])
def test_a_name_that_leads_outside_is_refused(lively_backup: Path, tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(lively_backup) as source, zipfile.ZipFile(bad, "w") as target:
        manifest = json.loads(source.read("backup.json"))
        manifest["files"] = {name: {"size": 2, "sha256": "0" * 64, "changed": 0}}
        target.writestr(name, b"hi")
        target.writestr("backup.json", json.dumps(manifest))
    with pytest.raises(BackupError, match="outside"):
        restore(settings_of(tmp_path / "new"), bad)
    assert not list(tmp_path.rglob("out.txt"))


def test_a_backup_of_a_newer_segcore_is_refused(lively_backup: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as target:
        manifest = json.loads(zipfile.ZipFile(lively_backup).read("backup.json")) | {
            "files": {},
            "schema_version": CURRENT + 1,
        }
        target.writestr("backup.json", json.dumps(manifest))
    with pytest.raises(BackupError, match="newer segcore"):
        restore(settings_of(tmp_path / "new"), newer)


def test_room_is_looked_at_first(lively: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1000, 990, 10))
    with pytest.raises(DiskFull, match=r"has 0\.0 GiB left"):
        make_backup(lively.settings, tmp_path / "out.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(lively: LivelyHome, lively_backup: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BackupError, match="disk does not do"):
        make_backup(lively.settings, tmp_path / "file" / "out.zip")
    with pytest.raises(BackupError, match="disk does not do"):
        restore(settings_of(tmp_path / "file" / "home"), lively_backup)
    assert not list(lively.settings.home.glob(".backup-*"))


def test_an_empty_home_and_a_remote_server_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        make_backup(settings_of(tmp_path / "empty"), tmp_path / "out.zip")
    remote = Settings.from_env(
        {"SEGCORE_HOME": str(tmp_path), "SEGCORE_TRACKING_URI": "http://team:secret@mlflow:5000"}
    )
    (tmp_path / "datasets").mkdir()
    with pytest.raises(BackupError, match="MLflow server") as caught:
        make_backup(remote, tmp_path / "out.zip")
    assert "secret" not in str(caught.value)


def test_a_fault_is_told_in_one_line(tmp_path: Path) -> None:
    env = os.environ | {"SEGCORE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "segcore", "restore", str(tmp_path / "none.zip")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [f"segcore: There is no file {tmp_path / 'none.zip'}. Check the path."]
