"""Class mappings: each edit by hand, and that edits act on labels as they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.mapping import (
    ClassMapping,
    background,
    caught_up,
    drop,
    merge,
    recolor,
    rename,
    rename_all,
    reorder,
    repaint,
)
from segcore.errors import DatasetError

PLAIN = ClassMapping.identity(ClassTable.of(["table", "cat", "dog", "cup"]))


def test_identity_moves_nothing() -> None:
    assert not PLAIN.moves
    assert PLAIN.table()[:4].tolist() == [0, 1, 2, 3]
    assert (PLAIN.table()[4:] == IGNORE).all()


def test_rename_and_recolor_move_nothing() -> None:
    changed = recolor(rename(PLAIN, 1, " lion "), 2, "#ABCDEF")
    assert changed.classes.names == ["table", "lion", "dog", "cup"]
    assert changed.classes[2].color == "#abcdef"
    assert not changed.moves
    assert repaint(PLAIN, ["#000001"] * 4).classes[3].color == "#000001"
    assert rename_all(PLAIN, ["cat", "table", "dog", "cup"]).classes.names == ["cat", "table", "dog", "cup"]


def test_merge() -> None:
    merged = merge(PLAIN, [1, 3], 2)
    assert merged.classes.names == ["table", "dog"]
    assert merged.target == (0, 1, 1, 1)
    assert merged.classes[1].color == PLAIN.classes[2].color
    assert merge(PLAIN, [2], 2) == PLAIN
    assert merge(merged, [1], 0).target == (0, 0, 0, 0)


def test_drop() -> None:
    assert drop(PLAIN, 1).target == (0, 255, 1, 2)
    assert drop(PLAIN, 1).classes.names == ["table", "dog", "cup"]
    assert drop(PLAIN, 3).moves
    last = ClassMapping.identity(ClassTable.of(["one"]))
    with pytest.raises(DatasetError, match="last class"):
        drop(last, 0)


def test_reorder_and_background() -> None:
    turned = reorder(PLAIN, [3, 0, 1, 2])
    assert turned.classes.names == ["cup", "table", "cat", "dog"]
    assert turned.target == (1, 2, 3, 0)
    assert background(PLAIN, 2).target == (1, 2, 0, 3)
    assert background(PLAIN, 0) == PLAIN
    assert reorder(turned, [1, 2, 3, 0]) == PLAIN


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (lambda: rename(PLAIN, 9, "x"), "No class 9"),
        (lambda: rename(PLAIN, 1, "dog"), "dog"),
        (lambda: rename(PLAIN, 1, "  "), "changed"),
        (lambda: rename_all(PLAIN, ["a"]), "4 names"),
        (lambda: recolor(PLAIN, 1, "red"), "#rrggbb"),
        (lambda: repaint(PLAIN, ["#000000"]), "4 colours"),
        (lambda: merge(PLAIN, [1], 4), "No class 4"),
        (lambda: drop(PLAIN, -1), "No class -1"),
        (lambda: reorder(PLAIN, [0, 1, 2]), "each class once"),
        (lambda: reorder(PLAIN, [0, 1, 2, 2]), "each class once"),
    ],
)
def test_what_cannot_be(edit: Callable[[], ClassMapping], word: str) -> None:
    with pytest.raises(DatasetError, match=word):
        edit()


def test_targets_beyond_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[4\]"):
        ClassMapping(classes=PLAIN.classes, target=(0, 4))


def test_an_earlier_mapping_learns_labels_that_came_since() -> None:
    now = ClassMapping(classes=ClassTable.of(["table", "animal", "cup", "goat"]), target=(0, 1, 1, 2, 3, 255, 1))
    old = caught_up(PLAIN, now)
    assert old.classes.names == ["table", "cat", "dog", "cup", "goat", "animal"]
    assert old.target == (0, 1, 2, 3, 4, 255, 5)
    assert caught_up(PLAIN, PLAIN) == PLAIN


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_edits_follow_names(data: st.DataObject) -> None:
    """Whatever is done, a label that keeps its class comes out under that class's name, the others are ignored."""
    mapping, meant = PLAIN, dict(enumerate(PLAIN.classes.names))
    for _ in range(data.draw(st.integers(1, 5))):
        count = len(mapping.classes)
        chosen = data.draw(st.integers(0, count - 1))
        name = mapping.classes[chosen].name
        kind = data.draw(st.sampled_from(["merge", "drop", "reorder"]))
        if kind == "merge":
            into = data.draw(st.integers(0, count - 1))
            meant = {k: mapping.classes[into].name if v == name else v for k, v in meant.items()}
            mapping = merge(mapping, [chosen], into)
        elif kind == "drop" and count > 1:
            meant = {k: v for k, v in meant.items() if v != name}
            mapping = drop(mapping, chosen)
        else:
            mapping = reorder(mapping, data.draw(st.permutations(range(count))))
    out = mapping.table()[np.arange(4)]
    assert {i: mapping.classes[c].name for i, c in enumerate(out.tolist()) if c != IGNORE} == meant
