"""The time a training may take, as a bar: what is used, what is left, when it will be done. Pure but for `draw`."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from pages.common import format as fmt
from pages.common.widgets import md, progress_bar
from segcore.runs import Run, RunState


def draw(run: Run) -> None:
    """The bar of a running training; a waiting one says so."""
    progress = run.progress
    if run.state is not RunState.RUNNING or progress is None:
        progress_bar(run)
        return
    st.progress(share(run) or 0.0, text=md(sentence(run, datetime.now().astimezone())))


def granted(run: Run) -> float | None:
    """Seconds that the training may take in all, with those that were added; None where it counts epochs only."""
    try:
        return (float(run.params["minutes"]) + run.extra_minutes) * 60
    except (KeyError, ValueError):
        return None


def share(run: Run) -> float | None:
    """How much of the budget is used, in [0, 1]: of its minutes, or of its epochs where those end first."""
    return run.progress.share if run.progress else None


def sentence(run: Run, now: datetime) -> str:
    """ "Epoch 3 · 3:12 of 18:00 (10:00 were added) · 14:48 left, done about 14:32".

    Args:
        run: running, with progress.
        now: with the time zone that the user reads.
    """
    progress, total = run.progress, granted(run)
    if progress is None:
        return "Starting"
    parts = [progress.stage[:1].upper() + progress.stage[1:]]
    if total is not None and progress.eta_s is not None and "epochs" not in run.params:
        added = f" ({fmt.clock(run.extra_minutes * 60)} were added)" if run.extra_minutes else ""
        parts.append(f"{fmt.clock(max(0.0, total - progress.eta_s))} of {fmt.clock(total)}{added}")
    elif progress.share is not None:
        of = f" of {run.params['epochs']} epochs" if "epochs" in run.params else ""
        parts.append(f"{progress.share:.0%}{of}".replace("%", " %"))
    if progress.eta_s is not None:
        done = now + timedelta(seconds=progress.eta_s)
        parts.append(f"{fmt.clock(progress.eta_s)} left, done about {done:%H:%M}")
    return " · ".join(parts)
