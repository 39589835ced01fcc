"""Two results of one video compared pixel by pixel, where both kept their masks: a command does it, a file keeps it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.common import cached, state, tasks
from pages.common import format as fmt
from pages.common.widgets import md
from segcore.runs import Run
from segcore.video.mask_agreement import AGREEMENT_FILE
from segcore.video.mask_planes import MASK_FILES

KIND = "compare"
MOST = 2000
"""Frames that are compared, spread evenly; of a longer video not each."""


def frames(one: str, other: str) -> pd.DataFrame | None:
    """What was found before of these two results (ids): a row a compared frame; None where nobody asked yet."""
    path = _folder(one, other) / AGREEMENT_FILE
    return _read(str(path), path.stat().st_mtime) if path.is_file() else None


@st.cache_data(max_entries=16, show_spinner=False)
def _read(path: str, changed: float) -> pd.DataFrame:
    del changed
    return pd.read_csv(path)


def _folder(one: str, other: str) -> Path:
    name = hashlib.sha256(f"{one} {other}".encode()).hexdigest()[:24]
    return cached.settings().home / "cache" / "comparisons" / name


def draw(one: Run, other: Run, found: pd.DataFrame | None) -> None:
    """How far they agree; or the offer to find out, its bar, and why it cannot be."""
    if found is not None:
        st.markdown(sentence(found))
        return
    lacking = [run.name for run in (one, other) if not any(cached.runs().has_file(run.id, n) for n in MASK_FILES)]
    if lacking:
        names = md(" and ".join(lacking))
        st.caption(
            f"By the areas of their classes; pixel by pixel needs masks, which {names} did not keep. "
            "It was made by an older segcore: segment the video again to have them."
        )
        return
    subject = _folder(one.id, other.id).name
    last = tasks.find(state.param("task"))
    command = next((c for c in tasks.running(KIND) if c.subject == subject), None)
    command = command or (last if last and last.kind == KIND and last.subject == subject else None)
    if command is not None and not command.over:
        tasks.watch(command)
        return
    if command is not None:
        tasks.outcome(command, "The masks could not be compared")
    st.button(
        "Compare their masks, pixel by pixel",
        icon=":material/grid_on:",
        key="compare_masks",
        on_click=_start,
        args=(one, other),
        help=f"Both kept their masks. Of more than {fmt.count(MOST)} frames so many, evenly spread, are compared.",
    )
    st.caption("Until then by the areas of their classes: at least so much of the picture has another class.")


def _start(one: Run, other: Run) -> None:
    folder = _folder(one.id, other.id)
    arguments = ["results", "compare", one.id, other.id, "--masks", "--most", str(MOST), "--out", str(folder)]
    started = tasks.start(arguments, kind=KIND, title=f"Comparing {one.name} and {other.name}", subject=folder.name)
    state.set_param("task", started.id)


def sentence(found: pd.DataFrame) -> str:
    """ "In 198 frames 99.5 % of the pixels have the same class in both; the classes overlap by 0.945 (mIoU)."."""
    same, overlap = found["agreement"].mean() * 100, fmt.score(float(found["miou"].mean()))
    return (
        f"In {fmt.plural(len(found), 'frame')} **{same:.2f} %** of the pixels have the same class in both; "
        f"their classes overlap by **{overlap}** (mIoU, mean over frames)."
    )
