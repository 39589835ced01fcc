"""A wall of pictures in which each can be clicked: Streamlit's own pictures only open in another window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.common import state
from pages.common.pictures import data_uri

_HTML = """
<div class="wall"></div>
"""

_CSS = """
.wall { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(var(--least), 100%), 1fr)); }
button { all: unset; display: block; cursor: pointer; min-width: 0; border-radius: var(--st-base-radius); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 3px; }
img { display: block; width: 100%; border-radius: var(--st-base-radius); background: var(--st-border-color);
      transition: filter 120ms; }
button:hover img { filter: brightness(1.12); }
.name { display: flex; gap: 0.5rem; align-items: baseline; padding-top: 0.3rem; font-family: var(--st-font);
        font-size: 0.82rem; color: var(--st-text-color); opacity: 0.85; }
.name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.name em { font-style: normal; flex: none; color: var(--st-primary-color); }
button:hover .name { opacity: 1; }
"""

_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const wall = parentElement.querySelector(".wall")
  wall.style.setProperty("--least", data.least + "px")
  wall.replaceChildren(...data.tiles.map((tile) => {
    const button = document.createElement("button")
    const picture = document.createElement("img")
    const name = document.createElement("div")
    const text = document.createElement("span")
    button.type = "button"
    button.title = tile.id
    picture.src = tile.picture
    picture.alt = tile.alt
    name.className = "name"
    text.textContent = tile.id
    name.append(text)
    if (tile.note) {
      const note = document.createElement("em")
      note.textContent = tile.note
      name.append(note)
    }
    button.append(picture, name)
    button.onclick = () => setTriggerValue("opened", tile.id)
    return button
  }))
}
"""

_WALL = st.components.v2.component("segcore_gallery", html=_HTML, css=_CSS, js=_JS)


@dataclass(frozen=True)
class Tile:
    """One picture (JPEG) under the name `id`; `note` stands beside the name."""

    id: str
    picture: bytes
    alt: str
    note: str = ""


def draw(tiles: Sequence[Tile], on_open: Callable[[str], None], *, key: str, least: int = 240) -> None:
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
