"""The notebook's figure, for any number of samples: the very pictures and labels that a training is given."""

from __future__ import annotations

import streamlit as st

from pages.common import cached_media, state
from pages.common import format as fmt
from pages.common.widgets import legend
from pages.samples import alone, transforms
from segcore.datasets.store import Dataset
from segcore.pipeline.config import Sampling
from segcore.training.config import TrainConfig, fitted
from segcore.video.look import Look
from segcore.video.overlay import draw_overlay

COLUMN = 140
"""Least width of a sample on the page, in pixels."""


def draw(dataset: Dataset) -> None:
    """Settings, then samples side by side: as the network gets them above, with contours below."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        preset = transforms.preset()
        count = int(st.number_input("Samples", 1, 40, 10, key="samples_count", width=110, persist_state="session"))
        seed = int(
            st.number_input(
                "Seed",
                0,
                2**31 - 1,
                0,
                key="samples_seed",
                width=110,
                help="A training with this seed is given these very samples, in this order.",
                persist_state="session",
            )
        )
        of = repr((dataset.name, preset, count, seed))
        start = state.sample_start(of)
        st.button(
            "Reshuffle",
            type="primary",
            icon=":material/shuffle:",
            key="reshuffle",
            help="The next samples of the same training",
            on_click=state.set_sample_start,
            args=(of, start + count),
        )
        if start:
            st.button(
                "From the first",
                icon=":material/first_page:",
                type="tertiary",
                key="first_samples",
                on_click=state.set_sample_start,
                args=(of, 0),
            )
    with st.expander("What varies, and how far", icon=":material/tune:", expanded=True):
        config, changes = transforms.draw(dataset.name, preset, seed)
    legend(c for c in dataset.classes if c.id)
    config = fitted(config, dataset)
    first = _samples(dataset, config, count, start)
    alone.draw(dataset, config, first)
    with st.expander("Train with these settings", icon=":material/terminal:"):
        st.code(transforms.command(config, changes), language="bash", wrap_lines=True)


def _samples(dataset: Dataset, config: TrainConfig, count: int, start: int) -> str:
    """The figure.

    Returns:
        The frame that the first sample was taken from.
    """
    with st.spinner("Drawing samples … (at first TensorFlow is opened, which takes some seconds)"):
        drawn = cached_media.samples(
            dataset.name,
            dataset.content_hash,
            repr((dataset.split, dataset.classes)),
            Sampling.of(config).model_dump_json(),
            count,
            start,
        )
    with st.grid(min(5, count), min_column_width=COLUMN, gap="xsmall"):
        for number, (image, label) in enumerate(zip(drawn.images, drawn.labels, strict=True), 1):
            with st.container(gap="xsmall"):
                st.image(image, alt=f"Sample {number}", width="stretch", output_format="JPEG")
                outlined = draw_overlay(image, label, dataset.classes, Look(thickness=2))
                st.image(outlined, alt=f"Sample {number} with contours", width="stretch", output_format="JPEG")
    height, width = drawn.images.shape[1:3]
    frames = fmt.plural(len(dataset.part("train")), "frame")
    st.caption(
        f"Seed {config.seed} · samples {start + 1} to {start + count} of a training · {width} × {height} pixels · "
        f"from {frames} to learn from · what lies outside a frame is grey and not scored"
    )
    return drawn.stems[0]
