"""Which videos: the sample, some from this computer, or some that lie on the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.widgets import md, problem
from segcore.access import Action, require
from segcore.batches.making import video_name
from segcore.datasets.server_files import resolve_server_file
from segcore.errors import SegcoreError
from segcore.video.pictures import FPS, holds_pictures, is_sequence

SAMPLE, UPLOAD, SERVER, PHOTO = "Sample video", "From here", "On the server", "Photo"
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


def choose_way() -> str:
    """Where the videos come from, or `PHOTO`: a picture or a camera instead."""
    ways = [SAMPLE, UPLOAD, *([SERVER] if lying_here() or cached.settings().server_folders else []), PHOTO]
    return str(st.segmented_control("Video", ways, default=SAMPLE, required=True, key="videos_way"))


def choose_many(way: str) -> list[Path]:
    """The chosen videos' paths, each once, in the order of choosing; empty until there is one."""
    try:
        if way == SAMPLE:
            return [_sample()]
        chosen = _upload_many() if way == UPLOAD else _server_many(lying_here())
    except SegcoreError as error:
        problem(error, "These videos cannot be used")
        return []
    return list(dict.fromkeys(chosen))


def _sample() -> Path:
    with st.spinner("Drawing the sample video … (once)"):
        return cached.sample_video()


def _upload() -> Path | None:
    file = st.file_uploader("Video", type=list(KINDS), key=state.upload_key("video"), label_visibility="collapsed")
    return keep(file, cached.settings().uploads_dir) if file else None


def _upload_many() -> list[Path]:
    files = st.file_uploader(
        "Videos",
        type=list(KINDS),
        accept_multiple_files=True,
        key=state.upload_key("videos"),
        label_visibility="collapsed",
    )
    if not files:
        st.caption("One video, or many that are segmented with the same settings.")
    return [keep(file, cached.settings().uploads_dir) for file in files]


def keep(file: UploadedFile, folder: Path) -> Path:
    """Copy an upload to a place of its own, once: a rerun finds it there, another user's is another.

    Raises:
        AccessError: whoever asks may upload nothing.
    """
    require(Action.UPLOAD)
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


def ask_rate(videos: Sequence[Path]) -> float:
    """Pictures a second: asked for where pictures are among what was chosen, for they do not say it."""
    if not any(is_sequence(video) for video in videos):
        return FPS
    return st.number_input(
        "Pictures a second",
        0.1,
        1000.0,
        FPS,
        key="picture_rate",
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
        format_func=_named,
        key="server_video",
    )
    return resolve_server_file(chosen, roots) if chosen else None


def _server_many(lying: list[Path]) -> list[Path]:
    roots = (*cached.settings().server_folders, cached.settings().uploads_dir)
    _whole_folders(lying)
    chosen = st.multiselect(
        "Videos on the server",
        [str(path) for path in lying],
        accept_new_options=True,
        placeholder="Choose some, or type a path",
        format_func=_named,
        key=state.SERVER_VIDEOS,
    )
    return [resolve_server_file(path, roots) for path in chosen]


def _whole_folders(lying: list[Path]) -> None:
    """A button for each open folder that holds several videos: it chooses all of them."""
    folders = {path.parent: [str(p) for p in lying if p.parent == path.parent] for path in lying}
    with st.container(horizontal=True):
        for number, (folder, inside) in enumerate(folders.items()):
            if len(inside) > 1:
                here = "your uploads" if folder == cached.settings().uploads_dir else folder.name
                st.button(
                    f"All {len(inside)} of {md(here)}",
                    icon=":material/folder_open:",
                    key=f"whole_folder_{number}",
                    on_click=state.choose_server_videos,
                    args=(inside,),
                )


def _named(path: str) -> str:
    """A file of the server, with its size where it is there."""
    file = Path(path)
    return f"{md(video_name(file))} · {fmt.size(file.stat().st_size)}" if file.is_file() else md(path)
