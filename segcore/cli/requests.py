"""`segcore stop`, `segcore cancel` and `segcore extend`: what one asks of a run that is at work."""

from __future__ import annotations

from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.errors import RunError
from segcore.runs.records import Request
from segcore.runs.store import RunStore
from segcore.settings import Settings

RunName = Annotated[str, typer.Argument(help="Id or name of a run.")]


def stop(run: RunName, as_json: JsonFlag = False) -> None:
    """End a training and keep its best network, or a video and keep what is segmented; a waiting run is cancelled."""
    _ask(run, "stop", "ends now; what it has so far is kept", as_json)


def cancel(run: RunName, as_json: JsonFlag = False) -> None:
    """End a run and discard it; a training can still be resumed."""
    _ask(run, "cancel", "is being cancelled", as_json)


def extend(
    run: RunName,
    minutes: Annotated[float, typer.Option(help="Minutes to add.")] = 10.0,
    as_json: JsonFlag = False,
) -> None:
    """Add minutes to a training, also while it runs; its learning rate follows the longer budget."""
    store = RunStore(Settings.from_env())
    found = store.get(run)
    extra = store.extend(found.id, minutes)
    total = float(store.config(found.id)["minutes"]) + extra
    done = {"run": found.id, "name": found.name, "added_minutes": extra, "minutes": total}
    emit(done, as_json=as_json, text=f"{found.name} may now take {total:g} minutes in all.")


def _ask(run: str, request: Request, outcome: str, as_json: bool) -> None:
    store = RunStore(Settings.from_env())
    found = store.get(run)
    if not found.state.active:
        raise RunError(f"{found.name} is {found.state} already.", fix="Only a queued or running one can be ended.")
    before = store.request(found.id, request)
    now = store.get(found.id)
    text = f"{found.name} {outcome}." if now.state == before.state else f"{found.name}: {now.reason}"
    emit({"run": found.id, "name": found.name, "asked": request, "state": str(now.state)}, as_json=as_json, text=text)
