"""What is asked of runs that are there: to stop, to go on, to take another state or name."""

from __future__ import annotations

import logging
import shutil

from segcore.access import Action, by_sign_in, require
from segcore.errors import RunError
from segcore.runs import records
from segcore.runs.bin import RunBin
from segcore.runs.liveness import mark_this_process
from segcore.runs.names import checked_run_name
from segcore.runs.records import Request, Run, RunState, state_tags

_log = logging.getLogger(__name__)
_GRAVE = {RunState.FAILED: logging.ERROR, RunState.INTERRUPTED: logging.WARNING}


class RunSteering(RunBin):
    """The run store's part that changes runs."""

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


def _given_up(run: Run) -> bool:
    """Cancelled by a person; a signal that asks a job to end may be a shutdown."""
    return run.state is RunState.CANCELLED and run.request == "cancel"
