"""`segcore folds`: every frame of a small dataset scored once, by a network that did not learn from it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Annotated

import typer

from segcore.cli.evaluate import report_json
from segcore.cli.report import JsonFlag, emit
from segcore.cli.scores import report_table
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.errors import ConfigError, RunError
from segcore.runs.records import SUBMITTED, Run, RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import PRESETS, from_preset
from segcore.training.folds import create_series, fold_splits, series_of, series_runs

if TYPE_CHECKING:
    from segcore.datasets.stages import Stages
    from segcore.evaluation.report import Report

_ROUND_S = 0.5


def folds(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset; not with --series.")] = "",
    count: Annotated[int, typer.Option("--folds", help="Into how many parts the frames are cut.")] = 5,
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}.")] = "fast",
    minutes: Annotated[float | None, typer.Option(help="Minutes that each of the trainings may take.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs of each, instead of minutes.")] = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value, as `segcore train` takes it.")] = None,
    series: Annotated[str | None, typer.Option(help="Go on with this series: its id, or one of its runs.")] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Train on each fold's rest, score each fold, put the scores together; the dataset's own split stays."""
    from segcore.cli.training import parse_changes
    from segcore.datasets.store import DatasetStore

    if bool(dataset) == bool(series):
        raise ConfigError("Expected either a dataset or --series.", fix="See `segcore dataset list`.")
    store = RunStore(Settings.from_env())
    if series:
        runs = _found(store, series)
    else:
        changes = parse_changes(set_ or [])
        config = from_preset(dataset, preset, minutes=minutes, epochs=epochs, seed=seed, **changes)
        fold_splits(DatasetStore(store.settings).open(dataset), count)
        runs = create_series(store, config, count)
    with stage_bar("Training", as_lines=as_lines) as on_progress:
        try:
            for number in range(len(runs)):
                _train(store, runs, number, on_progress)
        except BaseException:
            _withdraw(store, runs)
            raise
        report = _together(store, runs, on_progress)
    result = report_json(report) | {
        "series": report.subject.run,
        "folds": [part.model_dump() for part in report.parts],
    }
    emit(result, as_json=as_json, text=report_table(report))


def _found(store: RunStore, series: str) -> list[Run]:
    """The runs of a series, named by its id or by one of them."""
    known = {series_of(run) for run in store.list("train")}
    return series_runs(store, series if series in known else series_of(store.get(series)) or series)


def _train(store: RunStore, runs: list[Run], number: int, on_progress: Stages) -> None:
    """One training in a process of its own, unless it is done.

    Raises:
        RunError: it runs elsewhere, or did not come to its end.
    """
    run = store.get(runs[number].id)
    if run.state is RunState.FINISHED:
        return
    if run.state is RunState.RUNNING or (run.state.active and run.tags.get(SUBMITTED)):
        raise RunError(f"{run.name} is {run.state}.", fix="Wait until all trainings of the series have ended.")
    if run.state is not RunState.QUEUED:
        store.requeue(run.id)
    with tempfile.TemporaryFile() as log:
        said = _run_to_end(store, run, log, lambda: _tell(store.get(run.id), number, len(runs), on_progress))
    ended = store.get(run.id)
    if ended.state is not RunState.FINISHED:
        raise RunError(
            f"{ended.name} ended as {ended.state}: {ended.reason or said or 'no reason was given'}",
            fix=f"`segcore folds --series {series_of(ended)}` goes on from there.",
        )


def _withdraw(store: RunStore, runs: list[Run]) -> None:
    """Trainings that nobody will start now do not wait any longer; `--series` takes them up again."""
    for run in (store.get(run.id) for run in runs):
        if run.state is RunState.QUEUED and not run.tags.get(SUBMITTED):
            store.set_state(run.id, RunState.CANCELLED, "The series was ended before it started.")


def _run_to_end(store: RunStore, run: Run, log: IO[bytes], tell: Callable[[], None]) -> str:
    """Run a queued training in a process of its own; returns the last line that it wrote."""
    process = subprocess.Popen(
        [sys.executable, "-m", "segcore", "train", "--run", run.id],
        env=os.environ | store.settings.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
    )  # fmt: skip
    try:
        while process.poll() is None:
            tell()
            time.sleep(_ROUND_S)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("segcore: ") if lines else ""


def _tell(run: Run, number: int, count: int, on_progress: Stages) -> None:
    share = (run.progress.share if run.progress else None) or 0.0
    stage = f", {run.progress.stage}" if run.progress else ""
    on_progress.stage = f"fold {number + 1} of {count}{stage}"
    on_progress(round(100 * (number + share)), 100 * count)


def _together(store: RunStore, runs: list[Run], on_progress: Stages) -> Report:
    """Score each fold, and keep the scores of all with every run of the series."""
    from segcore.cli.scored import report_in_run
    from segcore.evaluation.counting import pooled
    from segcore.evaluation.report import Subject, report_file

    reports = []
    for number, run in enumerate(runs, start=1):
        on_progress.stage = f"opening the network of fold {number} of {len(runs)}"
        on_progress(0, 0)
        reports.append(report_in_run(store, store.get(run.id), "val", on_progress=on_progress))
    first = reports[0].subject
    subject = Subject(
        run=series_of(runs[0]) or "",
        name=f"{first.dataset}, {len(runs)} folds",
        dataset=first.dataset,
        dataset_hash=first.dataset_hash,
        split="folds",
        weights=" ".join(report.subject.weights for report in reports),
        backend=first.backend,
    )
    whole = pooled(subject, reports)
    for run in runs:
        store.put_file(run.id, report_file("folds"), whole.model_dump_json().encode())
    return whole
