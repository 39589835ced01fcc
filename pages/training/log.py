"""The end of what a job printed, for those who want to know more."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.common import cached
from segcore.runs import Run

LOG_FILE = "job.log"
LINES = 40
MOST_BYTES = 64_000


def draw(run: Run) -> None:
    """Folded away; while the job runs, it is read anew each time."""
    if not cached.runs().has_file(run.id, LOG_FILE):
        return
    with st.expander("What the job printed", icon=":material/terminal:", key="job_log"):
        st.code(tail(cached.runs().file(run.id, LOG_FILE)) or "Nothing.", language=None)


def tail(path: Path, lines: int = LINES) -> str:
    """The last lines of a text file, however large it is; of a line that is drawn over itself, the last state."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - MOST_BYTES))
        text = file.read().decode("utf-8", errors="replace")
    whole = text.split("\n")[1:] if size > MOST_BYTES else text.split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in whole[-lines - 1 :]).strip("\n")
