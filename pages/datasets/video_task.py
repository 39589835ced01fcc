"""Label from video: choose frames of a video, and pack them for an annotation tool."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.common import cached, cached_media, scratch, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.widgets import heading
from pages.datasets.importing import follow
from pages.video import source
from segcore.datasets.dataset import Dataset

KIND = "frames"
HOW = {"different": "As unlike as can be", "even": "At equal distances"}
TOOLS = {"cvat": "CVAT", "coco": "COCO (Label Studio, Roboflow …)"}


def offer(command: Command | None) -> None:
    """For those who have a video and no labels yet."""
    here = command is not None and command.kind == KIND and not command.subject
    with st.expander(
        "No labels yet? Choose frames of a video to label",
        expanded=here,
        icon=":material/movie_edit:",
        key="video_task_box",
        on_change="rerun",
    ) as box:
        if box.open:
            _form(None)
            _chosen(command, "")


def draw(command: Command | None, dataset: Dataset) -> None:
    """For a dataset that shall grow: its classes are in the task."""
    heading("1. Choose frames of a video to label")
    _form(dataset)
    _chosen(command, dataset.name)


def _form(dataset: Dataset | None) -> None:
    video = source.choose(source.UPLOAD)
    names: str | None = ""
    if dataset is None:
        names = st.text_input("Classes to label", placeholder="car, road, sky", key="task_classes", width=420)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input("Frames", 1, 500, 30, key="task_count", width=110)
        how = st.segmented_control(
            "Chosen", list(HOW), default="different", required=True, format_func=lambda key: HOW[key], key="task_how"
        )
        tool = st.segmented_control(
            "For", list(TOOLS), default="cvat", required=True, format_func=lambda key: TOOLS[key], key="task_tool"
        )
    ready = video is not None and (dataset is not None or bool((names or "").strip()))
    if st.button("Choose frames", icon=":material/burst_mode:", disabled=not ready, key="choose_frames") and video:
        _start(video, int(count), str(how), str(tool), dataset, str(names))


def _start(video: Path, count: int, how: str, tool: str, dataset: Dataset | None, names: str) -> None:
    out = scratch.fresh(cached.settings().uploads_dir)
    arguments = ["dataset", "frames", str(video), "--count", str(count), "--how", how, "--format", tool]
    arguments += ["--out", str(out / f"{video.stem}-to-label.zip")]
    arguments += ["--dataset", dataset.name] if dataset else ["--classes", names]
    subject = dataset.name if dataset else ""
    follow(tasks.start(arguments, kind=KIND, title=f"Choosing frames of {video.name}", subject=subject))


def _chosen(command: Command | None, subject: str) -> None:
    if command is None or command.kind != KIND or command.subject != subject:
        return
    if not command.over:
        tasks.watch(command)
        return
    if not tasks.outcome(command, "No frames were chosen"):
        return
    tasks.file_of(command, "Download the task")
    path = Path(str(command.result["path"]))
    if not path.is_file():
        return
    with st.grid(4, min_column_width=110, gap="xsmall"):
        for frame in command.result["frames"][:40]:
            picture = cached_media.packed_thumbnail(str(path), path.stat().st_mtime, str(frame["name"]), 320)
            time = fmt.clock(float(frame["time_s"]))
            st.image(picture, caption=time, alt=f"Frame at {time}", width="stretch")
    st.caption(
        "Label them in your tool, export the masks, and "
        + ("add them to this dataset." if subject else "import the export above.")
    )
