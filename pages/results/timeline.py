"""The video with when and how much of each class, on one time axis."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs, serving, state
from pages.common.widgets import heading, md
from pages.results import areas, watch
from pages.results.areas import Band, Unit
from pages.results.events import ASKED
from segcore.access import Action, may
from segcore.classes import ClassTable, SegClass
from segcore.knowledge.scale import Scale
from segcore.runs import Run

BRIDGE_S = 0.5
"""Gaps and stays shorter than this are not shown as such in the strips."""
MARKED = ("appears", "disappears", "touches")
"""Of whole classes; of objects, all that was asked for: zones, lines and thresholds."""
MOST_MARKS = 200
"""More events than these would hide each other."""


def draw(run: Run, ledger: pd.DataFrame, classes: ClassTable, scale: Scale | None, events: pd.DataFrame | None) -> None:
    """What is shown, the player, and the chart below it.

    Args:
        run: the result.
        ledger: its table.
        classes: of its network.
        scale: how long a pixel is; None where no length is known.
        events: what is marked; None where nothing is known.
    """
    heading("When and how much")
    each = cached_runs.class_summary(run.id)
    seen = set(each.loc[each["frames"] > 0, "class_id"])
    there = [c for c in classes if c.id in seen]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Classes",
            [c.id for c in there],
            default=[c.id for c in there if c.id],
            selection_mode="multi",
            format_func=lambda i: md(classes[i].name),
            key="shown_classes",
            wrap=True,
        )
        table = areas.table(run)
        bars = areas.bars_toggle(table)
        stacked = st.toggle("Stacked", disabled=bars, key="stacked_areas") and not bars
        unit = areas.unit(scale, int(ledger.loc[ledger["frame"] == ledger["frame"].min(), "pixels"].sum()))
    shown = [c for c in there if c.id in chosen]
    shares = cached_runs.shares(run.id)
    bands = areas.bands(table, unit) if bars and table is not None else {}
    lines = [line_of(c, shares[c.name] * unit.factor, bands.get(c.name)) for c in shown if c.name in shares]
    purpose = f"{run.id} {unit.factor} {bars} {[c.id for c in shown]}"
    watch.draw(
        watched(run, shown, lines, unit, events, stacked=stacked),
        more=serving.answer_with(
            purpose, lambda asked: serving.Answer(watch.finer(lines, asked), "application/json", {})
        ),
        seek=state.seek(run.id),
        pick="Correct this frame" if may(Action.ANNOTATE) else "",
        on_picked=lambda time: state.set_param("correct", str(frame_at(ledger, time))),
    )


def frame_at(ledger: pd.DataFrame, time_s: float) -> int:
    """The number of the frame that a player shows at a time: the last one that has begun."""
    begun = ledger.loc[ledger["time_s"] <= time_s + 1e-3, "frame"]
    return int(begun.max() if len(begun) else ledger["frame"].min())


def watched(
    run: Run,
    shown: list[SegClass],
    lines: list[watch.Line],
    unit: Unit,
    events: pd.DataFrame | None,
    *,
    stacked: bool,
) -> watch.Watched:
    """All that the player and its chart show of a result."""
    times = cached_runs.times(run.id)
    frame = times.step or 0.04
    stays = cached_runs.stays(run.id, BRIDGE_S)
    start = float(cached.runs().config(run.id).get("start_s", 0.0))
    return watch.Watched(
        name=run.id,
        video=serving.offer(cached.runs().file(run.id, "overlay.mp4"), f"{run.name}.mp4", shown=True),
        label=f"{run.name}: the video with its classes drawn",
        start=start,
        end=max(start, float(times.starts[-1]) + frame) if len(times) else start + frame,
        frame=frame,
        title=unit.title,
        lines=lines,
        strips=[watch.Strip(c.name, c.color, stays_of(stays, c.name)) for c in shown],
        percent=unit.percent,
        stacked=stacked,
        marks=marks_of(events, {c.name for c in shown}),
    )


def line_of(segclass: SegClass, values: pd.Series, band: Band | None) -> watch.Line:
    """A class's area over time: its band where there is one, else the plain values (index seconds)."""
    taken = values if band is None else band.value
    bounds = None if band is None or band.low.isna().any() else (band.low.to_numpy(float), band.high.to_numpy(float))
    low, high = bounds or (None, None)
    return watch.Line(segclass.name, segclass.color, taken.index.to_numpy(float), taken.to_numpy(float), low, high)


def stays_of(stays: pd.DataFrame, name: str) -> list[tuple[float, float]]:
    """(start, end) of each stay of a class, seconds."""
    part = stays[stays["class"] == name]
    return list(zip(part["start_s"].tolist(), part["end_s"].tolist(), strict=True))


def marks_of(events: pd.DataFrame | None, names: set[str]) -> list[tuple[float, str]]:
    """Events as (seconds, "mouse touches bear"), those of zones, lines and thresholds first.

    None of a kind where there are too many to tell apart.
    """
    if events is None or events.empty:
        return []
    mine = events[events["class"].isin(names)]
    marks: list[tuple[float, str]] = []
    for rows in (mine[mine["kind"].isin(ASKED)], mine[(mine["track"] == 0) & mine["kind"].isin(MARKED)]):
        if len(marks) + len(rows) <= MOST_MARKS:
            texts = rows["class"] + " " + rows["kind"] + " " + rows["other"].fillna("") + rows["zone"].fillna("")
            marks += zip(rows["time_s"].tolist(), texts.str.strip().tolist(), strict=True)
    return sorted(marks)
