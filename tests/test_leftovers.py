"""What killed processes left goes; what is being written, or is needed to go on, stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from segcore import leftovers
from segcore.settings import Settings

LEFT = (
    "artifacts/a/artifacts/weights/.best.npz.k3x_9a0b",
    "artifacts/a/artifacts/.overlay.mp4.4711.part",
    "artifacts/a/artifacts/.segcore~host~1~1~aa/chunk/x",
    "drafts/d/draft.json.0a1b2c3d.new",
    "uploads/0123abcd/export.zip",
    "uploads/.film.mp4.part",
)
KEPT = (
    "artifacts/a/artifacts/weights/best.npz",
    "artifacts/a/artifacts/.watched",
    "artifacts/a/artifacts/.hidden",
    "drafts/d/draft.json",
    "uploads/0123-film.mp4",
    "work/a/chunk-000000/record.json",
    "datasets/d/images/a.part",
)


@pytest.fixture
def place(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home, with all of these files; the system's temporary files are elsewhere."""
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    for name in (*LEFT, *KEPT):
        (home.home / name).parent.mkdir(parents=True, exist_ok=True)
        (home.home / name).write_bytes(b"x")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "segcore-job-x.log").touch()
    return home.home


def _there(place: Path) -> set[str]:
    return {name for name in (*LEFT, *KEPT) if (place / name).exists()}


def test_nothing_of_today_is_touched(home: Settings, place: Path) -> None:
    assert leftovers.clear(home) == []
    assert _there(place) == {*LEFT, *KEPT}


def test_what_was_not_written_to_for_a_day_goes(home: Settings, place: Path, tmp_path: Path) -> None:
    gone = leftovers.clear(home, now=time.time() + leftovers.DAY_S + 60)
    assert len(gone) == len(LEFT) + 1
    assert _there(place) == set(KEPT)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_folders_of_dead_processes_go_at_once(home: Settings, place: Path) -> None:
    dead = place / "datasets" / f".staging~{os.uname().nodename.replace('.', '')}~4194303~1~aaaa"
    dead.mkdir()
    assert leftovers.clear(home) == [dead]
    assert _there(place) == {*LEFT, *KEPT}
