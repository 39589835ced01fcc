"""The class table: rename, recolour, merge, drop, reorder. Each change is at work at once and can be undone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.widgets import md
from segcore.classes import IGNORE, SegClass, safe_colors
from segcore.datasets import mapping as edit
from segcore.datasets.dataset import Dataset
from segcore.datasets.health import ClassBalance, balance
from segcore.datasets.mapping import ClassMapping
from segcore.errors import SegcoreError

ON_A_PAGE = 24
UP, DOWN, GROUND, DROP = "Move up", "Move down", "Make it the background", "Ignore its pixels"
Change = Callable[[ClassMapping], ClassMapping]


def draw(dataset: Dataset) -> None:
    """A row a class, and what can be done with all of them."""
    st.caption("The labels of your files stay as they are: changes say how they are read, and can be undone.")
    _all_of_them(dataset)
    complaint = state.take_complaint()
    if complaint:
        st.error(md(complaint), icon=":material/error:")
    shares = balance(dataset)
    pages = -(-len(shares) // ON_A_PAGE)
    page = st.pagination(pages, key=f"classes_page_{dataset.name}") if pages > 1 else 1
    for row in shares[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
        _row(dataset, dataset.classes[row.class_id], row)
    _ignored(dataset)


def _all_of_them(dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        steps = cached.datasets().can_undo(dataset.name)
        st.button(
            "Undo",
            icon=":material/undo:",
            disabled=not steps,
            key="undo_classes",
            help=f"{fmt.plural(steps, 'change')} can be undone." if steps else "Nothing was changed.",
            on_click=_undo,
            args=(dataset.name,),
        )
        st.button(
            "Colours that everybody can tell apart",
            icon=":material/palette:",
            key="safe_colors",
            help="A palette for colour-blind readers too.",
            on_click=_apply,
            args=(dataset, safely_colored),
        )


def safely_colored(mapping: ClassMapping) -> ClassMapping:
    """All classes in colours that colour-blind people tell apart as well."""
    return edit.repaint(mapping, safe_colors(len(mapping.classes)))


def _row(dataset: Dataset, segclass: SegClass, row: ClassBalance) -> None:
    key = f"{dataset.name}_{segclass.id}"
    stamp = f"{key}_{segclass.name}_{segclass.color}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width=640):
        st.color_picker(
            f"Colour of class {segclass.id}",
            segclass.color,
            key=f"color_{stamp}",
            label_visibility="collapsed",
            on_change=_recolor,
            args=(dataset, segclass.id, f"color_{stamp}"),
        )
        st.text_input(
            f"Name of class {segclass.id}",
            segclass.name,
            max_chars=100,
            key=f"name_{stamp}",
            label_visibility="collapsed",
            on_change=_rename,
            args=(dataset, segclass.id, f"name_{stamp}"),
        )
        st.caption(f"{fmt.share(row.pixel_share)} of pixels  \n{fmt.plural(row.frames, 'frame')}", width=120)
        chosen = st.menu_button(
            "Change", options(dataset, segclass.id), icon=":material/more_horiz:", type="tertiary", key=f"menu_{key}"
        )
    if chosen:
        _apply(dataset, change_for(dataset, segclass.id, chosen))
        st.rerun()


def options(dataset: Dataset, class_id: int) -> list[str]:
    """What the menu of a class offers."""
    last = len(dataset.classes) - 1
    places = ([UP] if class_id > 0 else []) + ([DOWN] if class_id < last else []) + ([GROUND] if class_id > 0 else [])
    parts = [f"Make it part of {c.name}" for c in dataset.classes if c.id != class_id]
    return [*places, *parts, *([DROP] if last else [])]


def change_for(dataset: Dataset, class_id: int, chosen: str) -> Change:
    """The change that an entry of the menu stands for."""
    if chosen == DROP:
        return lambda m: edit.drop(m, class_id)
    if chosen == GROUND:
        return lambda m: edit.background(m, class_id)
    if chosen in (UP, DOWN):
        order = list(range(len(dataset.classes)))
        other = class_id + (1 if chosen == DOWN else -1)
        order[class_id], order[other] = order[other], order[class_id]
        return lambda m: edit.reorder(m, order)
    into = next(c.id for c in dataset.classes if chosen == f"Make it part of {c.name}")
    return lambda m: edit.merge(m, [class_id], into)


def _apply(dataset: Dataset, change: Change) -> None:
    try:
        cached.datasets().set_mapping(dataset.name, change(dataset.mapping))
    except SegcoreError as error:
        state.complain(str(error))


def _recolor(dataset: Dataset, class_id: int, key: str) -> None:
    _apply(dataset, lambda m: edit.recolor(m, class_id, st.session_state[key]))


def _rename(dataset: Dataset, class_id: int, key: str) -> None:
    wanted = st.session_state[key]
    st.session_state[key] = dataset.classes[class_id].name  # a name that is refused does not stay in its box
    _apply(dataset, lambda m: edit.rename(m, class_id, wanted))


def _undo(name: str) -> None:
    try:
        cached.datasets().undo_classes(name)
    except SegcoreError as error:
        state.complain(str(error))


def _ignored(dataset: Dataset) -> None:
    table = dataset.mapping.table()
    names = [c.name for c in dataset.stored_classes if table[c.id] == IGNORE]
    if names:
        st.caption(
            f":material/visibility_off: Ignored: {md(', '.join(names))}. Their pixels are neither learned nor scored."
        )
