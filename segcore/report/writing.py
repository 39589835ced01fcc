"""The report of a result as files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from segcore.report.charts.of_result import charts
from segcore.report.charts.paper import Chart
from segcore.report.content import document_of
from segcore.report.facts import Facts
from segcore.report.html import html_of

Kind = Literal["html", "pdf"]
KINDS: tuple[Kind, ...] = ("html", "pdf")
Step = Callable[[int, int], None]


def write_report(
    facts: Facts,
    folder: Path,
    kinds: Sequence[Kind] = KINDS,
    *,
    drawings: Sequence[Chart] | None = None,
    on_progress: Step = lambda _done, _all: None,
) -> list[Path]:
    """Write report.html and report.pdf; each appears when it is whole.

    Args:
        facts: of the result.
        folder: made where it is not there.
        kinds: which of them.
        drawings: the charts, where they are drawn already.
        on_progress: called with (steps done, steps in all).

    Returns:
        The files, in the order of `kinds`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    steps = 2 + len(kinds)
    on_progress(0, steps)
    drawn = charts(facts) if drawings is None else drawings
    on_progress(1, steps)
    document = document_of(facts, drawn)
    written = []
    for number, kind in enumerate(kinds, 2):
        on_progress(number, steps)
        target = folder / f"report.{kind}"
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            if kind == "html":
                partial.write_text(html_of(document), "utf-8")
            else:
                from segcore.report.pdf import pdf_of

                partial.write_bytes(pdf_of(document))
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        written.append(target)
    on_progress(steps, steps)
    return written
