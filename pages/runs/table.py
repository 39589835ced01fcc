"""All trainings as a table, the best score first where one sorts by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from pages.common.routes import RUNS, TRAINING, VIDEO, go, link, turn
from pages.common.widgets import STATES
from segcore.models.registry import ARCHITECTURES
from segcore.runs import Run, RunState


def rows(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run, in the order given."""
    return pd.DataFrame(
        [
            {
                "Run": run.name,
                "State": STATES[run.state][0],
                "Dataset": run.dataset or "",
                "Preset": run.params.get("preset", ""),
                "Network": network_title(run),
                "mIoU": best(run),
                "Minutes": (run.seconds or 0) / 60,
                "Epochs": run.metrics.get("epoch/step") and last_epoch(run),
                "Started": run.started or run.created or datetime.now(UTC),
                "Owner": run.owner,
            }
            for run in runs
        ]
    )


def network_title(run: Run) -> str:
    """The network's name for people."""
    name = run.params.get("architecture", "")
    return ARCHITECTURES[name].title if name in ARCHITECTURES else name


def best(run: Run) -> float | None:
    """The best validation mIoU so far."""
    told = run.tags.get("segcore.best_miou")
    return float(told) if told else None


def last_epoch(run: Run) -> int | None:
    """Epochs done, from the steps done and the steps of an epoch."""
    steps, each = run.metrics.get("epoch/step"), run.tags.get("segcore.steps_per_epoch")
    return -(-int(steps) // int(each)) if steps and each and int(each) else None


def draw(runs: Sequence[Run]) -> list[Run]:
    """The table; returns the ticked runs."""
    table = rows(runs)
    if len({run.owner for run in runs}) < 2:
        table = table.drop(columns="Owner")
    event = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="runs_table",
        column_config={
            "mIoU": st.column_config.ProgressColumn(
                format="%.3f", min_value=0, max_value=1, help="Best on the validation frames"
            ),
            "Minutes": st.column_config.NumberColumn(format="%.1f"),
            "Started": st.column_config.DatetimeColumn(format="distance"),
        },
        alt="All trainings",
    )
    return [runs[i] for i in event["selection"]["rows"] if i < len(runs)]


def open_link(run: Run) -> None:
    """What can be done with one ticked run."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.state is RunState.FINISHED and st.button(
            "Use for a video", type="primary", icon=VIDEO.icon, key="use_ticked"
        ):
            go(VIDEO, model=run.id)
        turn(RUNS, "Open", icon=":material/open_in_full:", key="open_ticked", run=run.id)
        link(TRAINING, "Monitor", run=run.id)
