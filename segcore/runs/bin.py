"""Deleted runs: MLflow hides them, their files stay where they are until they are deleted for good."""

from __future__ import annotations

import builtins
import logging
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from segcore.access import Action, current, require
from segcore.errors import RunError, RunNotFound
from segcore.runs import records
from segcore.runs.files import RunFiles
from segcore.runs.records import Run, moment

_log = logging.getLogger(__name__)
DELETED, DELETED_BY = "segcore.deleted", "segcore.deleted_by"
"""When, in milliseconds since the epoch, and by whom."""


@dataclass(frozen=True)
class DeletedRun:
    """A run in the bin."""

    run: Run
    by: str
    when: datetime


class RunBin(RunFiles):
    """The run store's part that deletes runs and takes them back."""

    def get(self, run: str) -> Run:
        """The run of this id or name."""
        raise NotImplementedError

    def _free_name(self, base: str, *, numbered: bool) -> str:
        raise NotImplementedError

    def delete(self, run_id: str) -> None:
        """Put a run into the bin, with its files.

        Raises:
            RunError: it is queued or running.
            AccessError: it is another's.
        """
        run = self._deletable(run_id)
        self.write_batch(run.id, tags={DELETED: records.now_ms(), DELETED_BY: current().email})
        self._open()[0].delete_run(run.id)
        _log.info("deleted: %s", run.name, extra={"run": run.id})

    def discard(self, run_id: str) -> None:
        """Take back a run that was just made and came to nothing: it never was in the bin.

        Raises:
            RunError, AccessError: as `delete`.
        """
        run = self._deletable(run_id)
        self._open()[0].delete_run(run.id)
        self._remove_files(run.id)

    def deleted(self) -> builtins.list[DeletedRun]:
        """What is in the bin, the newest first."""
        require(Action.VIEW)
        found = [run for run in self._search(f"tags.`{DELETED}` != ''", 1000, deleted=True) if self._has_files(run.id)]
        entries = [DeletedRun(run, run.tags.get(DELETED_BY, ""), _when(run)) for run in found]
        return sorted(entries, key=lambda entry: entry.when, reverse=True)

    def restore(self, run_id: str) -> Run:
        """Take a run back from the bin; its name gets -2, -3 … where it was taken meanwhile.

        Raises:
            RunNotFound: it is not in the bin (any more).
            AccessError: it is another's.
        """
        run = self._in_bin(run_id)
        require(Action.RESTORE, run.owner)
        client = self._open()[0]
        with self.locked():
            name = self._free_name(run.name, numbered=False)
            client.restore_run(run.id)
            if name != run.name:
                client.update_run(run.id, name=name)
            self.write_batch(run.id, tags={DELETED: "", DELETED_BY: ""})
        _log.info("taken back: %s", name, extra={"run": run.id})
        return self.get(run.id)

    def purge(self, run_id: str) -> None:
        """Delete the files of a run that is in the bin for good; MLflow keeps a line about it.

        Raises:
            RunNotFound: it is not in the bin (any more).
            RunError: its files lie in a remote store.
            AccessError: whoever asks is no admin.
        """
        require(Action.PURGE)
        run = self._in_bin(run_id)
        if self.folder(run.id) is None:
            raise RunError(f"The files of {run.name} lie in a remote store.", fix="Run `mlflow gc` there.")
        self._remove_files(run.id)
        _log.info("deleted for good: %s", run.name, extra={"run": run.id})

    def _deletable(self, run_id: str) -> Run:
        run = self.get(run_id)
        require(Action.DELETE_RUN, run.owner)
        if run.state.active:
            raise RunError(f"{run.name} is {run.state}.", fix="Cancel it first, then delete it.")
        return run

    def _in_bin(self, run_id: str) -> Run:
        found = [entry.run for entry in self.deleted() if entry.run.id == run_id]
        if not found:
            raise RunNotFound(f"No run {run_id!r} is in the bin.", fix="See `segcore bin list`.")
        return found[0]

    def _has_files(self, run_id: str) -> bool:
        folder = self.folder(run_id)
        return folder is None or folder.is_dir()

    def _remove_files(self, run_id: str) -> None:
        folder = self.folder(run_id)
        shutil.rmtree(self.work(run_id), ignore_errors=True)
        if folder is not None and folder.parent.name == run_id:
            shutil.rmtree(folder.parent, ignore_errors=True)


def _when(run: Run) -> datetime:
    return moment(run.tags.get(DELETED)) or datetime.fromtimestamp(time.time(), UTC)
