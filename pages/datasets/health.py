"""What a look over the dataset found, and what its import left out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.widgets import md
from segcore.datasets.store import Dataset
from segcore.errors import DatasetError

ICONS = {
    "ok": ":green[:material/check_circle:]",
    "note": ":blue[:material/info:]",
    "warning": ":orange[:material/warning:]",
}


def draw(dataset: Dataset) -> None:
    """Findings, the gravest first, then the files that were left out."""
    order = list(reversed(ICONS))
    found = cached.findings(dataset.name, dataset.content_hash, repr((dataset.split, dataset.classes)))
    for finding in sorted(found, key=lambda f: order.index(f.level)):
        st.markdown(f"{ICONS[finding.level]} **{md(finding.title)}**  \n:gray[{md(finding.detail)}]")
    _left_out(dataset)


def _left_out(dataset: Dataset) -> None:
    try:
        problems = cached.datasets().report(dataset.name).problems
    except DatasetError as error:
        st.caption(md(str(error)))
        return
    if not problems:
        return
    with st.expander(f"{fmt.plural(len(problems), 'file')} left out at the import", icon=":material/rule:"):
        rows = [{"File": p.file, "What is wrong": p.fault, "How to mend it": p.fix} for p in problems]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Files that were left out, and why")
