"""Corrections stay with their result: kept, changed, listed, taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from segcore.access import Person, Role, acting_as
from segcore.classes import ClassTable
from segcore.corrections.kept import Corrections, Note
from segcore.errors import AccessError, InvalidMask, RunError
from segcore.runs import RunStore

CLASSES = ClassTable.of(["background", "mouse", "медведь"], ["#000000", "#ff0000", "#00ff00"])
LABELS = (np.arange(12 * 16).reshape(12, 16) % 3).astype(np.uint8)
LABELS[0] = 255


def note(frame: int) -> Note:
    return Note(frame=frame, time_s=frame / 10, stem=f"clip_f{frame:06d}", classes=CLASSES)


def test_a_correction_comes_back_to_the_pixel(store: RunStore, result: str, picture: Path) -> None:
    with acting_as(Person("ana@lab.org", role=Role.EDITOR)):
        kept = Corrections(store, result).keep(note(3), LABELS, picture)
    (again,) = Corrections(RunStore(store.settings), result).all()  # another process
    assert again == kept
    assert np.array_equal(again.labels(), LABELS)
    assert again.image.read_bytes() == picture.read_bytes()
    assert again.note == note(3).model_copy(update={"by": "ana@lab.org", "when": again.note.when})
    assert datetime.fromisoformat(again.note.when).tzinfo


def test_the_later_one_counts_and_frames_are_in_order(store: RunStore, result: str, picture: Path) -> None:
    corrections = Corrections(store, result)
    first = corrections.keep(note(12), LABELS, picture)
    corrections.keep(note(2), LABELS, picture)
    second = corrections.keep(note(12), np.zeros_like(LABELS), picture)
    assert first.version != second.version
    assert [one.note.frame for one in corrections.all()] == [2, 12]
    found = corrections.of(12)
    assert found is not None
    assert not found.labels().any()


def test_what_was_taken_back_is_gone_and_can_come_again(store: RunStore, result: str, picture: Path) -> None:
    corrections = Corrections(store, result)
    corrections.keep(note(5), LABELS, picture)
    corrections.take_back(5)
    assert corrections.of(5) is None
    assert corrections.all() == []
    corrections.keep(note(5), LABELS, picture)
    assert [one.note.frame for one in corrections.all()] == [5]


def test_classes_that_there_are_not_are_refused(store: RunStore, result: str, picture: Path) -> None:
    with pytest.raises(InvalidMask, match="Received: 3"):
        Corrections(store, result).keep(note(1), np.full((12, 16), 3, np.uint8), picture)
    assert Corrections(store, result).all() == []


def test_whoever_may_only_look_keeps_and_takes_back_nothing(store: RunStore, result: str, picture: Path) -> None:
    corrections = Corrections(store, result)
    corrections.keep(note(1), LABELS, picture)
    with acting_as(Person("vera@lab.org", role=Role.VIEWER)):
        assert [one.note.frame for one in corrections.all()] == [1]
        with pytest.raises(AccessError):
            corrections.keep(note(2), LABELS, picture)
        with pytest.raises(AccessError):
            corrections.take_back(1)
    assert [one.note.frame for one in corrections.all()] == [1]


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_file_is_named(store: RunStore, result: str, picture: Path, content: bytes) -> None:
    corrections = Corrections(store, result)
    corrections.keep(note(1), LABELS, picture)
    store.put_file(result, "corrections/000001.png", content)
    with pytest.raises(RunError, match=r"corrections/000001\.png is damaged"):
        corrections.all()
