"""A backup of a home at work, restored elsewhere: everything is there, fits, and goes on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from lively_home import LivelyHome, best_fits, config_of, make_home, somebody_works
from typer.testing import CliRunner

from segcore.backup import make_backup, making, restore
from segcore.backup.frozen import freeze
from segcore.datasets.store import DatasetStore
from segcore.errors import BackupError, DiskFull
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.runs import RunState, RunStore
from segcore.schema import CURRENT, ensure
from segcore.settings import Settings
from segcore.upkeep.bin import Bin


def settings_of(home: Path) -> Settings:
    return Settings.from_env({"SEGCORE_HOME": str(home)})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> LivelyHome:
    """One home for all tests here: making MLflow's tables takes seconds."""
    folder = tmp_path_factory.mktemp("lively")
    settings = settings_of(folder / "home")
    ensure(settings)
    return make_home(settings, folder / "source")


@pytest.fixture(scope="module")
def backup(home: LivelyHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made while a training is at work."""
    steps: list[tuple[int, int]] = []
    out = tmp_path_factory.mktemp("backup") / "home.zip"
    with somebody_works(home):
        made = make_backup(home.settings, out, on_progress=lambda done, total: steps.append((done, total)))
        seen = home.store.get(home.at_work).state
    assert seen is RunState.RUNNING
    assert made.active == ("busy",)
    assert steps[-1][0] == steps[-1][1] == made.bytes
    return out


@pytest.fixture(scope="module")
def restored(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """The store of a home that was made of it in another place."""
    settings = settings_of(tmp_path_factory.mktemp("elsewhere") / "new-home")
    made = restore(settings, backup)
    assert made.interrupted == ("busy",)
    return RunStore(settings)


def test_datasets_runs_and_their_files_are_back_in_the_new_place(home: LivelyHome, restored: RunStore) -> None:
    dataset = DatasetStore(restored.settings).open("bars")
    assert dataset.content_hash == DatasetStore(home.settings).open("bars").content_hash
    assert all(pair.image.is_file() and pair.mask.is_file() for pair in dataset.pairs)
    assert {run.name: run.state for run in restored.list()} == {
        "done": RunState.FINISHED,
        "film": RunState.INTERRUPTED,
        "busy": RunState.INTERRUPTED,
    }
    for run in restored.list():
        folder = restored.folder(run.id)
        assert folder is not None
        assert folder.is_relative_to(restored.settings.home)
    assert best_fits(restored, home.finished)
    assert json.loads((restored.settings.home / "schema.json").read_text())["version"] == CURRENT


def test_a_training_that_was_at_work_has_weights_that_fit_and_can_go_on(home: LivelyHome, restored: RunStore) -> None:
    run = restored.get(home.at_work)
    assert "backup" in run.reason
    assert best_fits(restored, home.at_work)
    points = restored.history(home.at_work, "step/loss")
    assert points == home.store.history(home.at_work, "step/loss")[: len(points)]
    restored.requeue(home.at_work)
    with restored.writer(home.at_work) as writer:
        writer.log({"step/loss": 0.01}, 1000)
    assert restored.get(home.at_work).state is RunState.FINISHED
    assert restored.history(home.at_work, "step/loss")[-1].step == 1000


def test_uploads_are_found_by_the_runs_that_use_them_and_look_as_old_as_they_are(
    home: LivelyHome, restored: RunStore
) -> None:
    clip = Path(config_of(restored, home.video)["video"])
    assert clip == restored.settings.uploads_dir / "ab" / "clip.mp4"
    assert clip.read_bytes() == b"a film"
    original = Path(config_of(home.store, home.video)["video"])
    assert clip.stat().st_mtime_ns == original.stat().st_mtime_ns
    assert (restored.work(home.video) / "chunk-000000" / "record.json").is_file()


def test_new_work_is_kept_in_the_new_home(restored: RunStore) -> None:
    run = restored.create("train", config={}, name="fresh")
    with restored.writer(run.id) as writer:
        writer.put_file("note.txt", b"here")
    assert restored.file(run.id, "note.txt").is_relative_to(restored.settings.home)


def test_what_can_be_made_anew_and_what_is_half_made_is_left_out(backup: Path) -> None:
    names = zipfile.ZipFile(backup).namelist()
    assert names[-1] == "backup.json"
    assert not [n for n in names if "cache" in n or "staging" in n or "lock" in n or "watched" in n]
    assert names.count("database/mlflow.db") == 1
    assert backup.stat().st_mode & 0o077 == 0
    assert not list(backup.parent.glob(".*"))


def test_weights_that_change_between_database_and_files_are_taken_again(
    home: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def freeze_late(settings: Settings, folder: Path, *, uploads: bool) -> list[tuple[str, Path]]:
        nonlocal calls
        calls += 1
        if calls == 1:  # between the copy of the database and that of the files
            home.store.put_file(run.id, BEST_WEIGHTS, b"new")
            home.store.set_tags(run.id, {SHA256_TAG: hashlib.sha256(b"new").hexdigest()})
        return freeze(settings, folder, uploads=uploads)

    monkeypatch.setattr(making, "freeze", freeze_late)
    run = home.store.create("train", config={}, name="restless")
    home.store.put_file(run.id, BEST_WEIGHTS, b"old")
    home.store.set_tags(run.id, {SHA256_TAG: hashlib.sha256(b"old").hexdigest()})
    made = make_backup(home.settings, tmp_path / "twice.zip")
    home.store.set_state(run.id, RunState.CANCELLED)
    assert (calls, made.active) == (2, ("restless",))
    into = settings_of(tmp_path / "into")
    restore(into, made.path)
    assert best_fits(RunStore(into), run.id)


def test_what_was_deleted_can_be_taken_back_in_the_new_home(home: LivelyHome, tmp_path: Path) -> None:
    datasets = DatasetStore(home.settings)
    copy = tmp_path / "copy.zip"
    datasets.export("bars", copy)
    datasets.import_path(copy, "wanted")
    content = datasets.open("wanted").content_hash
    result = home.store.create("segment", config={}, name="wanted-film")
    home.store.put_file(result.id, "overlay.mp4", b"seen")
    home.store.set_state(result.id, RunState.FINISHED)
    bin_here = Bin(datasets, home.store)
    bin_here.delete_dataset("wanted")
    home.store.delete(result.id)
    made = make_backup(home.settings, tmp_path / "bin.zip")
    for name in ("wanted", "wanted-film"):
        bin_here.purge(name)

    into = settings_of(tmp_path / "into")
    restore(into, made.path)
    bin_there = Bin(DatasetStore(into), RunStore(into))
    assert {entry.name for entry in bin_there.entries()} == {"wanted", "wanted-film"}
    assert "wanted" not in bin_there.datasets.names()
    assert [bin_there.restore(name).name for name in ("wanted", "wanted-film")] == ["wanted", "wanted-film"]
    assert bin_there.entries() == []
    dataset = bin_there.datasets.open("wanted")
    assert dataset.content_hash == content
    assert all(pair.image.is_file() and pair.mask.is_file() for pair in dataset.pairs)
    assert bin_there.runs.file(result.id, "overlay.mp4").read_bytes() == b"seen"


def test_a_dataset_that_is_deleted_meanwhile_is_in_the_backup_once(
    home: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets, calls = DatasetStore(home.settings), 0
    copy = tmp_path / "copy.zip"
    datasets.export("bars", copy)
    datasets.import_path(copy, "fleeting")

    def freeze_late(settings: Settings, folder: Path, *, uploads: bool) -> list[tuple[str, Path]]:
        nonlocal calls
        calls += 1
        kept = freeze(settings, folder, uploads=uploads)
        if calls == 1:
            datasets.delete("fleeting")
        return kept

    monkeypatch.setattr(making, "freeze", freeze_late)
    made = make_backup(home.settings, tmp_path / "home.zip")
    names = [n for n in zipfile.ZipFile(made.path).namelist() if n.endswith("/dataset.yaml")]
    Bin(datasets, home.store).purge("fleeting")
    assert calls == 2
    assert [".bin/" in name for name in sorted(names)] == [True, False]  # fleeting in the bin, bars beside it


def test_uploads_can_be_left_out(home: LivelyHome, tmp_path: Path) -> None:
    made = make_backup(home.settings, tmp_path / "small.zip", uploads=False)
    assert made.without == ("uploaded videos",)
    assert not [n for n in zipfile.ZipFile(made.path).namelist() if "uploads" in n]


def test_a_damaged_backup_leaves_nothing_behind(backup: Path, tmp_path: Path) -> None:
    data = bytearray(backup.read_bytes())
    place = data.index(b"a film")  # stored as it is
    data[place : place + 6] = b"a fire"
    (tmp_path / "damaged.zip").write_bytes(data)
    settings = settings_of(tmp_path / "new")
    with pytest.raises(BackupError, match="damaged"):
        restore(settings, tmp_path / "damaged.zip")
    assert list(settings.home.iterdir()) == []


@pytest.mark.parametrize("length", [0.0, 0.5, 0.99])
def test_a_backup_that_broke_off_is_refused(backup: Path, tmp_path: Path, length: float) -> None:
    data = backup.read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: int(len(data) * length)])
    with pytest.raises(BackupError, match=r"half\.zip"):
        restore(settings_of(tmp_path / "new"), tmp_path / "half.zip")


def test_only_an_empty_home_is_restored_into(home: LivelyHome, backup: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        restore(home.settings, backup)


@pytest.mark.parametrize("name", ["home/../../out.txt", "/etc/out.txt", "out.txt", "home/..\\out.txt"])
def test_a_name_that_leads_outside_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(bad, "w") as target:
        manifest = json.loads(source.read("backup.json"))
        manifest["files"] = {name: {"size": 2, "sha256": "0" * 64, "changed": 0}}
        target.writestr(name, b"hi")
        target.writestr("backup.json", json.dumps(manifest))
    with pytest.raises(BackupError, match="outside"):
        restore(settings_of(tmp_path / "new"), bad)
    assert not list(tmp_path.rglob("out.txt"))


def test_a_backup_of_a_newer_segcore_is_refused(backup: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as target:
        manifest = json.loads(zipfile.ZipFile(backup).read("backup.json")) | {
            "files": {},
            "schema_version": CURRENT + 1,
        }
        target.writestr("backup.json", json.dumps(manifest))
    with pytest.raises(BackupError, match="newer segcore"):
        restore(settings_of(tmp_path / "new"), newer)


def test_room_is_looked_at_first(home: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1000, 990, 10))
    with pytest.raises(DiskFull, match=r"has 0\.0 GiB left"):
        make_backup(home.settings, tmp_path / "out.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(home: LivelyHome, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BackupError, match="disk does not do"):
        make_backup(home.settings, tmp_path / "file" / "out.zip")
    with pytest.raises(BackupError, match="disk does not do"):
        restore(settings_of(tmp_path / "file" / "home"), backup)
    assert not list(home.settings.home.glob(".backup-*"))


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


def test_artifacts_outside_of_the_home_come_along(tmp_path: Path, backup: Path) -> None:
    """Restored to a folder of their own, backed up from there, and restored into the home."""
    apart = Settings.from_env(
        {"SEGCORE_HOME": str(tmp_path / "a"), "SEGCORE_ARTIFACT_URI": (tmp_path / "art").as_uri()}
    )
    restore(apart, backup)
    assert sorted(p.name for p in (tmp_path / "art").iterdir()) == sorted(run.id for run in RunStore(apart).list())
    again = tmp_path / "again.zip"
    make_backup(apart, again)
    together = settings_of(tmp_path / "b")
    restore(together, again)
    store = RunStore(together)
    assert all(store.file(run.id, "config.json").is_relative_to(together.home) for run in store.list())


def test_a_fault_is_told_in_one_line(tmp_path: Path) -> None:
    env = os.environ | {"SEGCORE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "segcore", "restore", str(tmp_path / "none.zip")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [f"segcore: There is no file {tmp_path / 'none.zip'}. Check the path."]


def test_the_commands_say_what_they_did(home: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore import cli

    cli._attach()
    monkeypatch.setenv("SEGCORE_HOME", str(home.settings.home))
    done = CliRunner().invoke(cli.app, ["backup", str(tmp_path / "cli.zip"), "--json"])
    assert json.loads(done.stdout.splitlines()[-1])["path"] == str(tmp_path / "cli.zip")
    into = tmp_path / "into"
    done = CliRunner().invoke(cli.app, ["restore", str(tmp_path / "cli.zip"), "--into", str(into)])
    assert f"SEGCORE_HOME={into}" in done.stdout
    assert RunStore(settings_of(into)).get("done").state is RunState.FINISHED
