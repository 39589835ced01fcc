"""A wall of pictures in which each can be clicked: Streamlit's own pictures only open in another window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.common import state
from pages.common.pictures import data_uri

_HTML = """
<div class="wall"></div>
"""

_WALL = st.components.v2.component(
    "segcore_gallery",
    html=_HTML,
    css=Path(__file__).with_name("gallery.css").read_text("utf-8"),
    js=Path(__file__).with_name("gallery.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Tile:
    """One picture (JPEG) under the name `id`; `note` stands beside the name."""

    id: str
    picture: bytes
    alt: str
    note: str = ""


def draw(tiles: Sequence[Tile], on_open: Callable[[str], None], *, key: str, least: int = 200) -> None:
    """The pictures, as many side by side as there is room for.

    Args:
        tiles: in their order.
        on_open: called with the id of the picture that was clicked, before the page is drawn again.
        key: of the element.
        least: width below which a picture is not shrunk, in pixels.
    """

    def opened() -> None:
        clicked = (state.held(key) or {}).get("opened")
        if clicked in {tile.id for tile in tiles}:
            on_open(clicked)

    _WALL(key=key, data={"least": least, "tiles": [_as_data(tile) for tile in tiles]}, on_opened_change=opened)


def _as_data(tile: Tile) -> dict[str, str]:
    return {"id": tile.id, "picture": data_uri(tile.picture, "image/jpeg"), "alt": tile.alt, "note": tile.note}
