"""The run store: a thin, typed layer over MLflow. It is the truth; engine and pages can die and come back."""

from __future__ import annotations

import builtins
import json
import logging
import re
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segcore.access import Action, by_sign_in, current, require
from segcore.errors import RunError, RunNotFound
from segcore.runs import records
from segcore.runs.bin import RunBin
from segcore.runs.liveness import mark_this_process, verdict
from segcore.runs.names import candidates, checked_run_name, friendly_base
from segcore.runs.records import Kind, Request, Run, RunState, state_tags
from segcore.runs.tracking import plainly

if TYPE_CHECKING:
    from segcore.runs.writer import RunWriter

CONFIG_FILE = "config.json"
_log = logging.getLogger(__name__)
_GRAVE = {RunState.FAILED: logging.ERROR, RunState.INTERRUPTED: logging.WARNING}


class RunStore(RunBin):
    """Runs of one installation. Cheap to make; MLflow is opened at the first use (about 2 s). Thread-safe."""

    # --- making and finding -------------------------------------------------------------------------

    def create(
        self,
        kind: Kind,
        *,
        config: dict[str, Any],
        name: str | None = None,
        dataset: str | None = None,
        parent: str | None = None,
        key: str | None = None,
        params: dict[str, str] | None = None,
    ) -> Run:
        """Make a queued run.

        Args:
            kind: what it does.
            config: JSON-serialisable; kept as the artifact config.json.
            name: taken as it is where it is free, else with -2, -3 …; None: dataset-preset-1, -2 …
            dataset: name of the dataset it uses.
            parent: id of the training whose network a video run uses.
            key: a second call with the same key gives the run of the first (a double click makes one run).
            params: what MLflow shows as parameters.

        Raises:
            AccessError: whoever asks may start no jobs.
        """
        require(Action.START)
        text = json.dumps(config, ensure_ascii=False, indent=2, default=str).encode()
        with self.locked():
            if key and (existing := self._search(f'tags.`{records.KEY}` = "{_quotable(key)}"', 1)):
                return existing[0]
            run_id = self._create_hidden(kind, config, name, dataset, parent, key)
            self.put_file(run_id, CONFIG_FILE, text)
            self.write_batch(run_id, params=params or {})
            self.set_state(run_id, RunState.QUEUED)
        return self.get(run_id)

    def _create_hidden(
        self,
        kind: Kind,
        config: dict[str, Any],
        name: str | None,
        dataset: str | None,
        parent: str | None,
        key: str | None,
    ) -> str:
        """A run that is not listed yet: its state comes last, so that a half-made run is never seen."""
        client, experiment, _ = self._open()
        base = checked_run_name(name) if name else friendly_base(kind, dataset, config)
        tags = {
            records.KIND: kind,
            records.DATASET: dataset or "",
            records.KEY: key or "",
            records.ATTEMPT: "1",
            records.OWNER: current().email,
            records.MAKER: mark_this_process().model_dump_json(),
        } | ({records.PARENT: parent} if parent else {})
        free = self._free_name(base, numbered=name is None)
        with plainly():
            made = client.create_run(experiment, int(time.time() * 1000), tags, free)
        return str(made.info.run_id)

    def _free_name(self, base: str, *, numbered: bool) -> str:
        newest = {run.name for run in self._search(f'attributes.run_name LIKE "{base}-%"', 20)}
        names = candidates(base, newest, numbered=numbered)
        return next(name for name in names if not self._search(f'attributes.run_name = "{name}"', 1))

    def get(self, run: str) -> Run:
        """The run of this id, of this start of an id (6 or more characters), or of this exact name.

        Raises:
            RunNotFound: none, or more than one.
            AccessError: whoever asks may see none.
        """
        require(Action.VIEW)
        found = self._by_id(run) if re.fullmatch(r"[0-9a-f]{32}", run) else None
        matches = [found] if found else []
        if not matches and not set(run) & set('"%\\'):
            matches = self._search(f'attributes.run_name = "{run}"', 2)
            if not matches and re.fullmatch(r"[0-9a-f]{6,31}", run):
                matches = self._search(f'attributes.run_id LIKE "{run}%"', 2)
        if len(matches) == 1:
            return self._settled(matches[0])
        what = f"More than one run is called {run!r}." if matches else f"There is no run {run!r}."
        raise RunNotFound(what, fix="See the list on the Runs page; a run's id always works.")

    def list(
        self,
        kind: Kind | None = None,
        states: Collection[RunState] | None = None,
        limit: int = 500,
        params: Mapping[str, str] | None = None,
    ) -> builtins.list[Run]:
        """Runs, newest first, with these parameters; one query. Dead ones are found and marked as interrupted.

        Raises:
            AccessError: whoever asks may see none.
        """
        require(Action.VIEW)
        where = [f'tags.`{records.KIND}` = "{kind}"'] if kind else []
        where += [f'params.`{name}` = "{_quotable(value)}"' for name, value in (params or {}).items()]
        runs = [self._settled(run) for run in self._search(" AND ".join(where), limit)]
        return [run for run in runs if states is None or run.state in states]

    def ghosts(self) -> builtins.list[Run]:
        """Runs that are marked as running though their process is gone; looked at, not mended (`list` does that)."""
        require(Action.VIEW)
        found = self._search(f'tags.`{records.STATE}` = "{RunState.RUNNING}"', 1000)
        return [run for run in found if verdict(run) is not None]

    # --- reading ------------------------------------------------------------------------------------

    def config(self, run_id: str) -> dict[str, Any]:
        """The settings the run was made with."""
        loaded: dict[str, Any] = json.loads(self.file(run_id, CONFIG_FILE).read_text("utf-8"))
        return loaded

    def metric_keys(self, run_id: str) -> builtins.list[str]:
        """The names of the metrics that have a value, sorted."""
        return sorted(self.get(run_id).metrics)

    # --- changing -----------------------------------------------------------------------------------

    def ask(self, run_id: str, request: Request) -> None:
        """Ask the job to stop early (keeping its result) or to cancel; it polls for this.

        Raises:
            AccessError: it is another's.
        """
        self.steered(run_id)
        self.set_tags(run_id, {records.REQUEST: request})

    def request(self, run_id: str, request: Request) -> Run:
        """Stop or cancel a run: a queued one is cancelled at once, a running one is asked; an ended one stays.

        Returns:
            The run as it was before.
        """
        with self.locked():
            run = self.steered(run_id)
            if run.state is RunState.QUEUED:
                self.set_state(run.id, RunState.CANCELLED, "Cancelled before it started.")
            elif run.state is RunState.RUNNING:
                self.ask(run.id, request)
        return run

    def extend(self, run_id: str, minutes: float) -> float:
        """Add minutes to the budget of a training; it hears of it within about two seconds.

        The learning rate follows the progress of the longer budget, so it rises again. What was added before
        counts too, and stays when the run is resumed.

        Returns:
            The minutes that were added, in all.

        Raises:
            RunError: it is no training, has no budget of minutes, or is finished; or the minutes are not positive.
        """
        if not 0 < minutes < float("inf"):
            raise RunError(f"Expected minutes above 0. Received: {minutes:g}.", fix="For example 10.")
        with self.locked():
            run = self.steered(run_id)
            if run.kind != "train" or run.state is RunState.FINISHED:
                raise RunError(
                    f"{run.name} cannot be given more time: it is a {run.kind} run and {run.state}.",
                    fix="A training that is finished can be the start of a new one.",
                )
            if not self.config(run.id).get("minutes"):
                raise RunError(f"{run.name} counts epochs, not minutes.", fix="Stop it, or let it finish.")
            extra = run.extra_minutes + minutes
            self.set_tags(run.id, {records.EXTRA_MINUTES: f"{extra:g}"})
        return extra

    def steered(self, run_id: str) -> Run:
        """The run, where whoever asks may stop, cancel, prolong, resume or rename it.

        Raises:
            AccessError: it is another's.
        """
        run = self.get(run_id)
        require(Action.STEER_RUN, run.owner)
        return run

    def set_state(self, run_id: str, state: RunState, reason: str = "") -> None:
        """Put a run into a state; `reason` is shown beside it.

        What a job keeps to go on is discarded where it is finished, or where a person cancelled it.
        """
        self.set_tags(run_id, state_tags(state, reason))
        run = self._by_id(run_id)
        about = {"run": run_id, "user": by_sign_in(run.owner) if run else ""}
        _log.log(_GRAVE.get(state, logging.INFO), "%s%s", state, f": {reason}" if reason else "", extra=about)
        client, _, _ = self._open()
        status = records.MLFLOW_STATUS[state]
        if state.active:
            client.update_run(run_id, status)
            return
        client.set_terminated(run_id, status)
        if state is RunState.FINISHED or (run and _given_up(run)):
            shutil.rmtree(self.work(run_id), ignore_errors=True)

    def requeue(self, run_id: str) -> Run:
        """Put an ended run back into the queue, as the same one; it goes on from its last epoch or chunk.

        Raises:
            RunError: it is finished or active, or a video that was cancelled.
        """
        with self.locked():
            run = self.steered(run_id)
            if not self.resumable(run):
                raise RunError(
                    f"{run.name} cannot be resumed: it is {run.state}.",
                    fix="Only what was interrupted or failed can, and a training that was cancelled; start a new run.",
                )
            maker = mark_this_process().model_dump_json()
            self.set_tags(run.id, {records.ATTEMPT: str(run.attempt + 1), records.MAKER: maker})
            self.set_state(run.id, RunState.QUEUED)
        return self.get(run.id)

    def resumable(self, run: Run) -> bool:
        """Whether a run can be put back into the queue: of a video that was cancelled nothing is left."""
        if run.state.active or run.state is RunState.FINISHED:
            return False
        return run.kind == "train" or run.state is not RunState.CANCELLED or self.work(run.id).is_dir()

    def set_tags(self, run_id: str, tags: dict[str, str]) -> None:
        """Set tags (values longer than 8000 characters are cut)."""
        self.write_batch(run_id, tags=tags)

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name.

        Raises:
            RunError: another run has it, or it cannot be a name.
        """
        name = checked_run_name(name)
        self.steered(run_id)
        with self.locked():
            if any(run.id != run_id for run in self._search(f'attributes.run_name = "{name}"', 2)):
                raise RunError(f"Another run is called {name!r}.", fix="Choose another name.")
            self._open()[0].update_run(run_id, name=name)

    def clear_work(self) -> None:
        """Discard what jobs kept to go on where none will: a kill came between a run's end and that."""
        require(Action.CLEAN_UP)
        root = self.work("")
        for folder in root.iterdir() if root.is_dir() else ():
            run = self.peek(folder.name)
            if run is not None and (run.state is RunState.FINISHED or _given_up(run)):
                shutil.rmtree(folder, ignore_errors=True)

    # --- inside -------------------------------------------------------------------------------------

    def writer(self, run_id: str) -> RunWriter:
        """What a job writes through; a context manager."""
        from segcore.runs.writer import RunWriter

        return RunWriter(self, run_id)

    def _settled(self, run: Run) -> Run:
        """The run with its true state: one whose process is gone is marked, once; shown so, where it cannot be."""
        first = verdict(run)
        if first is None:
            return run
        try:
            return self._judged(run)
        except Exception:  # a read-only or full disk, a locked database: the truth is told, and written another time
            return replace(run, state=first[0], reason=first[1])

    def _judged(self, run: Run) -> Run:
        with self.judging():
            again = self._by_id(run.id)  # it may have ended properly since it was read
            ruling = verdict(again) if again else None
            if again is None or ruling is None:
                return again or run
            self.set_state(run.id, *ruling)
        return replace(self._by_id(run.id) or again, state=ruling[0], reason=ruling[1])


def _given_up(run: Run) -> bool:
    """Cancelled by a person; a signal that asks a job to end may be a shutdown."""
    return run.state is RunState.CANCELLED and run.request == "cancel"


def _quotable(text: str) -> str:
    if '"' in text:
        raise RunError(f"Expected a key without double quotes. Received: {text!r}.")
    return text
