"""Files that are left out: which, why, and how to mend them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common.widgets import md
from segcore.datasets.dataset import Problem
from segcore.datasets.drafts import DraftProblem

ON_A_PAGE = 12


def table(problems: Sequence[Problem | DraftProblem], key: str) -> None:
    """One row a file, page by page."""
    pages = -(-len(problems) // ON_A_PAGE)
    page = st.pagination(pages, key=f"problems_page_{key}") if pages > 1 else 1
    shown = problems[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    st.table(
        {
            "File": [md(p.file) for p in shown],
            "What is wrong": [md(p.fault) for p in shown],
            "How to mend it": [md(p.fix) for p in shown],
        },
        alt="Files that are left out, and why",
    )
