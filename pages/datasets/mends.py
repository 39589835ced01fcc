"""Mends of an import: one click each, taken back as easily; and corrections of what was recognised."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from pages.common import cached, scratch, tasks
from pages.common import format as fmt
from pages.common.widgets import heading, md
from pages.datasets.importing import follow
from segcore.datasets.drafts import Draft
from segcore.datasets.repairs import Offer, Repairs

DONE = {
    "encoding": "Masks read as {value}",
    "near_colors": "Blurred borders mended: each colour becomes the nearest class's",
    "unknown_ignore": "Labels and colours of no class are ignored",
    "resize_masks": "Masks of another size are scaled to their image",
    "turn_masks": "Masks are turned with their image",
    "mask_suffix": "Masks are called like their images and {value}",
    "image_suffix": "Images are called like their masks and {value}",
}
"""Field of the repairs → what it does, once it is in use."""

ENCODINGS = {
    None: "as recognised",
    "index": "class numbers (0, 1, 2 …)",
    "palette": "a palette",
    "color": "colours, one a class",
    "binary": "black and white: one class",
    "levels": "grey levels, one a class",
}


def written(repairs: Repairs) -> tuple[Path, Path]:
    """(a folder to delete afterwards, the repairs as a file in it)."""
    folder = scratch.fresh(cached.settings().uploads_dir)
    file = folder / "repairs.json"
    file.write_text(repairs.model_dump_json(), "utf-8")
    return folder, file


def revise(draft: Draft, *, repairs: Repairs | None = None, format_name: str | None = None) -> None:
    """Look at the draft again with other repairs, or as another format."""
    folder, file = written(repairs or Repairs())
    arguments = ["dataset", "draft", "--id", draft.id, "--repairs", str(file)]
    chosen = format_name or draft.format
    arguments += ["--format", chosen] if chosen else []
    title = f"Looking at {draft.filename} again"
    follow(tasks.start(arguments, kind="revise", title=title, subject=draft.id, scratch=folder))


def ask_format(draft: Draft) -> None:
    """Several formats fit: the user says which."""
    titles = {c.format: md(c.title) for c in draft.candidates}
    heading("This can be read in several ways", help="What is chosen can be changed afterwards.")
    with st.form("ask_format", border=False):
        chosen = st.radio(
            "Read it as",
            list(titles),
            format_func=lambda name: titles[name],
            captions=[md(c.evidence) for c in draft.candidates],
            label_visibility="collapsed",
        )
        if st.form_submit_button("Read it this way", type="primary", icon=":material/check:"):
            revise(draft, format_name=chosen)


def offers(draft: Draft) -> None:
    """What would help, each with a button; and what was taken, each to be taken back."""
    for field, words in DONE.items():
        value = getattr(draft.repairs, field)
        if value:
            _taken(draft, field, words.format(value=ENCODINGS.get(value, repr(value))))
    for offer in draft.offers:
        _offer(draft, offer)


def _taken(draft: Draft, field: str, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":green[:material/build_circle:] {md(words)}", width="content")
        if st.button("Take back", type="tertiary", icon=":material/undo:", key=f"untake_{field}"):
            revise(draft, repairs=draft.repairs.model_copy(update={field: Repairs.model_fields[field].default}))


def _offer(draft: Draft, offer: Offer) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        names = f"  \n:gray[{md(', '.join(offer.files[:3]))}{' …' if len(offer.files) > 3 else ''}]"
        st.markdown(
            f":orange[:material/build:] **{md(offer.title)}**  \n{md(offer.detail)}{names if offer.files else ''}",
            width="stretch",
        )
        label = f"Mend {fmt.plural(offer.count, 'file')}" if offer.count else "Mend it"
        weight: Literal["secondary", "primary"] = "secondary" if draft.frames else "primary"
        if st.button(label, type=weight, icon=":material/auto_fix_high:", key=f"offer_{offer.kind}"):
            revise(draft, repairs=offer.repairs)


def correct(draft: Draft) -> None:
    """Tucked away: another format, another way to read the masks."""
    with st.popover("Recognised wrongly?", icon=":material/tune:", type="tertiary"), st.form("correct", border=False):
        titles = {c.format: c.title for c in draft.candidates}
        formats = list(titles)
        chosen = st.selectbox(
            "Format",
            formats,
            formats.index(draft.format) if draft.format in formats else 0,
            format_func=lambda name: titles[name],
        )
        ways = list(ENCODINGS)
        way = st.selectbox(
            "Masks hold", ways, ways.index(draft.repairs.encoding), format_func=lambda value: ENCODINGS[value]
        )
        if st.form_submit_button("Look again", icon=":material/refresh:"):
            revise(draft, repairs=draft.repairs.model_copy(update={"encoding": way}), format_name=chosen)
