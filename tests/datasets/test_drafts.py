"""Drafts: looked at, shown, revised, imported or thrown away; datasets are untouched until the import."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_dataset import labels, pack, picture, write, write_folder

from segcore.classes import ClassTable
from segcore.datasets import drafts as module
from segcore.datasets.dataset import read_labels
from segcore.datasets.drafts import Drafts
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.repairs import Repairs
from segcore.datasets.stages import Stages
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError, DatasetNotFound
from segcore.settings import Settings


@pytest.fixture
def drafts(home: Settings) -> Drafts:
    return Drafts(home)


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*")) if folder.exists() else []


def test_a_zip_is_shown_with_legend_crops_and_previews(drafts: Drafts, home: Settings, tmp_path: Path) -> None:
    archive = pack(write_folder(tmp_path / "in"), tmp_path / "cups.zip")
    draft = drafts.create(archive)
    assert (draft.filename, draft.format, draft.frames) == ("cups.zip", "folders", 4)
    assert [c.format for c in draft.candidates] == ["folders"]
    assert draft.sizes == ((16, 12),)
    assert sum(row.share for row in draft.legend) == pytest.approx(1)
    assert [row.frames for row in draft.legend] == [4, 4, 4]
    folder = drafts.folder(draft.id)
    for row in draft.legend:
        assert len(row.crops) == 3
        for name in row.crops:
            with Image.open(folder / name) as crop:
                assert max(crop.size) <= 160
    assert len(draft.previews) == 4
    assert all((folder / name).is_file() for name in draft.previews)
    assert not home.datasets_dir.exists()
    assert drafts.open(draft.id) == draft


def test_a_folder_is_used_in_place(drafts: Drafts, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    draft = drafts.create(root, "From the server")
    assert draft.filename == "From the server"
    assert drafts.source(draft.id) == root
    assert not (drafts.folder(draft.id) / "unpacked").exists()
    drafts.discard(draft.id)
    assert len(list((root / "images").iterdir())) == 4, "the server's own folder stays"


def test_what_cannot_be_read_leaves_nothing(drafts: Drafts, tmp_path: Path) -> None:
    write(tmp_path / "in" / "holiday" / "a.png", picture())
    archive = pack(tmp_path / "in", tmp_path / "a.zip")
    with pytest.raises(DatasetError, match="holiday"):
        drafts.create(archive)
    assert _files(drafts.root) == []


def test_an_offer_is_taken_by_revising(drafts: Drafts, tmp_path: Path) -> None:
    root = tmp_path / "in"
    for number in range(3):
        write(root / "images" / f"f{number}.png", picture(number))
        write(root / "masks" / f"f{number}_L.png", labels(number))
    draft = drafts.create(root)
    assert (draft.frames, draft.classes, draft.legend) == (0, None, ())
    assert draft.error.startswith("No usable pair")
    assert draft.fix.startswith("Take one of the offers")
    revised = drafts.revise(draft.id, repairs=draft.offers[0].repairs)
    assert (revised.id, revised.created, revised.frames) == (draft.id, draft.created, 3)
    assert (revised.error, revised.offers) == ("", ())
    assert drafts.open(draft.id) == revised


def test_offers_keep_what_was_taken_before(drafts: Drafts, tmp_path: Path) -> None:
    """A stray label and a small mask: both offers together mend both."""
    root = write_folder(tmp_path / "in")
    stray = labels(1)
    stray[0, 0] = 200
    write(root / "masks" / "f_1.png", stray)
    write(root / "masks" / "f_2.png", labels(2)[::2, ::2])
    draft = drafts.create(root)
    assert (draft.frames, len(draft.problems)) == (2, 2)
    while draft.offers:
        draft = drafts.revise(draft.id, repairs=draft.offers[0].repairs)
    assert (draft.repairs.unknown_ignore, draft.repairs.resize_masks) == (True, True)
    assert (draft.frames, draft.problems) == (4, ())


def test_a_revision_that_fails_leaves_the_draft_as_it_was(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.create(pack(write_folder(tmp_path / "in"), tmp_path / "a.zip"))
    before = _files(drafts.root)
    with pytest.raises(DatasetError):
        drafts.revise(draft.id, repairs=Repairs(encoding="palette"))
    with pytest.raises(DatasetError):
        drafts.revise(draft.id, format="no such format")
    assert drafts.open(draft.id) == draft
    assert _files(drafts.root) == before


def test_old_pictures_go_but_those_of_the_look_before_stay(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.create(write_folder(tmp_path / "in"))
    for _ in range(3):
        before, draft = draft, drafts.revise(draft.id)
    folder = drafts.folder(draft.id)
    assert len(list(folder.glob("look_*"))) == 2
    assert all((folder / name).is_file() for name in (*before.previews, *draft.previews))


def test_several_formats_are_asked_and_not_guessed(drafts: Drafts, store: DatasetStore, tmp_path: Path) -> None:
    """images/ with labels/ that hold both masks and YOLO's text files."""
    root = tmp_path / "in"
    for number in range(3):
        write(root / "images" / f"f{number}.png", picture(number))
        write(root / "labels" / f"f{number}.png", labels(number))
        (root / "labels" / f"f{number}.txt").write_text("0 0.1 0.1 0.9 0.1 0.9 0.9\n")
    draft = drafts.create(root)
    assert draft.format is None
    assert {c.format for c in draft.candidates} == {"folders", "yolo"}
    with pytest.raises(DatasetError, match="several ways"):
        store.import_draft(draft.id, "d")
    assert drafts.revise(draft.id, format="folders").format == "folders"
    assert drafts.revise(draft.id).format == "folders", "what was chosen stays chosen"
    assert store.import_draft(draft.id, "d").pairs == 3


