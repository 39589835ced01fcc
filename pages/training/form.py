"""The form before a training: preset, time, the advanced part folded away, the network's picture, Start."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.common import cached, compute, state
from pages.common import format as fmt
from pages.common.routes import SAMPLES, TRAINING, go, link
from pages.common.widgets import problem
from pages.training import advanced, graph, networks, origin, presets
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError
from segcore.training.config import TrainConfig, as_params, from_preset
from segcore.training.takeover import settings_from


def draw(dataset: Dataset) -> None:
    """The whole form; Start makes a run, hands it to the engine and shows its monitor."""
    token = state.train_token()
    _facts(dataset)
    preset = presets.draw(dataset.name)
    start = origin.draw(dataset)
    try:
        default = _default(dataset, preset, start)
        changes = advanced.budget(default, _minutes())
        with st.expander("Advanced settings", icon=":material/tune:"):
            changes |= advanced.draw(default)
        config = _settings(dataset, preset, start, architecture=default.architecture, **changes)
    except SegcoreError as error:
        problem(error, "These settings do not fit together")
        return
    compute.line(config.device)
    graph.panel(config, dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        started = st.button("Start training", type="primary", icon=":material/play_arrow:", key="start_training")
        st.caption(_promise(config), width="stretch")
    if started:
        _start(config, dataset, token)


def _default(dataset: Dataset, preset: str, start: str | None) -> TrainConfig:
    """The settings before anything is changed by hand: of the preset, its network, and the run it starts from."""
    default = _settings(dataset, preset, start)
    if start:
        networks.fixed(default.architecture)
        return default
    return _settings(dataset, preset, None, architecture=networks.draw(default, len(dataset.part("train"))))


def _settings(dataset: Dataset, preset: str, start: str | None, **changes: Any) -> TrainConfig:
    if start:
        return settings_from(cached.runs(), start, dataset=dataset.name, preset=preset, **changes)
    return from_preset(dataset.name, preset, **changes)


def _facts(dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        train, val = len(dataset.part("train")), len(dataset.part("val"))
        st.caption(
            f"{fmt.plural(len(dataset.classes), 'class', 'classes')} · learns from {fmt.plural(train, 'frame')} · "
            f"is scored on {fmt.plural(val, 'frame')} that it never learns from",
            width="stretch",
        )
        link(SAMPLES, "See what the network will see", dataset=dataset.name)


def _minutes() -> float | None:
    """Minutes that a link asked for (?minutes=3)."""
    try:
        return float(state.param("minutes") or "") or None
    except ValueError:
        return None


def _promise(config: TrainConfig) -> str:
    if config.minutes is not None:
        return (
            f"Takes {fmt.about(config.minutes * 60)} here. You can leave this page, and stop earlier and keep the best."
        )
    return f"{fmt.plural(config.epochs or 0, 'epoch')}. You can leave this page, and stop earlier and keep the best."


def _start(config: TrainConfig, dataset: Dataset, token: str) -> None:
    try:
        run = cached.runs().create(
            "train",
            config=config.model_dump(mode="json"),
            name=None,
            dataset=dataset.name,
            key=token,
            params=as_params(config),
        )
        cached.engine().submit(run.id)
    except SegcoreError as error:
        problem(error, "The training could not be started")
        return
    go(TRAINING, run=run.id)
