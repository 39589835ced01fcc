"""Areas on the timeline: with error bars by what validation images say, and in cm² by a known length."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
import streamlit as st

from pages.common import cached, cached_media, cached_runs
from pages.common.widgets import problem
from segcore.errors import ConfigError, SegcoreError
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


def unit(run: Run, frame_pixels: int) -> Unit:
    """Shares, or cm² where a length on a frame is told.

    Args:
        run: the result; a frame of its video is shown.
        frame_pixels: area of a frame.
    """
    with st.popover("Sizes in cm²", icon=":material/straighten:"):
        st.caption(
            "Tell the length of something on a frame. It holds for all that lies in one plane, seen straight on and "
            "from the same distance throughout: no zoom, no slanted view."
        )
        cm = st.number_input(
            "That length in cm", 0.0, value=0.0, step=0.1, key=f"scale_cm_{run.id}", help="0: no sizes in cm²."
        )
        frame = _frame(run)
        start, end = _points(run, frame)
        if frame is not None:
            st.image(_marked(frame, start, end), alt="A frame with the line that is measured", width="stretch")
    if not cm:
        return Unit()
    try:
        scale = Scale.of_points(start, end, cm)
    except ConfigError as error:
        problem(error)
        return Unit()
    return Unit("cm²", float(scale.area_cm2(frame_pixels)), percent=False)


def _frame(run: Run) -> np.ndarray | None:
    if not cached.runs().has_file(run.id, "overlay.mp4"):
        return None
    path = cached.runs().file(run.id, "overlay.mp4")
    try:
        return cached_media.video_frame(str(path), path.stat().st_mtime, 0.0)
    except SegcoreError:  # the player above shows that it cannot be played
        return None


def _points(run: Run, frame: np.ndarray | None) -> tuple[tuple[float, float], tuple[float, float]]:
    """Both ends of the line, in pixels of the frame."""
    height, width = frame.shape[:2] if frame is not None else (1080, 1920)
    left, right = st.columns(2)
    with left:
        x1 = st.number_input("From x", 0, width, width // 4, key=f"scale_x1_{run.id}")
        y1 = st.number_input("From y", 0, height, height // 2, key=f"scale_y1_{run.id}")
    with right:
        x2 = st.number_input("To x", 0, width, 3 * width // 4, key=f"scale_x2_{run.id}")
        y2 = st.number_input("To y", 0, height, height // 2, key=f"scale_y2_{run.id}")
    return (float(x1), float(y1)), (float(x2), float(y2))


def _marked(frame: np.ndarray, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    ends = [(round(x), round(y)) for x, y in (start, end)]
    thick = max(2, frame.shape[1] // 300)
    drawn = cv2.line(frame.copy(), ends[0], ends[1], (255, 255, 255), 2 * thick, cv2.LINE_AA)
    return cv2.line(drawn, ends[0], ends[1], (214, 69, 127), thick, cv2.LINE_AA)
