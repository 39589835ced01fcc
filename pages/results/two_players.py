"""Two videos side by side with one chart: areas of both, or where they differ, on one time axis."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs, serving, state
from pages.common.charts import ACCENT, SECOND
from pages.common.widgets import md
from pages.results import watch
from pages.results.sides import Side, colors_of, pair_name
from pages.results.timeline import BRIDGE_S, stays_of
from segcore.classes import SegClass

SHOWN = 3
"""Classes that are drawn at first: two lines each."""
AREAS, DIFFERENCES = "Areas", "Differences"
BOTH = "Solid lines and upper strips: A. Dashed lines and lower strips: B."
DIFFERENT = "At least so much of the picture has another class, by the areas of all. Strips: A above, B below."


def draw(a: Side, b: Side, classes: pd.DataFrame, frames: pd.DataFrame, pixels: pd.DataFrame | None) -> None:
    """The choice of what is shown, the players, and the chart below them.

    Args:
        a, b: the two.
        classes: of `class_differences`.
        frames: of `frame_differences`; empty where they have none in common.
        pixels: how far their masks agree; None where that is not known.
    """
    colors = colors_of(a, b)
    names = [str(name) for name in classes.index]
    shares = classes["mean_share"][["one", "other"]].T.max().drop(a.classes[0].name, errors="ignore")
    largest = [str(name) for name in shares.sort_values(ascending=False).index[:SHOWN]]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Classes", names, default=largest, selection_mode="multi", format_func=md, key="compared_names", wrap=True
        )
        what, aligned = AREAS, False
        if len(frames):
            what = st.segmented_control("Show", [AREAS, DIFFERENCES], default=AREAS, required=True, key="compared_what")
        else:
            aligned = st.toggle(
                "From both beginnings",
                value=True,
                key="compared_aligned",
                help="On: both begin at the left. Off: each moment stands at its own time of its video.",
            )
    shift = b.start - a.start if aligned else 0.0
    shown = [colors[name] for name in names if name in chosen]
    differing = what == DIFFERENCES and len(frames) > 0
    lines = _difference_lines(frames, pixels) if differing else _area_lines(a, b, shown, shift)
    purpose = f"{a.run.id} {b.run.id} {what} {shift} {[c.name for c in shown]}"
    watch.draw(
        _watched(a, b, shown, lines, shift, differing=differing),
        more=serving.answer_with(
            purpose, lambda asked: serving.Answer(watch.finer(lines, asked), "application/json", {})
        ),
        seek=state.seek(pair_name(a, b)),
        key="watch_two",
    )
    st.caption(DIFFERENT if differing else BOTH)


def _area_lines(a: Side, b: Side, shown: list[SegClass], shift: float) -> list[watch.Line]:
    lines = []
    for side, letter, back in ((a, "A", 0.0), (b, "B", shift)):
        shares = cached_runs.shares(side.run.id)
        for c in (c for c in shown if c.name in shares):
            values = shares[c.name]
            times = values.index.to_numpy(float) - back
            lines.append(watch.Line(f"{c.name} {letter}", c.color, times, values.to_numpy(float), dashed=letter == "B"))
    return sorted(lines, key=lambda line: [c.name for c in shown].index(line.name[:-2]))


def _difference_lines(frames: pd.DataFrame, pixels: pd.DataFrame | None) -> list[watch.Line]:
    times = frames["time_s"].to_numpy(float)
    lines = [watch.Line("areas differ by", ACCENT, times, frames["differs"].to_numpy(float))]
    if pixels is not None:
        at = pixels["time_s"].to_numpy(float)
        lines.append(watch.Line("pixels of another class", SECOND, at, 1 - pixels["agreement"].to_numpy(float)))
    return lines


def _watched(
    a: Side, b: Side, shown: list[SegClass], lines: list[watch.Line], shift: float, *, differing: bool
) -> watch.Watched:
    stays = [cached_runs.stays(side.run.id, BRIDGE_S) for side in (a, b)]
    ends = [float(a.times.ends[-1]), float(b.times.ends[-1]) - shift]
    videos = [
        serving.offer(cached.runs().file(side.run.id, "overlay.mp4"), f"{side.run.name}.mp4", shown=True)
        for side in (a, b)
    ]
    return watch.Watched(
        name=pair_name(a, b),
        video=videos[0],
        label=f"{a.run.name}: the video with its classes drawn",
        start=min(a.start, b.start - shift),
        end=max(ends),
        frame=a.times.step or 0.04,
        title="Share of the picture that differs" if differing else "Share of the picture",
        lines=lines,
        strips=[
            watch.Strip(
                c.name,
                c.color,
                stays_of(stays[0], c.name),
                [(start - shift, end - shift) for start, end in stays_of(stays[1], c.name)],
            )
            for c in shown
        ],
        second=watch.Second(
            videos[1],
            f"{b.run.name}: the video with its classes drawn",
            f"A · {a.run.name}",
            f"B · {b.run.name}",
            b.start - shift,
        ),
    )
