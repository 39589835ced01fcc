"""README.txt of a ZIP to take along. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from segcore import __version__
from segcore.parcel.entries import Entry
from segcore.report.facts import Facts
from segcore.report.provenance import command, made_on, title_of

_WIDTH = 100


def readme(facts: Facts, found: Sequence[Entry]) -> str:
    """What each file is, how to open it in Python, how to make it again."""
    lines = [
        f"{title_of(facts)}, segmented by segcore {__version__}, {made_on(facts.summary)}",
        "",
        "Begin with report.html or report.pdf." if any(e.name == "report.html" for e in found) else "",
        "Lengths are pixels of the video's frames, areas square pixels, times seconds, shares and probabilities 0 to 1.",
        "",
        "FILES",
        "",
    ]
    wide = max(len(entry.name) for entry in found) + 2
    for entry in sorted(found, key=lambda one: (one.name.count("/") > 0, one.name.rpartition("/")[0])):
        lines += textwrap.wrap(
            entry.told,
            max(_WIDTH, wide + 40),
            initial_indent=entry.name.ljust(wide),
            subsequent_indent=" " * wide,
            break_long_words=False,
        )
    if any(entry.name == "tables/ledger.parquet" for entry in found):
        lines += ["", "IN PYTHON (pip install segcore)", "", "    import segcore.results", ""]
        lines += ['    result = segcore.results.load("this.zip")', "    result.ledger, result.tracks, result.events"]
    lines += ["", "TO MAKE IT AGAIN", "", f"    {command(facts)}", ""]
    return "\n".join(lines)
