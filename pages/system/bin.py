"""The bin: what was deleted, by whom, for how long it can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.common import cached, rights, state
from pages.common import format as fmt
from pages.common.widgets import heading, md, problem, sure
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.upkeep.bin import DAYS, Entry

ROWS = 8
"""Entries on one page of the list."""


def draw() -> None:
    """The newest first, each with the way back."""
    heading("Bin", help=f"What was deleted can be taken back for {DAYS} days; then it is deleted for good.")
    entries = cached.bin_().entries()
    if not entries:
        st.caption("Nothing was deleted.")
        return
    pages = -(-len(entries) // ROWS)
    page = st.pagination(pages, key="bin_page") if pages > 1 else 1
    for entry in entries[(page - 1) * ROWS : page * ROWS]:
        _row(entry)


def _row(entry: Entry) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        left = fmt.plural(entry.days_left, "day") + " left"
        st.markdown(
            f"**{md(entry.name)}** :gray[{entry.sort} of {md(entry.owner or 'nobody known')}]  \n"
            f":gray[deleted by {md(entry.by)} {fmt.ago(entry.when)} · {left}]",
            width="stretch",
        )
        if rights.button(
            Action.RESTORE, entry.owner, "Take back", icon=":material/undo:", key=f"restore_{entry.id}", type="tertiary"
        ):
            _do(cached.bin_().restore, entry, "{} is back")
        if rights.button(
            Action.PURGE, entry.owner, "Delete for good …", icon=":material/delete_forever:",
            key=f"purge_{entry.id}", type="tertiary",
        ):  # fmt: skip
            _confirm(entry)


@st.dialog("Delete this for good?")
def _confirm(entry: Entry) -> None:
    st.markdown(f"**{md(entry.name)}** and all its files are deleted from this machine. This cannot be undone.")
    if sure("Leave it in the bin", "Delete for good", key="purge", icon=":material/delete_forever:"):
        _do(cached.bin_().purge, entry, "{} was deleted for good")


def _do(act: Callable[[str], Entry], entry: Entry, notice: str) -> None:
    try:
        now = act(entry.id)
    except SegcoreError as error:
        problem(error)
        return
    cached.forget_sizes()
    state.say(notice.format(now.name))
    st.rerun()
