"""The network to take along: a file for another program, or a bundle for another segcore."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from pages.common import cached, scratch, state, tasks
from pages.common.commands import Command
from pages.common.widgets import heading, md
from segcore.inference.export.catalog import FORMATS, Format
from segcore.models.spec import BEST_WEIGHTS
from segcore.runs import Run

KIND = "export run"
BUNDLE = "bundle"
ICONS = {
    "onnx": ":material/deployed_code:",
    "openvino": ":material/speed:",
    "litert": ":material/smartphone:",
    "saved_model": ":material/dns:",
    "keras": ":material/code:",
}


def draw(run: Run) -> None:
    """Formats as cards; then the file, with how far it labels as the run does."""
    if run.state.active or not cached.runs().has_file(run.id, BEST_WEIGHTS):
        return
    heading("Take it along", help="Each comes with a model card: what it learned from, how good it is, how to use it.")
    command = tasks.find(state.param("task"))
    mine = command if command and command.kind == KIND and command.subject == run.id else None
    labels = st.toggle(
        "Give labels instead of scores",
        key="export_labels",
        help="The file then takes pictures of 8 bits and gives the class of each pixel; nothing is left to compute.",
    )
    if mine is not None:
        _outcome(mine)
    busy = mine is not None and not mine.over
    with st.grid(3, min_column_width=200, gap="small"):
        for kind in FORMATS.values():
            _card(run, kind, labels=labels, busy=busy)
        _bundle_card(run, busy=busy)


def _card(run: Run, kind: Format, *, labels: bool, busy: bool) -> None:
    missing = kind.install
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"{ICONS[kind.name]} **{kind.title}**")
        st.caption(kind.purpose)
        if missing:
            st.caption(f"Not installed here: `{missing}`")
        st.space("stretch")
        pressed = st.button("Make the file", key=f"export_{kind.name}", disabled=busy or bool(missing), width="stretch")
    if pressed:
        _start(run, kind.name, f"-{kind.name}{'-labels' if labels else ''}.zip", ["--labels"] if labels else [])


def _bundle_card(run: Run, *, busy: bool) -> None:
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(":material/inventory_2: **For another segcore**")
        st.caption("Network, scores, curves and settings in one file, to be brought in on another machine's Runs page.")
        st.space("stretch")
        pressed = st.button("Make the file", key="export_bundle", disabled=busy, width="stretch")
    if pressed:
        _start(run, BUNDLE, ".segcore.zip", [])


def _start(run: Run, fmt_name: str, ending: str, more: list[str]) -> None:
    name = re.sub(r"[^\w.-]+", "-", run.name).strip("-.") or "network"
    out = scratch.fresh(cached.settings().uploads_dir) / f"{name}{ending}"
    arguments = ["export", run.id, "--format", fmt_name, "--out", str(out), *more]
    title = f"Packing {run.name}" if fmt_name == BUNDLE else f"Writing {run.name} as {FORMATS[fmt_name].title}"
    command = tasks.start(arguments, kind=KIND, title=title, subject=run.id)
    state.set_param("task", command.id)
    st.rerun()


def _outcome(command: Command) -> None:
    if not command.over:
        tasks.watch(command)
        return
    if not tasks.outcome(command, "The file could not be made"):
        return
    made = command.result
    path = Path(str(made.get("path", "")))
    with st.container(border=True, gap="small"):
        if "agreement" in made:
            _agreement(made)
        tasks.file_of(command, f"Download {path.name}")


def _agreement(made: dict[str, object]) -> None:
    """How the file was compared with the run."""
    share = float(str(made["agreement"]))
    title = FORMATS[str(made["format"])].title
    st.markdown(f":material/verified: **{_percent(share)} of pixels** get the run's own label from the {title} file.")
    names = made["frames"] if isinstance(made["frames"], list) else []
    st.caption(
        f"{md(str(made['checked_with']))} against {md(str(made['compared_with']))}, on {len(names)} "
        f"{md(str(made['frames_from']))}: {md(', '.join(map(str, names)))}."
    )


def _percent(share: float) -> str:
    """Never rounded up: a pixel that differs is seen."""
    return f"{int(share * 10_000) / 100:.2f} %"
