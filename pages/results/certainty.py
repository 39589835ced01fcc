"""How sure and how steady: unsure and unstable pixels over time, and what smoothing changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs
from pages.common import format as fmt
from pages.common.certainty_chart import certainty_lines
from pages.common.widgets import heading, plot
from segcore.runs import Run

CERTAINTY_FILE = "certainty.parquet"
HELP = (
    "Unsure: the network gives its own answer less than 60 %, away from borders. Changing: the answer is another one "
    "than in the frame before, although the picture there only moved. A network that is steadily wrong is in neither."
)


def table(run: Run) -> pd.DataFrame | None:
    """One row a frame; None where the result does not say."""
    if not cached.runs().has_file(run.id, CERTAINTY_FILE):
        return None
    path = cached.runs().file(run.id, CERTAINTY_FILE)
    return cached_runs.ledger(str(path), path.stat().st_mtime)


def draw(run: Run) -> None:
    """The panel; nothing where the result does not say."""
    frames = table(run)
    if frames is None:
        return
    heading("How sure, how steady", help=HELP)
    said = sentence(cached_runs.summary(run.id).get("stability"))
    if said:
        st.caption(said)
    plot(certainty_lines(frames), "certainty", "Share of unsure and of unstable pixels over the video's time")


def sentence(facts: dict[str, Any] | None) -> str:
    """How much labels flicker, and what smoothing changed; "" where that is not known."""
    if not facts or facts.get("flicker") is None:
        return ""
    said = f"Flicker {facts['flicker']:.3f} (mean over classes; 0 is perfectly steady)"
    smoothing = facts.get("smoothing")
    if smoothing and smoothing["flicker_before"] is not None:
        share = fmt.share(smoothing["pixels_changed"])
        said += f"; it was {smoothing['flicker_before']:.3f} before smoothing, which changed {share} of all pixels"
    cuts = len(facts.get("cuts_s", ()))
    return said + (f" · {fmt.plural(cuts + 1, 'shot')}" if cuts else "") + "."