def test_importing_with_the_users_classes_ends_the_draft(drafts: Drafts, store: DatasetStore, tmp_path: Path) -> None:
    draft = drafts.create(pack(write_folder(tmp_path / "in"), tmp_path / "a.zip"))
    mapping = ClassMapping(classes=ClassTable.of(["table", "things"]), target=(0, 1, 1))
    report = store.import_draft(draft.id, "d", Repairs(mapping=mapping))
    assert report.classes.names == ["table", "things"]
    assert (read_labels(store.open("d").pairs[0]) == np.array([0, 1, 1])[labels(0)]).all()
    with pytest.raises(DatasetNotFound):
        drafts.open(draft.id)
    assert _files(drafts.root) == []


def test_a_failed_import_keeps_the_draft(drafts: Drafts, store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    draft = drafts.create(root)
    store.import_path(root, "taken")
    with pytest.raises(DatasetError, match="already"):
        store.import_draft(draft.id, "taken")
    assert drafts.open(draft.id) == draft


@pytest.mark.parametrize("strange", ["", "..", "../../etc", "0" * 16, "g" * 16])
def test_ids_are_ids_and_no_paths(drafts: Drafts, strange: str) -> None:
    for use in (drafts.open, drafts.folder, drafts.source, drafts.revise):
        with pytest.raises(DatasetNotFound):
            use(strange)
    drafts.discard(strange)


def test_drafts_of_yesterday_are_swept(drafts: Drafts, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    old, young = drafts.create(root), drafts.create(root)
    past = time.time() - 25 * 3600
    os.utime(drafts.folder(old.id) / "draft.json", (past, past))
    drafts.sweep()
    assert [draft.id for draft in drafts.waiting()] == [young.id]


def test_large_sets_are_sampled_and_say_so(drafts: Drafts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from segcore.datasets.drafts import inspection

    monkeypatch.setattr(inspection, "MOST_FRAMES", 3)
    draft = drafts.create(write_folder(tmp_path / "in", 9))
    assert draft.frames == 9
    assert any("3 frames out of 9" in note for note in draft.notes)
    assert [row.frames for row in draft.legend] == [9, 9, 9], "the reader counted all masks"


def test_progress_names_its_stages(drafts: Drafts, tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    archive = pack(write_folder(tmp_path / "in"), tmp_path / "a.zip")
    drafts.create(archive, on_progress=Stages(lambda *step: steps.append(step)))
    names = [name for i, (_, _, name) in enumerate(steps) if i == 0 or steps[i - 1][2] != name]
    assert names == ["unpacking", "looking at masks", "looking at frames", "drawing examples"]
    assert all(0 < done <= total for done, total, _ in steps)
    assert len([name for name in _files(drafts.root) if module._DRAFT in name]) == 1
