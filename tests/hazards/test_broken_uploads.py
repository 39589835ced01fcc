"""Every kind of broken upload, by the store, by a draft and by the command line: file, fault, fix – and no trace."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from broken_uploads import BROKEN, BrokenUpload
from hostile_files import files_below

from segcore.cli import main
from segcore.datasets.drafts import Drafts
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError
from segcore.settings import Settings

each = pytest.mark.parametrize("broken", BROKEN, ids=[b.name for b in BROKEN])


def _told(text: str, broken: BrokenUpload) -> None:
    for words in (broken.file, broken.fault, broken.fix):
        assert words in text


@each
def test_the_store_names_file_fault_and_fix_and_leaves_nothing(
    home: Settings, tmp_path: Path, broken: BrokenUpload
) -> None:
    store = DatasetStore(home)
    with pytest.raises(DatasetError) as caught:
        store.import_path(broken.build(tmp_path), "d", strict=True)
    _told(str(caught.value), broken)
    assert files_below(home.home) in ([], ["datasets"])


@each
def test_the_command_line_says_it_in_one_line(
    home: Settings,
    tmp_path: Path,
    broken: BrokenUpload,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(broken.build(tmp_path))
    monkeypatch.setattr(
        sys, "argv", ["segcore", "dataset", "import", path, "--name", "d", "--strict", "--json", "--progress-json"]
    )
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    _told(lines[-1], broken)
    assert all(set(json.loads(line)) == {"done", "total", "stage"} for line in lines[:-1])
    assert files_below(home.datasets_dir) == []
    assert {path.name for path in home.home.iterdir()} <= {"datasets", "logs", "schema.json", "schema.lock"}


@each
def test_a_draft_names_file_fault_and_fix_and_is_thrown_away(
    home: Settings, tmp_path: Path, broken: BrokenUpload
) -> None:
    drafts = Drafts(home)
    archive = broken.build(tmp_path)
    if broken.whole:
        with pytest.raises(DatasetError) as caught:
            drafts.create(archive)
        _told(str(caught.value), broken)
    else:
        draft = drafts.create(archive)
        assert draft.frames >= 3
        assert [p for p in draft.problems if broken.file in p.file and broken.fault in p.fault and broken.fix in p.fix]
        drafts.discard(draft.id)
    assert files_below(home.home) in ([], ["drafts"])


@pytest.mark.parametrize("broken", [b for b in BROKEN if not b.whole], ids=[b.name for b in BROKEN if not b.whole])
def test_the_rest_can_be_used(home: Settings, tmp_path: Path, broken: BrokenUpload) -> None:
    report = DatasetStore(home).import_path(broken.build(tmp_path), "d")
    assert report.pairs == 3
    assert any(broken.file in p.file for p in report.problems)
    assert all(p.fix for p in report.problems)


def test_there_are_at_least_fifteen_kinds() -> None:
    assert len({b.name for b in BROKEN}) == len(BROKEN) >= 15
