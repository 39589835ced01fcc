"""The networks as cards: what each costs, how fast it is here, which is recommended and why."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state, tasks
from pages.common.widgets import md
from segcore.models.architectures import ARCHITECTURES, Architecture
from segcore.models.measured import Measured, fitting_size
from segcore.models.recommendation import recommended
from segcore.training.config import TrainConfig

SHAPE = (9, 16)
"""Height : width of the frames that costs are told for, where frames keep their shape."""


def draw(default: TrainConfig, frames: int) -> str:
    """One line with the chosen network, and the others folded away; returns the chosen one's name.

    Args:
        default: the preset; its network is chosen at first.
        frames: labelled frames to learn from.
    """
    chosen = state.network(default.preset, default.architecture)
    best, why = recommended(frames)
    known, size = Measured(cached.settings().home), frame_size(default)
    shown = f"Network: {ARCHITECTURES[chosen].title}"
    box = st.expander(shown + (" – recommended" if chosen == best else ""), icon=":material/hub:", key="networks_box")
    with box:
        st.caption(
            f"Recommended: **{md(ARCHITECTURES[best].title)}**. {md(why)} "
            f"Figures are for frames of {size[1]}×{size[0]} pixels."
        )
        with st.grid(3, min_column_width=190):
            for name, entry in ARCHITECTURES.items():
                _card(name, entry, default.preset, chosen, figures(name, size, known), best=name == best)
        _measuring(size, known)
    return chosen


def fixed(architecture: str) -> None:
    """The network of the run that a training starts from: it stays."""
    st.caption(f":material/hub: Network: {md(ARCHITECTURES[architecture].title)}, as in the run it starts from")


def frame_size(config: TrainConfig) -> tuple[int, int]:
    """(height, width) that whole frames have for the network."""
    return config.geometry.size_for(*SHAPE)


def figures(name: str, size: tuple[int, int], known: Measured) -> str:
    """ "3.3 million parameters · 5.2 GFLOPs · 24 ms a frame here"."""
    entry, fitting = ARCHITECTURES[name], fitting_size(name, size)
    ms = known.get(name, fitting)
    speed = (
        "not measured here" if ms is None else f"{ms:.0f} ms a frame here" if ms >= 10 else f"{ms:.1f} ms a frame here"
    )
    return f"{entry.parameters / 1e6:.1f} million parameters · {entry.gflops(fitting):.1f} GFLOPs · {speed}"


def start_of(entry: Architecture) -> str:
    """Where its encoder's weights come from, in words."""
    if not entry.pretrained:
        return "Learns from nothing"
    if entry.download is None or entry.download.found():
        return "Starts from ImageNet"
    return f"Starts from ImageNet, {entry.download.megabytes} MB to download"


def _card(name: str, entry: Architecture, preset: str, chosen: str, cost: str, *, best: bool) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{md(entry.title)}**" + (" :green-badge[recommended]" if best else ""))
        st.caption(f"{md(cost)}  \n{md(start_of(entry))}")
        st.caption(md(entry.recommended_for))
        st.space("stretch")
        st.button(
            "Chosen" if name == chosen else "Choose",
            key=f"network_{name}",
            icon=":material/check:" if name == chosen else None,
            disabled=name == chosen,
            on_click=state.choose_network,
            args=(preset, name),
            width="stretch",
        )


def _measuring(size: tuple[int, int], known: Measured) -> None:
    """Measuring goes on in a process of its own."""
    at_work = tasks.running("measure")
    if at_work:
        tasks.watch(at_work[0])
        return
    if all(known.get(name, fitting_size(name, size)) is not None for name in ARCHITECTURES):
        return
    if st.button(
        "Measure on this machine",
        icon=":material/speed:",
        key="measure_networks",
        help="How long each network takes for a frame here; a few minutes, and only once.",
    ):
        tasks.start(
            ["models", "--measure", "--size", f"{size[1]}x{size[0]}"], kind="measure", title="Measuring the networks"
        )
        st.rerun()
