"""`segcore backup` and `segcore restore`: a home in one file and back, while everything goes on."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.settings import Settings


def backup(
    out: Annotated[Path, typer.Argument(help="The ZIP to write.")],
    uploads: Annotated[bool, typer.Option("--uploads/--no-uploads", help="With uploaded videos.")] = True,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Write SEGCORE_HOME and its runs into one ZIP, while jobs and people go on; then read all of it and compare."""
    from segcore.backup import make_backup

    with stage_bar("Looking", as_lines=as_lines) as on_progress:
        made = make_backup(Settings.from_env(), out.absolute(), uploads=uploads, on_progress=on_progress)
    lines = [f"{made.path}: {made.files} files, {made.size / 2**20:.0f} MiB, read again and compared."]
    lines += [f"At work, to be resumed after a restore: {', '.join(made.active)}."] if made.active else []
    lines += [f"Not in it: {', '.join(made.without)}."] if made.without else []
    emit(_plain(asdict(made)), as_json=as_json, text="\n".join(lines))


def restore(
    backup: Annotated[Path, typer.Argument(help="A ZIP that `segcore backup` wrote.")],
    into: Annotated[Path | None, typer.Option(help="An empty folder; SEGCORE_HOME where none is named.")] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Make an empty SEGCORE_HOME of a backup, in the same place or another, and open it."""
    from segcore.backup import restore as bring_back

    settings = Settings.from_env(os.environ | ({"SEGCORE_HOME": str(into)} if into else {}))
    with stage_bar("Looking", as_lines=as_lines) as on_progress:
        made = bring_back(settings, backup.absolute(), on_progress=on_progress)
    lines = [f"{made.home} is as it was on {made.created}: {made.files} files, {made.runs} runs."]
    lines += [f"Interrupted, to be resumed: {', '.join(made.interrupted)}."] if made.interrupted else []
    lines += [f"Not in the backup: {', '.join(made.without)}."] if made.without else []
    lines += [f"Start with SEGCORE_HOME={made.home}"] if into else []
    emit(_plain(asdict(made)), as_json=as_json, text="\n".join(lines))


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, Path) else value for key, value in report.items()}
