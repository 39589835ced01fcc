"""A quick look before the whole: twenty frames spread over the video, with what is on them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

from pages.common import cached, scratch, tasks
from pages.common import format as fmt
from pages.common.widgets import md
from segcore.video.config import SegmentConfig

KIND = "quick look"


def draw(config: SegmentConfig) -> None:
    """The button, the bar while it is made, and the sheet; for these very settings."""
    settings = config.model_dump_json()
    changed = config.video.stat().st_mtime_ns
    notes = cached.kept(f"{KIND} {hashlib.sha256(f'{settings} {changed}'.encode()).hexdigest()}")
    command = tasks.find(notes.get("task"))
    if command is None or command.state in ("failed", "cancelled"):
        if command is not None:
            tasks.outcome(command, "No quick look")
        if st.button("Quick look at 20 frames", icon=":material/grid_view:", key="quick_look"):
            folder = scratch.fresh(cached.settings().home / "cache" / "previews")
            arguments = ["segment", "--preview", "--settings", settings, "--out", str(folder)]
            notes["task"] = tasks.start(arguments, kind=KIND, title=f"Looking at {config.video.name}").id
            st.rerun()
    elif not command.over:
        tasks.watch(command)
    else:
        _sheet(command.result)


def _sheet(facts: dict[str, Any]) -> None:
    picture = Path(facts["picture"])
    if picture.is_file():
        st.image(picture.read_bytes(), alt="Frames spread over the video with what was found", width="stretch")
    st.markdown(presence(facts))


def presence(facts: dict[str, Any]) -> str:
    """ "mouse in 12 of 20 frames (3.1 % of the picture) · bear in none", as Markdown."""
    total = len(facts["times_s"])
    said = []
    for row in facts["classes"][1:]:
        count = row["frames"]
        where = f"in {count} of {total} (:gray[{fmt.share(row['mean_share'])}])" if count else "in none"
        said.append(f"**{md(row['class'])}** {where}")
    return " · ".join(said)
