"""The network to take along."""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from pages.common import cached
from pages.common.widgets import heading
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE
from segcore.runs import Run

BUNDLE = (BEST_WEIGHTS, MODEL_FILE, "config.json", "split.json", "evaluation.json")


def draw(run: Run) -> None:
    """Weights and what is needed to rebuild the network, as one ZIP."""
    if not cached.runs().has_file(run.id, BEST_WEIGHTS):
        return
    heading("Take it along")
    st.download_button(
        "Weights and description (ZIP)",
        lambda: bundle(run),
        f"{run.name}.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key="download_run",
    )
    st.caption("Other forms (ONNX, OpenVINO, LiteRT, Keras): `segcore export " + run.name + " --format … --out …`")


def bundle(run: Run) -> bytes:
    """The run's network with its settings, classes and scores."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in BUNDLE:
            if cached.runs().has_file(run.id, name):
                archive.write(cached.runs().file(run.id, name), f"{run.name}/{name}")
    return out.getvalue()
