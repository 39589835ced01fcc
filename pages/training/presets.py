"""The presets as cards: what each is for and how long it takes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from segcore.runs import Run, RunState
from segcore.training.config import PRESETS, TrainConfig, from_preset


@dataclass(frozen=True)
class Card:
    """What a preset's card says."""

    title: str
    icon: str
    text: str


CARDS = {
    "fast": Card("Fast", ":material/bolt:", "A first network, good enough to see whether it works."),
    "balanced": Card("Balanced", ":material/balance:", "Finer edges and small objects. The usual choice."),
    "best": Card("Best", ":material/workspace_premium:", "All that these frames can give; for the final run."),
    "notebook": Card("Notebook", ":material/menu_book:", "The course notebook's network and settings, to compare."),
}


def expected_seconds(config: TrainConfig, past: Sequence[Run]) -> float | None:
    """How long a training will take here.

    Its budget where it has one; else from the pace of the newest run of the same preset; None where nothing is known.
    """
    if config.minutes is not None:
        return config.minutes * 60
    for run in past:
        epochs, seconds = run.metrics.get("epoch/step"), run.metrics.get("epoch/seconds")
        if run.params.get("preset") == config.preset and epochs and seconds:
            return seconds * (config.epochs or 0)
    return None


def draw(dataset: str) -> str:
    """The cards; returns the chosen preset."""
    past = cached.runs().list("train", (RunState.FINISHED, RunState.CANCELLED), 50)
    asked = state.param("preset")
    chosen = state.preset(asked if asked in PRESETS else "fast")
    with st.grid(4, min_column_width=190):
        for name in PRESETS:
            _card(name, CARDS.get(name, Card(name.capitalize(), ":material/tune:", "")), dataset, past, chosen)
    return chosen


def _card(name: str, card: Card, dataset: str, past: Sequence[Run], chosen: str) -> None:
    config = from_preset(dataset, name)
    seconds = expected_seconds(config, past)
    time = fmt.about(seconds) if seconds else f"{config.epochs} epochs, hours on a CPU"
    with st.container(border=True, height="stretch"):
        st.markdown(f"{card.icon} **{card.title}**  \n:gray[{time}]")
        st.caption(card.text)
        st.space("stretch")
        st.button(
            "Chosen" if name == chosen else "Choose",
            key=f"preset_{name}",
            icon=":material/check:" if name == chosen else None,
            disabled=name == chosen,
            on_click=state.choose_preset,
            args=(name,),
            width="stretch",
        )
