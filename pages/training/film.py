"""A validation frame over the epochs: its truth, what the network made of it, and where that is wrong.

All epochs are in the browser, so that the slider and Play follow without asking the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

_HTML = """
<div class="bar">
  <button type="button" class="play"></button>
  <input type="range" min="0" step="1" aria-label="Epoch">
  <span class="where"></span>
</div>
<div class="screens"></div>
"""

_FILM = st.components.v2.component(
    "segcore_film",
    html=_HTML,
    css=Path(__file__).with_name("film.css").read_text("utf-8"),
    js=Path(__file__).with_name("film.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Shot:
    """One epoch; `prediction` and `errors` are layers over the frame, as data: addresses."""

    epoch: int
    prediction: str
    errors: str


def draw(name: str, image: str, truth: str, shots: Sequence[Shot], best: int | None, *, key: str = "film") -> None:
    """The frame three times: with its truth, and with prediction and errors of the epoch that the slider is at.

    Args:
        name: of run and frame; while it stays, so does the epoch that was chosen.
        image: the frame, as a data: address.
        truth: the layer of its labels.
        shots: by epoch; the newest one is followed until another is chosen.
        best: the epoch whose weights are kept.
        key: of the element.
    """
    epochs = [{"epoch": s.epoch, "prediction": s.prediction, "errors": s.errors} for s in shots]
    _FILM(key=key, data={"name": name, "image": image, "truth": truth, "shots": epochs, "best": best})
