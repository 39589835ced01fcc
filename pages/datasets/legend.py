"""The legend of an import: each class with cut-outs, its colour and name, and what shall become of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.common import cached, cached_media
from pages.common import format as fmt
from pages.common.widgets import heading, md
from pages.datasets.edits import Row, join, rows_of
from segcore.datasets.drafts import Draft, DraftClass

ON_A_PAGE = 24
Fate = Literal["own", "ignore"] | int


def rows(draft: Draft) -> dict[int, Row]:
    """The legend with what the user changed, kept through reloads until the draft is read in another way."""
    notes = cached.kept(f"legend {draft.id} {_reading(draft)}")
    found: dict[int, Row] = notes.setdefault("rows", rows_of(draft.legend))
    return found


def _reading(draft: Draft) -> str:
    return f"{draft.format} {draft.repairs.model_dump_json(exclude={'mapping'})}"


def draw(draft: Draft, folder: Path) -> None:
    """A card a class, page by page."""
    if not draft.legend:
        return
    heading(
        "Classes", help="Names and colours can be changed later as well. The labels of your files stay as they are."
    )
    unknown = sum(not c.known for c in draft.legend)
    if unknown:
        st.caption(f"{fmt.plural(unknown, 'class', 'classes')} without a name in your files: the cut-outs show which.")
    pages = -(-len(draft.legend) // ON_A_PAGE)
    page = st.pagination(pages, key=f"legend_page_{draft.id}") if pages > 1 else 1
    now = rows(draft)
    with st.grid(3, min_column_width=220):
        for found in draft.legend[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
            with st.container(border=True, gap="xsmall"):
                _card(draft, found, now, folder)


def _card(draft: Draft, found: DraftClass, now: dict[int, Row], folder: Path) -> None:
    row = now[found.id]
    key = f"{draft.id}_{abs(hash(_reading(draft)))}_{found.id}"
    pictures = [folder / name for name in found.crops]
    if pictures:
        changed = max(p.stat().st_mtime for p in pictures)
        strip = cached_media.crops(tuple(map(str, pictures)), changed)
        st.image(strip, alt=f"Cut-outs of {found.source}", width="stretch")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        color = st.color_picker(
            f"Colour of {found.source}",
            row.color,
            key=f"color_{key}",
            label_visibility="collapsed",
            disabled=not row.kept,
        )
        name = st.text_input(
            f"Name of {found.source}",
            row.name,
            max_chars=100,
            key=f"name_{key}",
            label_visibility="collapsed",
            disabled=not row.kept,
        )
        if (name, color) != (row.name, row.color):
            now[found.id] = replace(row, name=name, color=color)
    left, right = st.columns([4, 3], vertical_alignment="center", gap="xsmall", wrap=False)
    frames = fmt.plural(found.frames, "frame") if found.frames else "in no frame"
    left.caption(f"{md(found.source)}  \n{fmt.share(found.share)} · {frames}")
    with right:
        _fate(found, now, key)


def _fate(found: DraftClass, now: dict[int, Row], key: str) -> None:
    others = [row.id for row in now.values() if row.kept and row.id != found.id]
    options: list[Fate] = ["own", *others, "ignore"]
    into = now[found.id].into
    present: Fate = "own" if into == found.id else "ignore" if into is None else into

    def words(fate: Fate) -> str:
        if isinstance(fate, int):
            return f"Part of {now[fate].name}"
        return "A class" if fate == "own" else "Ignored"

    chosen = st.selectbox(
        f"What becomes of {found.source}",
        options,
        options.index(present),
        format_func=words,
        key=f"fate_{key}_{len(others)}_{present}",
        label_visibility="collapsed",
    )
    if chosen != present:
        now.update(join(now, found.id, found.id if chosen == "own" else None if chosen == "ignore" else chosen))
        st.rerun()
