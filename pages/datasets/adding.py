"""Take finished masks into a dataset that is there already."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, scratch, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.widgets import heading, md
from pages.datasets import problems
from pages.datasets.importing import follow
from segcore.datasets.dataset import Dataset, Problem

KIND = "add"


def draw(dataset: Dataset, command: Command | None) -> None:
    """An upload of labelled frames; classes go by their names."""
    heading("2. Take the labelled frames back")
    if command and command.kind == KIND and command.subject == dataset.name:
        _what_came(command)
        if not command.over:
            return
    st.caption("The export of your annotation tool, or a ZIP with images and masks. Classes go by their names.")
    file = st.file_uploader("ZIP with labelled frames", type="zip", key=state.upload_key("add"))
    with st.expander("Masks without their images?", icon=":material/image_search:"):
        st.caption("CVAT can export masks alone. Their images are found by name in the ZIP that you had labelled.")
        images = st.file_uploader("ZIP with the images", type="zip", key=state.upload_key("add_images"))
    replace = st.toggle("Replace frames of the same name", key="add_replace", help="Else they are left as they are.")
    if file is not None and st.button("Add to this dataset", icon=":material/add:", key="add_frames"):
        path = scratch.keep(file, cached.settings().uploads_dir)
        arguments = ["dataset", "add", dataset.name, str(path), *(["--replace"] if replace else [])]
        if images is not None:
            arguments += ["--images", str(scratch.keep(images, path.parent))]
        state.clear_upload()
        title = f"Adding {path.name} to {dataset.name}"
        follow(tasks.start(arguments, kind=KIND, title=title, subject=dataset.name, scratch=path.parent))


def _what_came(command: Command) -> None:
    if not command.over:
        tasks.watch(command)
        return
    if not tasks.outcome(command, "Nothing was added"):
        return
    report = command.result
    st.success(f"{fmt.plural(int(report['added']), 'frame')} added", icon=":material/check:")
    for mended in report["repaired"]:
        st.caption(f":material/build_circle: {md(mended)}")
    left_out = [Problem(**p) for p in report.get("problems", [])]
    if left_out:
        st.caption(f"{fmt.plural(len(left_out), 'file')} left out:")
        problems.table(left_out, command.id)
