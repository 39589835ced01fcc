"""What each transform does on its own: one crop of one frame, four times, only this one varying; unlike draws."""

from __future__ import annotations

import streamlit as st

from pages.common import cached_media
from pages.common.pictures import layered
from pages.samples.transforms import Control, controls
from segcore.datasets.store import Dataset
from segcore.pipeline.config import Sampling
from segcore.training.config import TrainConfig


def draw(dataset: Dataset, config: TrainConfig, stem: str) -> None:
    """A strip for every transform that is on; drawn only when somebody opens it."""
    box = st.expander(
        "What each of them does on its own", icon=":material/animated_images:", key="alone_box", on_change="rerun"
    )
    if not box.open:
        return
    used = [control for control in controls(config.augment) if config.augment.uses(control.transform)]
    with box:
        if not used:
            st.caption("Every transform is switched off: samples differ only in where they are cut.")
        with st.grid(2, min_column_width=420):
            for control in used:
                with st.container(gap="xsmall"):
                    _strip(dataset, config, stem, control)


def _strip(dataset: Dataset, config: TrainConfig, stem: str, control: Control) -> None:
    st.markdown(f"**{control.label}** :gray[{written(control, getattr(config.augment, control.field))}]")
    only = config.model_copy(update={"augment": config.augment.only(control.transform)})
    drawn = cached_media.alone(
        dataset.name,
        dataset.content_hash,
        repr((dataset.split, dataset.classes)),
        Sampling.of(only).model_dump_json(),
        stem,
        control.transform,
    )
    for column, image, labels in zip(st.columns(4, gap="xxsmall"), drawn.images, drawn.labels, strict=True):
        outlined = layered(image, labels, dataset.classes, "contours")
        column.image(outlined, alt=f"{control.label} on its own", width="stretch", output_format="JPEG")


def written(control: Control, value: float | tuple[float, float]) -> str:
    """A strength as its slider writes it: "±35°", "50 %", "0.6× to 2×"."""
    values = value if isinstance(value, tuple) else (value,)
    if control.form == "percent":
        return " to ".join(f"{v * 100:g} %" for v in values)
    return " to ".join(control.form % v for v in values)
