"""Killed in the middle of an import: the dataset is absent or complete, and importing again works."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hostile_files import good_folder, good_zip

from segcore.datasets.drafts import Drafts
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError
from segcore.settings import Settings

_IMPORT = """
    import sys, time
    from segcore.datasets.store import DatasetStore
    from segcore.settings import Settings
    calls = 0
    def slow(done, total):
        global calls
        calls += 1
        print(calls, flush=True)
        if calls == int(sys.argv[2]):
            time.sleep(60)
    DatasetStore(Settings.from_env()).import_path(sys.argv[1], "d", on_progress=slow)
"""


@pytest.mark.parametrize("step", [2, 7, 12, 15])  # unpacking, looking, converting
def test_h07_kill_leaves_nothing_visible(home: Settings, tmp_path: Path, step: int) -> None:
    archive = good_zip(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_IMPORT), str(archive), str(step)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    while int(child.stdout.readline() or 10**6) < step:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    store = DatasetStore(home)
    assert store.names() == []
    assert len(list(store.root.iterdir())) == 1, "the killed import left its hidden folder"
    assert store.import_path(archive, "d").pairs == 4
    assert [p.name for p in store.root.iterdir()] == ["d"]


_DRAFT = """
    import os, signal, sys
    from segcore.datasets.drafts import Drafts
    from segcore.datasets.stages import Stages
    from segcore.settings import Settings
    def kill(done, total, stage):
        if stage == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)
    Drafts(Settings.from_env()).create(__import__("pathlib").Path(sys.argv[1]), on_progress=Stages(kill))
"""


@pytest.mark.parametrize("stage", ["unpacking", "looking at masks", "looking at frames", "drawing examples"])
def test_h07_a_killed_look_leaves_nothing_visible(home: Settings, tmp_path: Path, stage: str) -> None:
    archive = good_zip(tmp_path)
    command = [sys.executable, "-c", textwrap.dedent(_DRAFT), str(archive), stage]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    drafts = Drafts(home)
    assert drafts.waiting() == []
    assert len(list(drafts.root.iterdir())) == 1, "the killed look left its hidden folder"
    assert drafts.create(archive).frames == 4
    assert len(list(drafts.root.iterdir())) == 1, "it is gone"
    assert not home.datasets_dir.exists()


def test_h07_an_error_leaves_nothing(home: Settings, tmp_path: Path) -> None:
    root = good_folder(tmp_path / "in", 1)
    (root / "masks" / "a0.png").write_bytes(b"")
    store = DatasetStore(home)
    with pytest.raises(DatasetError, match=r"masks/a0\.png"):
        store.import_path(root, "d")
    assert list(store.root.iterdir()) == []
