"""docs/security.md lists every hazard; each row has tests that carry its number, and none is forgotten."""

from __future__ import annotations

import pytest
from hazard_table import HAZARDS, ROOT, ROWS, Row, names_of, table


def test_every_row_is_in_the_table_once() -> None:
    numbers = [row.number for row in table()]
    assert sorted(numbers) == sorted(ROWS)


@pytest.mark.parametrize("row", table(), ids=lambda row: f"h{row.number:02}")
def test_the_row_has_its_protection_and_its_tests(row: Row) -> None:
    assert (ROOT / row.protection).is_file(), f"{row.protection} is gone"
    assert row.files
    for file in row.files:
        assert (HAZARDS / file).is_file(), f"{file} is gone"
        assert names_of(row.number, HAZARDS / file), f"{file} holds no test_h{row.number:02}_…"


def test_every_file_of_a_row_is_in_the_table() -> None:
    told = {file for row in table() for file in row.files}
    assert told == {file.name for file in HAZARDS.glob("test_h*.py")}
