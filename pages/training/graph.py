"""The network that would be trained, as a picture."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached_runs
from pages.common import format as fmt
from pages.common.network import network, summary
from pages.common.widgets import md, plot, problem
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError
from segcore.models.registry import architecture
from segcore.models.spec import ModelSpec
from segcore.training.config import TrainConfig


def panel(config: TrainConfig, dataset: Dataset) -> None:
    """Folded away; the network is only built (in a process of its own) when somebody looks."""
    box = st.expander("The network", icon=":material/account_tree:", key="network_box", on_change="rerun")
    if not box.open:
        return
    spec = ModelSpec(
        architecture=config.architecture,
        classes=dataset.classes,
        geometry=config.geometry,
        output=architecture(config.architecture).output,
    )
    with box:
        try:
            answer = cached_runs.layers(spec.model_dump_json(), *config.crop)
        except SegcoreError as error:
            problem(error, "The network could not be built")
            return
        count, parameters = summary(answer)
        st.caption(
            f"{md(architecture(config.architecture).title)} · {fmt.plural(count, 'layer')} · "
            f"{parameters / 1e6:.1f} million parameters · the larger a point, the more channels"
        )
        plot(network(answer), "network", "The network's layers from input to output")
        _table(answer)


def _table(layers: list[dict]) -> None:
    if not st.toggle("All layers as a table", key="network_table"):
        return
    rows = [
        {
            "Layer": la["name"],
            "Kind": la["kind"],
            "Gives": " × ".join(map(str, la["shape"])),
            "Parameters": la["parameters"],
            "Reads": ", ".join(la["inputs"]),
        }
        for la in layers
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="All layers")
