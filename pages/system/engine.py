"""The engine: where jobs run, how many wait, which workers there are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.widgets import heading, md, problem
from segcore.errors import SegcoreError
from segcore.jobs.info import EngineInfo


@st.fragment(run_every=3.0)
def draw() -> None:
    """The engine as it is now, or why there is none; refreshed."""
    heading("Engine")
    try:
        info = cached.engine().info()
    except SegcoreError as error:
        problem(error, "The engine does not answer")
        return
    _numbers(info)


def _numbers(info: EngineInfo) -> None:
    where = f" · {md(info.address)}" if info.address else ""
    st.caption(f"{'Built in' if info.embedded else 'Cluster'}{where}")
    if info.note:
        st.warning(md(info.note), icon=":material/warning:")
    with st.grid(3, min_column_width=90):
        st.metric("Running", info.running)
        st.metric("Waiting", info.queued)
        st.metric("Workers", len(info.workers))
    rows = [
        {
            "Worker": worker.name,
            "State": "busy" if worker.busy else "free",
            "Jobs at once": worker.slots,
            "GPUs": worker.gpus,
            "Memory": fmt.size(worker.memory),
        }
        for worker in info.workers
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="The engine's workers")
