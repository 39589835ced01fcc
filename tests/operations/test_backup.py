"""A backup of a home at work, restored elsewhere: everything is there, fits, and goes on."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from lively_home import LivelyHome, best_fits, config_of, settings_of
from typer.testing import CliRunner

from segcore.backup import make_backup, making, restore
from segcore.backup.frozen import freeze
from segcore.datasets.store import DatasetStore
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.runs import RunState, RunStore
from segcore.schema import CURRENT
from segcore.settings import Settings
from segcore.upkeep.bin import Bin


@pytest.fixture(scope="module")
def restored(lively_backup: Path, tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """The store of a home that was made of it in another place."""
    settings = settings_of(tmp_path_factory.mktemp("elsewhere") / "new-home")
    made = restore(settings, lively_backup)
    assert made.interrupted == ("busy",)
    return RunStore(settings)


def test_datasets_runs_and_their_files_are_back_in_the_new_place(lively: LivelyHome, restored: RunStore) -> None:
    dataset = DatasetStore(restored.settings).open("bars")
    assert dataset.content_hash == DatasetStore(lively.settings).open("bars").content_hash
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
    assert best_fits(restored, lively.finished)
    assert json.loads((restored.settings.home / "schema.json").read_text())["version"] == CURRENT


def test_a_training_that_was_at_work_has_weights_that_fit_and_can_go_on(lively: LivelyHome, restored: RunStore) -> None:
    run = restored.get(lively.at_work)
    assert "backup" in run.reason
    assert best_fits(restored, lively.at_work)
    points = restored.history(lively.at_work, "step/loss")
    assert points == lively.store.history(lively.at_work, "step/loss")[: len(points)]
    restored.requeue(lively.at_work)
    with restored.writer(lively.at_work) as writer:
        writer.log({"step/loss": 0.01}, 1000)
    assert restored.get(lively.at_work).state is RunState.FINISHED
    assert restored.history(lively.at_work, "step/loss")[-1].step == 1000


def test_uploads_are_found_by_the_runs_that_use_them_and_look_as_old_as_they_are(
    lively: LivelyHome, restored: RunStore
) -> None:
    clip = Path(config_of(restored, lively.video)["video"])
    assert clip == restored.settings.uploads_dir / "ab" / "clip.mp4"
    assert clip.read_bytes() == b"a film"
    original = Path(config_of(lively.store, lively.video)["video"])
    assert clip.stat().st_mtime_ns == original.stat().st_mtime_ns
    assert (restored.work(lively.video) / "chunk-000000" / "record.json").is_file()


def test_new_work_is_kept_in_the_new_home(restored: RunStore) -> None:
    run = restored.create("train", config={}, name="fresh")
    with restored.writer(run.id) as writer:
        writer.put_file("note.txt", b"here")
    assert restored.file(run.id, "note.txt").is_relative_to(restored.settings.home)


def test_what_can_be_made_anew_and_what_is_half_made_is_left_out(lively_backup: Path) -> None:
    names = zipfile.ZipFile(lively_backup).namelist()
    assert names[-1] == "backup.json"
    assert not [n for n in names if "cache" in n or "staging" in n or "lock" in n or "watched" in n]
    assert names.count("database/mlflow.db") == 1
    assert lively_backup.stat().st_mode & 0o077 == 0
    assert not list(lively_backup.parent.glob(".*"))


def test_weights_that_change_between_database_and_files_are_taken_again(
    lively: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def freeze_late(settings: Settings, folder: Path, *, uploads: bool) -> list[tuple[str, Path]]:
        nonlocal calls
        calls += 1
        if calls == 1:  # between the copy of the database and that of the files
            lively.store.put_file(run.id, BEST_WEIGHTS, b"new")
            lively.store.set_tags(run.id, {SHA256_TAG: hashlib.sha256(b"new").hexdigest()})
        return freeze(settings, folder, uploads=uploads)

    monkeypatch.setattr(making, "freeze", freeze_late)
    run = lively.store.create("train", config={}, name="restless")
    lively.store.put_file(run.id, BEST_WEIGHTS, b"old")
    lively.store.set_tags(run.id, {SHA256_TAG: hashlib.sha256(b"old").hexdigest()})
    made = make_backup(lively.settings, tmp_path / "twice.zip")
    lively.store.set_state(run.id, RunState.CANCELLED)
    assert (calls, made.active) == (2, ("restless",))
    into = settings_of(tmp_path / "into")
    restore(into, made.path)
    assert best_fits(RunStore(into), run.id)


def test_what_was_deleted_can_be_taken_back_in_the_new_home(lively: LivelyHome, tmp_path: Path) -> None:
    datasets = DatasetStore(lively.settings)
    copy = tmp_path / "copy.zip"
    datasets.export("bars", copy)
    datasets.import_path(copy, "wanted")
    content = datasets.open("wanted").content_hash
    result = lively.store.create("segment", config={}, name="wanted-film")
    lively.store.put_file(result.id, "overlay.mp4", b"seen")
    lively.store.set_state(result.id, RunState.FINISHED)
    bin_here = Bin(datasets, lively.store)
    bin_here.delete_dataset("wanted")
    lively.store.delete(result.id)
    made = make_backup(lively.settings, tmp_path / "bin.zip")
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
    lively: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets, calls = DatasetStore(lively.settings), 0
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
    made = make_backup(lively.settings, tmp_path / "home.zip")
    names = [n for n in zipfile.ZipFile(made.path).namelist() if n.endswith("/dataset.yaml")]
    Bin(datasets, lively.store).purge("fleeting")
    assert calls == 2
    assert [".bin/" in name for name in sorted(names)] == [True, False]  # fleeting in the bin, bars beside it


def test_uploads_can_be_left_out(lively: LivelyHome, tmp_path: Path) -> None:
    made = make_backup(lively.settings, tmp_path / "small.zip", uploads=False)
    assert made.without == ("uploaded videos",)
    assert not [n for n in zipfile.ZipFile(made.path).namelist() if "uploads" in n]


def test_artifacts_outside_of_the_home_come_along(tmp_path: Path, lively_backup: Path) -> None:
    """Restored to a folder of their own, backed up from there, and restored into the home."""
    apart = Settings.from_env(
        {"SEGCORE_HOME": str(tmp_path / "a"), "SEGCORE_ARTIFACT_URI": (tmp_path / "art").as_uri()}
    )
    restore(apart, lively_backup)
    assert sorted(p.name for p in (tmp_path / "art").iterdir()) == sorted(run.id for run in RunStore(apart).list())
    again = tmp_path / "again.zip"
    make_backup(apart, again)
    together = settings_of(tmp_path / "b")
    restore(together, again)
    store = RunStore(together)
    assert all(store.file(run.id, "config.json").is_relative_to(together.home) for run in store.list())


def test_the_commands_say_what_they_did(lively: LivelyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore import cli

    cli._attach()
    monkeypatch.setenv("SEGCORE_HOME", str(lively.settings.home))
    done = CliRunner().invoke(cli.app, ["backup", str(tmp_path / "cli.zip"), "--json"])
    assert json.loads(done.stdout.splitlines()[-1])["path"] == str(tmp_path / "cli.zip")
    into = tmp_path / "into"
    done = CliRunner().invoke(cli.app, ["restore", str(tmp_path / "cli.zip"), "--into", str(into)])
    assert f"SEGCORE_HOME={into}" in done.stdout
    assert RunStore(settings_of(into)).get("done").state is RunState.FINISHED
