"""The run store: a thin, typed layer over MLflow. It is the truth; engine and pages can die and come back."""

from __future__ import annotations

import builtins
import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segcore.access import Action, current, require
from segcore.errors import RunError, RunNotFound
from segcore.runs import records
from segcore.runs.files import CONFIG_FILE
from segcore.runs.liveness import mark_this_process, verdict
from segcore.runs.names import candidates, checked_run_name, friendly_base
from segcore.runs.records import Kind, Run, RunState
from segcore.runs.steering import RunSteering
from segcore.runs.tracking import plainly

if TYPE_CHECKING:
    from segcore.runs.writer import RunWriter


class RunStore(RunSteering):
    """Runs of one installation. Cheap to make; MLflow is opened at the first use (about 2 s). Thread-safe."""

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

    def metric_keys(self, run_id: str) -> builtins.list[str]:
        """The names of the metrics that have a value, sorted."""
        return sorted(self.get(run_id).metrics)

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


def _quotable(text: str) -> str:
    if '"' in text:
        raise RunError(f"Expected a key without double quotes. Received: {text!r}.")
    return text
