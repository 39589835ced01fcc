"""Cuts: for every hazard, changes of the source that take its protection away. tests/benchmarks/protections.py applies
them to a copy, one by one, and the row's tests must fail.

They are written down in protection_cuts.toml: `row`; `words`, what is cut; `file`, `old` (once in the file) and `new`;
`only`, a part of the names of the tests to run where others of the row are slow. Where two protections catch the same
hazard, either alone may go unnoticed, and `also` cuts the second one at once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Change:
    """`old`, which stands once in a file of the project, becomes `new`."""

    file: str
    old: str
    new: str

    def fits(self, root: Path) -> bool:
        """Whether the source still has what is to be cut, in one place."""
        path = root / self.file
        return path.is_file() and path.read_text("utf-8").count(self.old) == 1

    def apply(self, root: Path) -> None:
        """Change the file below `root`."""
        path = root / self.file
        path.write_text(path.read_text("utf-8").replace(self.old, self.new), "utf-8")


@dataclass(frozen=True)
class Cut:
    """What takes a row's protection away, and the tests that must notice."""

    row: int
    words: str
    changes: tuple[Change, ...]
    only: str = ""

    def misfits(self, root: Path) -> list[str]:
        """The changes that no longer match the source, in words."""
        return [f"{c.file}: {c.old.strip().splitlines()[0]}" for c in self.changes if not c.fits(root)]


def cuts() -> list[Cut]:
    """All of them, in the order of the list."""
    return [
        Cut(
            entry["row"],
            entry["words"],
            tuple(Change(part["file"], part["old"], part["new"]) for part in (entry, *entry.get("also", ()))),
            entry.get("only", ""),
        )
        for entry in tomllib.loads(LIST.read_text("utf-8"))["cut"]
    ]
