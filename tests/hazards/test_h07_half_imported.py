"""Killed in the middle of an import: the dataset is absent or complete, and importing again works."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hostile_files import good_folder, good_zip

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


@pytest.mark.parametrize("step", [2, 7, 12])
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


def test_h07_an_error_leaves_nothing(home: Settings, tmp_path: Path) -> None:
    root = good_folder(tmp_path / "in", 1)
    (root / "masks" / "a0.png").write_bytes(b"")
    store = DatasetStore(home)
    with pytest.raises(DatasetError, match=r"masks/a0\.png"):
        store.import_path(root, "d")
    assert list(store.root.iterdir()) == []
