"""The table of hazards in docs/security.md, and the tests that carry a row's number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HAZARDS = ROOT / "tests" / "hazards"
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
    """The tests of a file that carry a row's number, by their whole names: `test_h40_h41_…` carries two."""
    found = re.findall(r"^def (test_(?:h\d\d_)+\w*)", file.read_text("utf-8"), re.MULTILINE)
    return [name for name in found if f"h{number:02}_" in name]
