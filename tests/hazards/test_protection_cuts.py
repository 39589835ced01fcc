"""The list of cuts is in step with source and docs/protections.md; tests/benchmarks/protections.py makes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hazard_table import HAZARDS, ROOT, ROWS, names_of, table
from protection_cuts import Change, Cut, cuts

CUTS = cuts()


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: f"h{cut.row:02} {cut.words}")
def test_what_is_cut_stands_once_in_the_source(cut: Cut) -> None:
    assert cut.misfits(ROOT) == [], "the source has changed: change tests/protection_cuts.toml with it"
    assert all(change.old != change.new for change in cut.changes)
    files = next(row.files for row in table() if row.number == cut.row)
    assert any(cut.only in name for file in files for name in names_of(cut.row, HAZARDS / file))


def test_every_row_has_a_cut_and_none_is_there_twice() -> None:
    assert {cut.row for cut in CUTS} == ROWS
    assert len({(cut.row, cut.words) for cut in CUTS}) == len(CUTS)


def test_the_document_names_every_cut_and_tests_that_there_are() -> None:
    text = (ROOT / "docs" / "protections.md").read_text("utf-8")
    told = re.findall(r"^\| (\d+) \| (.+) \| (`\w+`|–) \|$", text, re.MULTILINE)
    assert [(int(row), words) for row, words, _ in told] == [(cut.row, cut.words) for cut in CUTS]
    files = {row.number: row.files for row in table()}
    for row, _, test in told:
        there = [name for file in files[int(row)] for name in names_of(int(row), HAZARDS / file)]
        assert test == "–" or test.strip("`") in there, f"{test} is gone"


def test_a_change_of_text_that_is_gone_or_there_twice_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one two two", "utf-8")
    fits = [Change("a.py", old, "").fits(tmp_path) for old in ("one", "two", "three")]
    assert fits == [True, False, False]
    assert not Change("b.py", "one", "").fits(tmp_path)
    Change("a.py", "one", "zero").apply(tmp_path)
    assert (tmp_path / "a.py").read_text("utf-8") == "zero two two"
