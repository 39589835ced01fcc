"""`segcore bin …`: what was deleted within the last 30 days."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.datasets.store import DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.upkeep.bin import DAYS, Bin, Entry

app = typer.Typer(name="bin", help=f"What was deleted within the last {DAYS} days.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Id or name of something in the bin.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def _bin() -> Bin:
    settings = Settings.from_env()
    return Bin(DatasetStore(settings), RunStore(settings))


@app.command("list")
def list_(as_json: JsonFlag = False) -> None:
    """List what is in the bin, the newest first."""
    entries = _bin().entries()
    lines = [
        f"{e.id}  {e.sort:8} {e.name}  (of {e.owner or '?'}, deleted by {e.by} on {e.when:%Y-%m-%d}, "
        f"{e.days_left} days left)"
        for e in entries
    ]
    emit({"bin": [_row(e) for e in entries]}, as_json=as_json, text="\n".join(lines) or "The bin is empty.")


@app.command()
def restore(name: Name, as_json: JsonFlag = False) -> None:
    """Take something back from the bin."""
    entry = _bin().restore(name)
    emit(_row(entry), as_json=as_json, text=f"The {entry.sort} {entry.name} is back.")


@app.command()
def delete(name: Name, yes: Yes = False, as_json: JsonFlag = False) -> None:
    """Delete something in the bin for good."""
    if not yes and not as_json:
        typer.confirm(f"Delete {name!r} for good?", abort=True)
    entry = _bin().purge(name)
    emit(_row(entry), as_json=as_json, text=f"Deleted for good: {entry.name}")


@app.command()
def empty(
    days: Annotated[float, typer.Option(min=0, help="Only what was deleted so long ago.")] = DAYS,
    yes: Yes = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete for good what is in the bin for long; the dashboard does it once a day."""
    if not yes and not as_json:
        typer.confirm(f"Delete for good what is in the bin for {days:g} days or longer?", abort=True)
    gone = _bin().empty(days)
    emit({"deleted": [_row(e) for e in gone]}, as_json=as_json, text=f"Deleted for good: {len(gone)}")


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "sort": entry.sort,
        "name": entry.name,
        "owner": entry.owner,
        "deleted_by": entry.by,
        "deleted": entry.when.isoformat(timespec="seconds"),
        "days_left": entry.days_left,
    }
