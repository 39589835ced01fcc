"""Frames of a result that were corrected: what they look like, and their way into a dataset and a training."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.common import cached, cached_media, rights, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.pictures import jpeg
from pages.common.routes import DATASETS, RESULTS, TRAINING, go, link
from pages.common.thumbs import small
from pages.common.widgets import heading, md, problem
from pages.results import easel
from segcore.access import Action
from segcore.corrections.kept import Correction
from segcore.datasets.dataset import Pair
from segcore.errors import SegcoreError
from segcore.runs import Run

KIND = "corrected"
HELP = "Paint over what the network got wrong. Corrected frames stay with this result until you add them to a dataset."
NEW = "a new dataset"
WIDTH = 320


def draw(run: Run) -> None:
    """The panel: open a frame, the corrected ones, add them to a dataset."""
    heading("Correct labels", help=HELP)
    try:
        found = easel.corrections(run).all()
    except SegcoreError as error:
        problem(error, "Corrections cannot be read")
        return
    if rights.why_not(Action.ANNOTATE) is None:
        _opener(run)
    if not found:
        st.caption("No frame of this result was corrected yet.")
        return
    st.caption(f"{fmt.plural(len(found), 'frame')} corrected, for everybody who opens this result to see.")
    _pictures(run, found)
    add(run, found)


def saved(run: Run) -> set[int]:
    """The frames that were corrected."""
    return {one.note.frame for one in easel.corrections(run).all()}


def _opener(run: Run) -> None:
    frames = easel.frames_of(run).index.to_numpy(int)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first, last, step = int(frames[0]), int(frames[-1]), int(frames[1] - frames[0]) if len(frames) > 1 else 1
        frame = st.number_input("Frame", first, last, first, step, key="correct_frame", width=130)
        if st.button("Correct this frame", icon=":material/brush:", key="correct_this"):
            go(RESULTS, run=run.id, correct=str(frames[np.abs(frames - int(frame)).argmin()]))


def _pictures(run: Run, found: list[Correction]) -> None:
    shown = pictures(run, [one.note.frame for one in found])
    with st.grid(4, min_column_width=150, gap="xsmall"):
        for one in found:
            note = one.note
            with st.container(gap="xsmall"):
                st.image(shown[note.frame], alt=f"Frame {note.frame}, corrected", width="stretch")
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.caption(f"{note.time_s:.2f} s", width="stretch")
                    edit = rights.button(
                        Action.ANNOTATE, None, "Edit", type="tertiary", key=f"edit_correction_{note.frame}"
                    )
                    with st.popover("Remove", type="tertiary"):
                        st.caption("What was painted here is lost then. Datasets that have it keep it.")
                        gone = rights.button(Action.ANNOTATE, None, "Remove it", key=f"remove_correction_{note.frame}")
            if edit:
                go(RESULTS, run=run.id, correct=str(note.frame))
            if gone:
                easel.corrections(run).take_back(note.frame)
                st.rerun()


def pictures(run: Run, frames: list[int]) -> dict[int, bytes]:
    """Frames as small JPEGs: corrected ones with their labels, others as the result's video shows them."""
    found = {one.note.frame: _small(one) for one in easel.corrections(run).all() if one.note.frame in frames}
    others = sorted(frame for frame in frames if frame not in found)
    if others:
        path = cached.runs().file(run.id, "overlay.mp4")
        start_s = float(cached.runs().config(run.id).get("start_s", 0.0))
        times = tuple(max(0.0, easel.time_of(run, frame) - start_s) for frame in others)
        small_ones = cached_media.video_thumbnails(str(path), path.stat().st_mtime, times, WIDTH)
        found |= dict(zip(others, small_ones, strict=False))
    return found


def _small(one: Correction) -> bytes:
    return _picture(str(one.image), str(one.mask), one.version, one)


@st.cache_data(max_entries=256, show_spinner=False)
def _picture(image: str, mask: str, version: str, _one: Correction) -> bytes:
    del image, mask, version
    return jpeg(small(Pair(_one.note.stem, _one.image, _one.mask), _one.note.classes, "fill", WIDTH))


def add(run: Run, found: list[Correction]) -> None:
    """Into which dataset: the one that the network learned from, unless another is chosen; and what came of it."""
    names = cached.datasets().names()
    own = run.dataset if run.dataset in names else None
    options = [*names, NEW]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Add to",
            options,
            options.index(own or NEW),
            format_func=md,
            key="corrected_into",
            width=260,
            help="Frames come to the dataset; its other frames, and what is scored, stay as they are.",
        )
        name = str(chosen)
        if chosen == NEW:
            name = st.text_input("Name", f"{run.dataset or 'corrected'}-corrected", key="corrected_name", width=220)
        action = Action.ADD_DATASET if chosen == NEW else Action.EDIT_DATASET
        label, taken = f"Add {fmt.plural(len(found), 'frame')}", chosen == NEW and name.strip() in names
        if rights.button(
            action, None, label, disabled=taken, icon=":material/add:", type="primary", key="add_corrected"
        ):
            _start(run, name.strip())
    if taken:
        st.caption(f"There is a dataset {md(name.strip())} already: choose it, or another name.")
    if chosen != NEW:
        _beware(found, name)
    _added(run, tasks.find(state.param("task")))


def _beware(found: list[Correction], name: str) -> None:
    try:
        here = {c.name.casefold().strip() for c in cached.dataset(name).classes}
    except SegcoreError as error:
        problem(error)
        return
    new = [c.name for c in found[0].note.classes if c.name.casefold().strip() not in here]
    if new:
        names = ", ".join(md(n) for n in new)
        text = f"{md(name)} has no class {names}: what is labelled so comes as a new class. Was it renamed?"
        st.warning(text, icon=":material/warning:")


def _start(run: Run, name: str) -> None:
    arguments = ["results", "corrected", run.id, "--into", name]
    command = tasks.start(arguments, kind=KIND, title=f"Adding corrected frames to {name}", subject=run.id)
    state.set_param("task", command.id)
    st.rerun()


def _added(run: Run, command: Command | None) -> None:
    if command is None or command.kind != KIND or command.subject != run.id:
        return
    if not command.over:
        tasks.watch(command)
    elif tasks.outcome(command, "The frames were not added"):
        told = command.result
        (st.success if told["learned"] else st.warning)(told_of(told), icon=":material/check:")
        for one in told["problems"]:
            st.warning(f"{md(one['file'])}: {md(one['fault'])}. {md(one['fix'])}", icon=":material/warning:")
        with st.container(horizontal=True):
            dataset = str(told["dataset"])
            start = {"from": run.parent} if run.parent else {}
            if told["learned"]:
                link(TRAINING, "Train with these", dataset=dataset, **start)
            link(DATASETS, f"Open {dataset}", dataset=dataset)


def told_of(told: dict[str, list[str] | str]) -> str:
    """What became of the frames, in sentences."""
    learned, scored, out, replaced = (len(told[key]) for key in ("learned", "scored", "left_out", "replaced"))
    parts = [f"{md(str(told['dataset']))} learns from {fmt.plural(learned, 'corrected frame')}"]
    if out:
        parts.append(f"{out} left out, too near to frames that are scored")
    if scored:
        parts.append(f"{scored} {'is' if scored == 1 else 'are'} scored")
    if replaced:
        parts.append(f"{replaced} of them {'was' if replaced == 1 else 'were'} there and got the new labels")
    return "; ".join(parts) + "."
