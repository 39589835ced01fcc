"""The two results of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pages.common import cached, cached_runs
from pages.results.class_table import classes_of
from segcore.classes import ClassTable, SegClass
from segcore.knowledge.frame_times import FrameTimes
from segcore.runs import Run


@dataclass(frozen=True)
class Side:
    """One of the two."""

    run: Run
    ledger: pd.DataFrame
    classes: ClassTable
    times: FrameTimes
    start: float
    """Seconds of the source at which its video begins."""


def side_of(run: Run) -> Side:
    """A result as it is compared.

    Raises:
        RunError: its files are not there.
    """
    path, _ = (cached.runs().file(run.id, name) for name in ("ledger.parquet", "overlay.mp4"))
    ledger = cached_runs.ledger(str(path), path.stat().st_mtime)
    start = float(cached.runs().config(run.id).get("start_s", 0.0))
    return Side(run, ledger, classes_of(run, ledger), cached_runs.times(run.id), start)


def pair_name(a: Side, b: Side) -> str:
    """By which a pair is known: for its player and what is marked of it."""
    return f"{a.run.id} {b.run.id}"


def colors_of(a: Side, b: Side) -> dict[str, SegClass]:
    """Name → class, of the first where both have it."""
    return {c.name: c for c in b.classes} | {c.name: c for c in a.classes}
