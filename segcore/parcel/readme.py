"""README.txt of a ZIP to take along. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from segcore import __version__
from segcore.parcel.entries import Entry
from segcore.report.facts import Facts
from segcore.report.provenance import command, made_on, title_of

_WIDTH = 70


def readme(facts: Facts, found: Sequence[Entry]) -> str:
    """What each file is, how to open it in Python, how to make it again."""
    lines = [
        f"{title_of(facts)}, segmented by segcore {__version__}, {made_on(facts.summary)}",
        "",
        "Begin with report.html or report.pdf." if any(e.name == "report.html" for e in found) else "",
        "Lengths are pixels of the video's frames, areas square pixels, times seconds; shares run from 0 to 1.",
        "",
        "FILES",
        "",
    ]
    named = _grouped(found)
    wide = max(map(len, named)) + 2
    for name, told in named.items():
        lines += textwrap.wrap(
            told, wide + _WIDTH, initial_indent=name.ljust(wide), subsequent_indent=" " * wide, break_long_words=False
        )
    if any(entry.name == "tables/ledger.parquet" for entry in found):
        lines += ["", "IN PYTHON", "", "    import segcore.results", ""]
        lines += ['    result = segcore.results.load("this.zip")', "    result.ledger, result.tracks, result.events"]
    lines += ["", "TO MAKE IT AGAIN", "", f"    {command(facts)}", ""]
    return "\n".join(lines)


def _grouped(found: Sequence[Entry]) -> dict[str, str]:
    """Name → what it is; what says the same in several formats is one: "tables/ledger .parquet .csv .json"."""
    endings: dict[tuple[str, str], list[str]] = {}
    for entry in sorted(found, key=lambda one: ("/" in one.name, one.name.rpartition("/")[0])):
        stem, _, ending = entry.name.partition(".")
        endings.setdefault((stem, entry.told), []).append(f".{ending}")
    return {f"{stem}{' ' if len(kinds) > 1 else ''}{' '.join(kinds)}": told for (stem, told), kinds in endings.items()}
