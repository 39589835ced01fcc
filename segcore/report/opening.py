"""From what a person names – a run, a folder, a ZIP – to all that a report knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segcore.errors import ResultError, RunNotFound
from segcore.knowledge.scale import Scale
from segcore.report.facts import Facts, NetworkFacts, network_of
from segcore.results import load
from segcore.runs import Run, RunState, RunStore

_OUTSIDE = frozenset({"preview.jpg", "job.log", "config.json"})
"""Files of a run that are no results (its settings are in summary.json)."""


def open_result(store: RunStore, named: str, scale: Scale | None = None) -> Facts:
    """The result of a video run, or that in a folder or a ZIP.

    Args:
        store: of the runs; the network's scores are looked up there.
        named: a path that is there, or a run's id or name.
        scale: gives areas in cm²; None: the one that was drawn on the page of the result, if any.

    Raises:
        RunNotFound: there is neither such a path nor such a run.
        ResultError: the run has no result (yet), or the path is none.
    """
    if Path(named).exists():
        result = load(named)
        name = Path(named).stem if Path(named).is_file() else Path(named).resolve().name
        run_id = result.summary.get("network", {}).get("run")
    else:
        run = store.get(named)
        result, name, run_id = load(result_folder(store, run)), run.name, run.parent
    facts = Facts(name, result, _network(store, run_id), scale)
    return facts if scale else replace(facts, scale=facts.drawing.scale())


def result_folder(store: RunStore, run: Run) -> Path:
    """Where the files of a result lie; fetched first from a remote store.

    Raises:
        ResultError: it is no video, or not finished.
    """
    if run.kind != "segment" or run.state is not RunState.FINISHED:
        raise ResultError(
            f"{run.name} is no result: it is a {run.kind} run, and {run.state}.",
            fix="Name a segmented video; the Results page lists them.",
        )
    folder = store.folder(run.id)
    if folder is not None:
        return folder
    files = [store.file(run.id, name) for name in store.files(run.id) if name not in _OUTSIDE]
    if not files:
        raise ResultError(f"{run.name} has no files.", fix="They may have been deleted in the artifact store.")
    return files[0].parent


def _network(store: RunStore, run_id: str | None) -> NetworkFacts | None:
    if not run_id:
        return None
    try:
        return network_of(store, store.get(run_id))
    except RunNotFound:
        return None
