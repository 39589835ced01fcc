"""`segcore doctor`: checks everything, and says how to mend what is amiss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.settings import Settings

if TYPE_CHECKING:
    from segcore.doctor import Check, Look

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def doctor(
    as_json: JsonFlag = False,
    port: Annotated[
        int, typer.Option(envvar="STREAMLIT_SERVER_PORT", help="Of the dashboard.", min=1, max=65535)
    ] = 8501,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="End with 0 whatever is found, for programs that read --json.")
    ] = False,
    as_lines: LinesFlag = False,
) -> None:
    """Check software, video, memory, disk, runs, datasets, engine, and how to mend them. Ends with 1 on failures."""
    from segcore.doctor import CHECKS, examine
    from segcore.doctor.machine import dashboard

    chosen: dict[str, Look] = {**CHECKS, "dashboard": partial(dashboard, port=port)}
    with stage_bar("Looking at everything", as_lines=as_lines) as on_progress:
        checks = examine(Settings.from_env(), chosen, on_progress)
    failed = sum(check.outcome == "fail" for check in checks)
    warned = sum(check.outcome == "warn" for check in checks)
    result = {"ok": not failed, "failed": failed, "warned": warned, "checks": [asdict(check) for check in checks]}
    emit(result, as_json=as_json, text=table(checks))
    if failed and not exit_zero:
        raise typer.Exit(1)


def table(checks: Sequence[Check]) -> str:
    """A line a check; below one that is not well, how to mend it."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{_MARKS[check.outcome]}  {check.name:{width}}  {check.found}")
        if check.mend:
            lines.append(f"{'':{width + 6}}  → {check.mend}")
    failed, warned = (sum(check.outcome == kind for check in checks) for kind in ("fail", "warn"))
    lines.append(
        f"{len(checks)} checks: {failed} failed, {warned} with a warning." if failed or warned else "All is well."
    )
    return "\n".join(lines)
