"""Row 35: a disk that turns read-only – what is there is shown as it is, and what cannot be written says so."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import good_folder

from segcore.cli import main
from segcore.datasets.store import DatasetStore
from segcore.errors import DiskFull, RunError, of_the_disk
from segcore.processes import this_host
from segcore.runs import RunState, RunStore
from segcore.runs.outcome import in_words
from segcore.runs.records import PROCESS, ProcessMark
from segcore.settings import Settings


def _mount(*options: str) -> bool:
    return subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0


@pytest.fixture
def frozen(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home with a dataset, a finished run and one whose process died, on a disk that then became read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not _mount("-t", "tmpfs", "-o", "size=50m", "tmpfs", str(disk)):
        pytest.skip("a disk may only be mounted by root")
    DatasetStore(home).import_path(good_folder(tmp_path / "in"), "good")
    store = RunStore(home)
    done = store.create("train", config={}, name="done")
    with store.writer(done.id) as writer:
        writer.log({"step/loss": 0.5}, 1)
    died = store.create("train", config={}, name="died")
    store.set_state(died.id, RunState.RUNNING)
    gone = ProcessMark(host=this_host(), pid=2**22 + 1, born=1.0, beat=0.0)
    store.set_tags(died.id, {PROCESS: gone.model_dump_json()})
    shutil.copytree(home.home, disk, dirs_exist_ok=True)  # as it is while a dashboard has its database open
    if not _mount("-o", "remount,ro", str(disk)):
        pytest.skip("this disk cannot be made read-only")
    monkeypatch.setenv("SEGCORE_HOME", str(disk))
    yield Settings.from_env()
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_h35_a_read_only_disk_shows_what_is_there_and_refuses_the_rest_in_words(
    frozen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = RunStore(frozen)
    assert {run.name: run.state for run in store.list()} == {
        "done": RunState.FINISHED,
        "died": RunState.INTERRUPTED,  # judged, though it cannot be written down
    }
    assert [p.value for p in store.history(store.get("done").id, "step/loss")] == [0.5]
    assert len(DatasetStore(frozen).open("good").pairs) == 4
    with pytest.raises(RunError, match="read-only"):
        store.create("train", config={})

    source = good_folder(tmp_path / "more")
    monkeypatch.setattr(sys, "argv", ["segcore", "dataset", "import", str(source), "--name", "more"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert "read-only" in told.lower()
    assert "Check SEGCORE_HOME" in told


def test_h35_a_full_or_closed_disk_is_told_in_words() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x.part")
    told = of_the_disk(full)
    assert isinstance(told, DiskFull)
    assert in_words(full) == "The disk is full (/data/x.part). Make room and try again."
    assert "Check SEGCORE_HOME" in str(of_the_disk(OSError(errno.EROFS, "Read-only file system")))
    assert of_the_disk(OSError(errno.ENOENT, "No such file")) is None
