"""Frames to label next: where the network is least sure or least steady, ready for an annotation tool."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, cached_media, cached_runs, rights, scratch, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.routes import DATASETS, RESULTS, go, link
from pages.common.widgets import heading, problem
from pages.datasets.video_task import TOOLS
from pages.results import certainty, corrected
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.knowledge.proposals import Proposal
from segcore.runs import Run

KIND = "propose"
HELP = "Frames of which the network is least sure or least steady, unlike each other and apart in time."
WAY_BACK = (
    "Correct the network's labels in your tool, export the masks, and add them on the *Label more* tab of the dataset; "
    "then train further. Step by step: docs/datasets.md, *The way back*."
)


def draw(run: Run) -> None:
    """The panel; nothing where the result does not say how sure it is."""
    if certainty.table(run) is None:
        return
    heading("Frames to label next", help=HELP)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = int(st.number_input("Frames", 1, 100, 12, key="propose_count", width=110))
        tool = st.segmented_control(
            "For", list(TOOLS), default="cvat", required=True, format_func=TOOLS.__getitem__, key="propose_tool"
        )
        pack = st.button("Pack for labelling", icon=":material/inventory_2:", key="propose_pack")
    proposals = sorted(cached_runs.proposals(run.id, count), key=lambda one: one.time_s)
    if pack:
        _start(run, count, str(tool))
    _packed(run, tasks.find(state.param("task")))
    _pictures(run, proposals)


def _start(run: Run, count: int, tool: str) -> None:
    out = scratch.fresh(cached.settings().uploads_dir) / f"{run.name}-to-label.zip"
    arguments = ["results", "propose", run.id, "--count", str(count), "--format", tool, "--out", str(out)]
    command = tasks.start(arguments, kind=KIND, title=f"Packing {fmt.plural(count, 'frame')}", subject=run.id)
    state.set_param("task", command.id)
    st.rerun()


def _packed(run: Run, command: Command | None) -> None:
    if command is None or command.kind != KIND or command.subject != run.id:
        return
    if not command.over:
        tasks.watch(command)
    elif tasks.outcome(command, "The frames were not packed"):
        tasks.file_of(command, "Download the task")
        st.caption(WAY_BACK)
        if run.dataset:
            link(DATASETS, f"Open {run.dataset}", dataset=run.dataset)


def _pictures(run: Run, proposals: Sequence[Proposal]) -> None:
    try:
        path = cached.runs().file(run.id, "overlay.mp4")
        start_s = float(cached.runs().config(run.id).get("start_s", 0.0))
        times = tuple(max(0.0, one.time_s - start_s) for one in proposals)
        pictures = cached_media.video_thumbnails(str(path), path.stat().st_mtime, times, 320)
        done = corrected.saved(run)
    except SegcoreError as error:
        problem(error, "The frames cannot be shown")
        return
    with st.grid(4, min_column_width=150, gap="xsmall"):
        for one, picture in zip(proposals, pictures, strict=False):
            time = f"{one.time_s:.2f} s"
            with st.container(gap="xsmall"):
                st.image(picture, caption=f"{time} · {'; '.join(one.reasons)}", alt=f"Frame at {time}", width="stretch")
                label, icon = (
                    ("Corrected", ":material/check:") if one.frame in done else ("Correct here", ":material/brush:")
                )
                if rights.button(
                    Action.ANNOTATE, None, label, icon=icon, type="tertiary", key=f"correct_here_{one.frame}"
                ):
                    go(RESULTS, run=run.id, correct=str(one.frame))
