"""Areas on the timeline: with error bars by what validation images say, and in cm² by a known length."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs
from segcore.knowledge.areas import share_over_time
from segcore.knowledge.scale import Scale
from segcore.runs import Run

AREAS_FILE = "areas.parquet"
WHAT = (
    "Areas are corrected by what the network mistook on its validation frames, and the band holds the true area in "
    "95 of 100 frames, as far as the video resembles those frames."
)


@dataclass(frozen=True)
class Unit:
    """In what areas are shown: `factor` times the share of the picture."""

    title: str = "Share of the picture"
    factor: float = 1.0
    percent: bool = True


@dataclass(frozen=True)
class Band:
    """An area over time with its bounds, which are empty where there is no interval; index seconds."""

    value: pd.Series
    low: pd.Series
    high: pd.Series


def table(run: Run) -> pd.DataFrame | None:
    """Areas with error bars of a result; None where it has none."""
    if not cached.runs().has_file(run.id, AREAS_FILE):
        return None
    path = cached.runs().file(run.id, AREAS_FILE)
    return cached_runs.ledger(str(path), path.stat().st_mtime)


def bars_toggle(areas: pd.DataFrame | None) -> bool:
    """Whether error bars are wanted; where there are none, the switch says why."""
    known = areas is not None and bool(areas["area_low"].notna().any())
    why = (
        WHAT
        if known
        else "This result has none: the network's run did not keep its validation frames one by one, or had fewer than "
        "three. Make its report on the Evaluation page, then segment the video again."
    )
    return st.toggle("With error bars", disabled=not known, help=why, key="area_bars") and known


def bands(areas: pd.DataFrame, unit: Unit) -> dict[str, Band]:
    """Class name → its corrected area and bounds over time, in that unit."""
    whole = areas.groupby("frame")["pixels"].transform("sum")
    sides = [
        share_over_time(areas.assign(share=areas[f"area_{side}"] / whole)) for side in ("corrected", "low", "high")
    ]
    return {name: Band(*(side[name] * unit.factor for side in sides)) for name in sides[0].columns}


def unit(scale: Scale | None, frame_pixels: int) -> Unit:
    """Shares, or cm² where a length on a frame is known and nobody asks for shares.

    Args:
        scale: how long a pixel is; None where that is not known.
        frame_pixels: area of a frame.
    """
    why = (
        "By the known length below. It holds for all that lies in one plane, seen straight on and from the same "
        "distance throughout: no zoom, no slanted view."
        if scale
        else "Draw a known length on the frame, below, to have sizes in cm²."
    )
    wanted = st.toggle(
        "Sizes in cm²", value=scale is not None, disabled=scale is None, help=why, key=f"cm2_{scale is None}"
    )
    if scale is None or not wanted:
        return Unit()
    return Unit("cm²", float(scale.area_cm2(frame_pixels)), percent=False)
