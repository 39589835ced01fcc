"""What the address of the samples page says: dataset, view, filters, page, frame. Links can be shared.

`/samples?dataset=desk&finding=tiny-objects` shows the frames of a finding, `&frame=0012` opens one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.common import state
from pages.common.catalog import Filters
from pages.common.pictures import LAYERS, Layer

TRAINING, FRAMES = "training", "frames"
VIEWS = {TRAINING: "What training sees", FRAMES: "Labelled frames"}
FILTERS = ("find", "side", "shows", "lacks", "finding")


def view() -> str:
    """Which view is asked for; a link to a frame or to a finding means the frames."""
    asked = state.param("view")
    if asked in VIEWS:
        return str(asked)
    return FRAMES if any(state.param(name) for name in ("frame", *FILTERS)) else TRAINING


def choose_view() -> None:
    """Callback of the view's switch."""
    state.set_param("view", state.held("samples_view"))
    state.set_param("frame", None)


def choose_dataset() -> None:
    """Callback of the choice of a dataset: what was asked of the other one is forgotten."""
    kept = view()
    for name in ("frame", "page", *FILTERS):
        state.set_param(name, None)
    state.set_param("dataset", state.held("samples_dataset"))
    state.set_param("view", kept)


def open_frame(stem: str | None) -> None:
    """Open a frame, or go back to all (None)."""
    state.set_param("view", FRAMES)
    state.set_param("frame", stem)


def filters(classes: int) -> Filters:
    """The filters that the address asks for."""
    return Filters.from_address({name: state.param(name) or "" for name in FILTERS}, classes)


def layer() -> Layer:
    """The layer that the address asks for."""
    asked = state.param("layer")
    return next((known for known in LAYERS if known == asked), "contours")


def page() -> int:
    """The page of frames, from 1."""
    asked = state.param("page") or ""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() else 1


def bound(name: str, value: Any) -> dict[str, Any]:
    """Key and callback that tie a widget to the parameter `name` of the address.

    Args:
        name: of the parameter.
        value: what the widget shows.
    """
    key = f"samples_{name}"
    return {"key": state.mirror(key, value), "on_change": _writer(name, key)}


def _writer(name: str, key: str) -> Callable[[], None]:
    def write() -> None:
        value = state.held(key)
        text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
        state.set_param("view", FRAMES)
        state.set_param(name, None if text in ("", "all", "contours") else text)
        if name != "page":
            state.set_param("page", None)

    return write


def clear_filters() -> None:
    """Show all frames again."""
    for name in (*FILTERS, "page"):
        state.set_param(name, None)
    state.set_param("view", FRAMES)


def layers() -> None:
    """The switch between layers."""
    st.segmented_control(
        "Layer",
        LAYERS,
        format_func=str.capitalize,
        required=True,
        label_visibility="collapsed",
        **bound("layer", layer()),
    )


def pages(count: int, page: int, asked: Filters) -> None:
    """The pages of frames; other filters begin with the first again."""
    key = f"samples_page_{hash(asked)}"
    st.pagination(count, default=page, key=key, on_change=_writer("page", key))
