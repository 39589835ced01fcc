"""docs/security.md lists every hazard; each row has tests that carry its number, and none is forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS = {*range(1, 29), *range(30, 43), 44, 45}
"""The numbers that hazards have; 29 and 43 were never given."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    number: int
    protection: str
    files: tuple[str, ...]


def table() -> list[Row]:
    """The rows of the last table of docs/security.md."""
    rows = []
    for line in (ROOT / "docs" / "security.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            rows.append(Row(int(cells[0]), cells[2].strip("`"), tuple(re.findall(r"`(.+?)`", cells[3]))))
    return rows


def names_of(number: int, file: Path) -> list[str]:
    """The tests of a file that carry a row's number: `test_h40_h41_…` carries two."""
    found = re.findall(r"^def (test_(?:h\d\d_)+)", file.read_text("utf-8"), re.MULTILINE)
    return [name for name in found if f"h{number:02}_" in name]


def test_every_row_is_in_the_table_once() -> None:
    numbers = [row.number for row in table()]
    assert sorted(numbers) == sorted(ROWS)


@pytest.mark.parametrize("row", table(), ids=lambda row: f"h{row.number:02}")
def test_the_row_has_its_protection_and_its_tests(row: Row) -> None:
    assert (ROOT / row.protection).is_file(), f"{row.protection} is gone"
    assert row.files
    for file in row.files:
        assert (HERE / file).is_file(), f"{file} is gone"
        assert names_of(row.number, HERE / file), f"{file} holds no test_h{row.number:02}_…"


def test_every_file_of_a_row_is_in_the_table() -> None:
    told = {file for row in table() for file in row.files}
    assert told == {file.name for file in HERE.glob("test_h*.py")}
