"""The doctor: everything is checked when asked for, and what is amiss comes with its mend."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.common import format as fmt
from pages.common import state, tasks
from pages.common.widgets import heading, md

KIND = "doctor"
_PARAM = "check"
_WORDS = {"ok": "fine", "warn": "careful", "fail": "broken"}


def draw() -> None:
    """The button, the checks at work, or what they found."""
    heading("Check-up")
    at_work = next(iter(tasks.running(KIND)), None)
    if at_work is not None:
        tasks.watch(at_work)
        return
    done = tasks.find(state.param(_PARAM))
    if done is None:
        st.caption("Software, video, memory, disk, runs, datasets and engine, looked at in about ten seconds.")
    elif tasks.outcome(done, "The check-up broke off"):
        _found(done.result)
    label = "Check everything" if done is None else "Check again"
    if st.button(label, icon=":material/stethoscope:", key="check_everything"):
        port = str(st.get_option("server.port"))
        command = tasks.start(["doctor", "--exit-zero", "--port", port], kind=KIND, title="Checking everything")
        state.set_param(_PARAM, command.id)
        st.rerun()


def _found(result: dict[str, Any]) -> None:
    checks: list[dict[str, str]] = result["checks"]
    for check in checks:
        if check["outcome"] != "ok":
            tell = st.error if check["outcome"] == "fail" else st.warning
            body = f"{md(check['found'])}\n\n{md(check['mend'])}"
            tell(body, title=check["name"], icon=":material/error:" if tell is st.error else ":material/warning:")
    if not result["failed"] and not result["warned"]:
        st.success(f"All is well: {fmt.plural(len(checks), 'check')}.", icon=":material/check:")
    with st.expander(f"All {fmt.plural(len(checks), 'check')}"):
        rows = [{"What": c["name"], "How": _WORDS[c["outcome"]], "Found": c["found"]} for c in checks]
        st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="What the check-up found")
