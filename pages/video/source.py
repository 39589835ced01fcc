"""Which video: the sample, one from this computer, or one that lies on the server."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.widgets import md, problem
from segcore.datasets.server_files import resolve_server_file
from segcore.errors import SegcoreError
from segcore.video.pictures import FPS, holds_pictures, is_sequence

SAMPLE, UPLOAD, SERVER = "Sample video", "From here", "On the server"
KINDS = (
    *("mp4", "mov", "m4v", "mkv", "webm", "avi", "3gp", "3g2", "mpg", "mpeg", "vob", "ts", "mts", "m2ts", "wmv", "asf"),
    *("flv", "ogv", "mxf", "dv", "h264", "hevc", "mjpeg", "y4m", "gif", "apng", "zip"),
)


def choose(first: str = SAMPLE) -> Path | None:
    """The chosen video's path; None until there is one. `first`: the way that is proposed."""
    lying = lying_here()
    ways = [SAMPLE, UPLOAD, *([SERVER] if lying or cached.settings().server_folders else [])]
    way = st.segmented_control("Video", ways, default=first, required=True, key=f"video_way_{first}")
    try:
        if way == SAMPLE:
            return _sample()
        return _upload() if way == UPLOAD else _server(lying)
    except SegcoreError as error:
        problem(error, "This video cannot be used")
        return None


def _sample() -> Path:
    with st.spinner("Drawing the sample video … (once)"):
        return cached.datasets().sample_video()


def _upload() -> Path | None:
    file = st.file_uploader("Video", type=list(KINDS), key=state.upload_key("video"), label_visibility="collapsed")
    return keep(file, cached.settings().uploads_dir) if file else None


def keep(file: UploadedFile, folder: Path) -> Path:
    """Copy an upload to a place of its own, once: a rerun finds it there, another user's is another."""
    name = re.sub(r"[^\w.-]+", "-", Path(file.name).name).strip("-.")[-80:] or "video"
    target = folder / f"{file.file_id[:8]}-{name}"
    if not target.is_file() or target.stat().st_size != file.size:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.part")
        file.seek(0)
        with fresh.open("wb") as out:
            while block := file.read(1 << 20):
                out.write(block)
        fresh.replace(target)
    return target


def ask_rate(video: Path) -> float:
    """Pictures a second: asked for where pictures are chosen, which do not say it."""
    if not is_sequence(video):
        return FPS
    return st.number_input(
        "Pictures a second",
        0.1,
        1000.0,
        FPS,
        key=f"rate_{video.name}",
        width=200,
        help="Pictures have no times of their own; this many of them make a second of the result.",
    )


def lying_here() -> list[Path]:
    """Earlier uploads, and videos and folders of pictures in the server's open folders."""
    folders = [cached.settings().uploads_dir, *cached.settings().server_folders]
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".") and (path.suffix.lower().lstrip(".") in KINDS or holds_pictures(path))
    ]


def _server(lying: list[Path]) -> Path | None:
    roots = (*cached.settings().server_folders, cached.settings().uploads_dir)
    chosen = st.selectbox(
        "Video on the server",
        [str(path) for path in lying],
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a path",
        format_func=lambda path: (
            f"{md(Path(path).name)} · {fmt.size(Path(path).stat().st_size)}" if Path(path).is_file() else md(path)
        ),
        key="server_video",
    )
    return resolve_server_file(chosen, roots) if chosen else None
