"""`segcore clean`: what can go from the disk; it goes only when that is said."""

from __future__ import annotations

from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.upkeep import cleaning
from segcore.upkeep.cleaning import KINDS, Waste


def clean(
    do: Annotated[bool, typer.Option("--do/--dry-run", help="Remove it; without this it is only shown.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(KINDS)}; may be repeated.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show old checkpoints, uploads, chunks and temporary files that nothing needs; with --do, remove them."""
    unknown = sorted(set(only or ()) - set(KINDS))
    if unknown:
        raise typer.BadParameter(f"expected one of {', '.join(KINDS)}. Received: {unknown[0]}.")
    runs = RunStore(Settings.from_env())
    found = [waste for waste in cleaning.plan(runs) if not only or waste.kind in only]
    if do:
        found = cleaning.clean(runs, {waste.path for waste in found})
    rows = [{"kind": w.kind, "path": str(w.path), "bytes": w.bytes, "why": w.why} for w in found]
    total = sum(waste.bytes for waste in found)
    emit({"removed": do, "bytes": total, "found": rows}, as_json=as_json, text=_text(found, total, done=do))


def _text(found: list[Waste], total: int, *, done: bool) -> str:
    if not found:
        return "There is nothing to clean up."
    lines = [f"{w.bytes / 2**20:9.1f} MiB  {w.kind:15} {w.path}  ({w.why})" for w in found]
    end = "were freed." if done else "would be freed. To do it: segcore clean --do"
    return "\n".join([*lines, f"{total / 2**20:9.1f} MiB  {end}"])
