"""A command at work, as pages show it: what it does, how far it is, how long it takes, and Cancel."""

from __future__ import annotations

from collections.abc import Sequence
from io import FileIO
from pathlib import Path

import streamlit as st

from pages.common import cached, who
from pages.common import format as fmt
from pages.common.commands import Command, pace
from pages.common.widgets import amount, md
from segcore.access import Action

EVERY_S = 0.7


def start(
    arguments: Sequence[str],
    *,
    kind: str,
    title: str,
    subject: str = "",
    scratch: Path | None = None,
    action: Action = Action.START,
) -> Command:
    """Start `segcore <arguments> --json --progress-json`; see `Commands.start`."""
    return cached.commands().start(
        [*arguments, "--progress-json"], kind=kind, title=title, subject=subject, scratch=scratch, action=action
    )


def find(command_id: str | None) -> Command | None:
    """The command of that id, if this dashboard still knows it."""
    return cached.commands().get(command_id) if command_id else None


def running(*kinds: str) -> list[Command]:
    """Commands at work, of these kinds or all."""
    return cached.commands().running(*kinds)


@st.fragment(run_every=EVERY_S)
def watch(command: Command) -> None:
    """The bar of a command; when it ends, the whole page is drawn again."""
    if command.over:
        st.rerun()
    bar(command)


def bar(command: Command) -> None:
    """Title, bar with rate and time left, Cancel."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{md(command.title)}**", width="stretch")
            st.button(
                "Cancel",
                icon=":material/close:",
                type="tertiary",
                key=f"cancel_{command.id}",
                on_click=command.cancel,
            )
        last = command.steps[-1] if command.steps else None
        share = min(1.0, last.done / last.total) if last and last.total > 0 else 0.0
        st.progress(share, text=md(sentence(command)))
    st.caption("You can leave this page: it goes on.")


def sentence(command: Command) -> str:
    """ "Looking at masks · 120 of 400 · 35.2/s · 0:08 left"."""
    steps = list(command.steps)
    if not steps:
        return "Starting"
    last = steps[-1]
    parts = [last.stage[:1].upper() + last.stage[1:]] if last.stage else []
    if last.total > 0:
        parts.append(f"{amount(last.done)} of {amount(last.total)}")
    rate, left = pace(steps)
    if rate is not None:
        parts.append(f"{rate:.1f}/s")
    if left is not None:
        parts.append(f"{fmt.clock(left)} left")
    return " · ".join(parts) or "At work"


def outcome(command: Command, headline: str) -> bool:
    """Say why a command brought nothing; True where it did bring something."""
    if command.state == "failed":
        st.error(md(command.error), title=headline, icon=":material/error:")
    elif command.state == "cancelled":
        st.info("It was cancelled; nothing was kept.", icon=":material/close:")
    return command.state == "done"


def file_of(command: Command, label: str) -> None:
    """The file that a command wrote, with its warnings."""
    path = Path(str(command.result.get("path", "")))
    for warning in command.result.get("warnings", []):
        st.warning(md(str(warning)), icon=":material/warning:")
    if not path.is_file():
        st.info("The file was cleaned up in the meantime; make it again.", icon=":material/info:")
        return
    st.download_button(
        f"{label} ({fmt.size(path.stat().st_size)})",
        who.for_them(lambda: FileIO(path)),
        path.name,
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=f"download_{command.id}",
    )
