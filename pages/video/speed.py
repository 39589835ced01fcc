"""How fast: the two speeds with what they cost and bring here, as measured numbers."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.common import cached, tasks
from pages.common.widgets import md
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.speed import SPEEDS, Speed
from segcore.video.tradeoff import SpeedFigures, Tradeoff, read_tradeoff

KIND = "speeds"
FRAMES = 60
TITLES: dict[Speed, str] = {"standard": "Standard", "fast": "Fast"}


def choose(model: Run, video: Path) -> Speed:
    """The chosen speed; below it what was measured here, or the way to measure it."""
    known = read_tradeoff(cached.settings().home, model.tags.get(SHA256_TAG, ""))
    chosen: Speed = st.segmented_control(
        "Speed", list(SPEEDS), default="standard", required=True, format_func=TITLES.__getitem__, key="speed"
    )
    if known is not None:
        st.caption(table(known))
    _measuring(model, video, known)
    return chosen


def table(known: Tradeoff) -> str:
    """The figures as a small table in Markdown, a column a speed: the form is narrow."""
    columns = [(TITLES[speed], *_column(figures)) for speed, figures in known.speeds.items()]
    head, *rows = zip(("", "a frame", "frames/s", "mIoU", "as standard", "network sees", "at"), *columns, strict=True)
    lines = [head, ("---",) * len(head), *rows]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{text}\n\nMeasured on this machine with {known.frames} frames of {md(known.video)}."


def _column(figures: SpeedFigures) -> tuple[str, ...]:
    height, width = figures.network_size
    return (
        f"{figures.ms:.0f} ms",
        f"{1000 / figures.ms:.1f}",
        "–" if figures.miou is None else f"{figures.miou:.3f}",
        "–" if figures.alike is None else f"{100 * figures.alike:.1f} % of pixels",
        f"{100 * figures.labelled:.0f} % of frames",
        f"{width}×{height}",
    )


def _measuring(model: Run, video: Path, known: Tradeoff | None) -> None:
    at_work = next((c for c in tasks.running(KIND) if c.subject == model.id), None)
    if at_work is not None:
        tasks.watch(at_work)
        return
    if known is None:
        st.caption(
            "Fast: the network sees each fourth frame, smaller; between, its labels move along with the picture."
        )
    label = "Measure both here" if known is None else "Measure again"
    if st.button(
        label,
        icon=":material/speed:",
        type="tertiary",
        key="measure_speeds",
        help="Segments the first frames of this video at both speeds and scores the network on its validation frames; "
        "about a minute.",
    ):
        arguments = ["bench", model.id, "--speeds", "--frames", str(FRAMES), "--video", str(video)]
        tasks.start(arguments, kind=KIND, title="Measuring both speeds", subject=model.id)
        st.rerun()
