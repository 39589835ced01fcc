"""One bin for datasets, trainings and results: what is deleted can be taken back for 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from segcore.datasets.bin import DeletedDataset
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError, RunNotFound
from segcore.runs import Run, RunStore
from segcore.runs.bin import DeletedRun

DAYS = 30
"""What is in the bin for longer is deleted for good, when the engine starts and once a day."""
Sort = Literal["dataset", "training", "result"]


@dataclass(frozen=True)
class Entry:
    """Something in the bin; `id` names it there."""

    id: str
    sort: Sort
    name: str
    owner: str
    by: str
    when: datetime

    @property
    def days_left(self) -> int:
        """Whole days until it is deleted for good."""
        return max(0, (self.when + timedelta(days=DAYS) - datetime.now(UTC)).days)


class Bin:
    """What was deleted from these two stores."""

    def __init__(self, datasets: DatasetStore, runs: RunStore) -> None:
        self.datasets, self.runs = datasets, runs

    def entries(self) -> list[Entry]:
        """What is in the bin, the newest first."""
        found = [*map(_of_dataset, self.datasets.deleted()), *map(_of_run, self.runs.deleted())]
        return sorted(found, key=lambda entry: entry.when, reverse=True)

    def restore(self, entry_id: str) -> Entry:
        """Take something back.

        Returns:
            The entry, with the name that it has now.

        Raises:
            RunNotFound: it is not in the bin.
            AccessError: it is another's.
        """
        entry = self._entry(entry_id)
        name = self.datasets.restore(entry.id) if entry.sort == "dataset" else self.runs.restore(entry.id).name
        return Entry(entry.id, entry.sort, name, entry.owner, entry.by, entry.when)

    def purge(self, entry_id: str) -> Entry:
        """Delete something for good.

        Raises:
            RunNotFound: it is not in the bin.
            AccessError: whoever asks is no admin.
        """
        entry = self._entry(entry_id)
        (self.datasets if entry.sort == "dataset" else self.runs).purge(entry.id)
        return entry

    def empty(self, older_than_days: float = DAYS) -> list[Entry]:
        """Delete for good what is in the bin for longer; returns what that was. Files in a remote store stay."""
        limit = datetime.now(UTC) - timedelta(days=older_than_days)
        old = [entry for entry in self.entries() if entry.when <= limit and self._is_here(entry)]
        return [self.purge(entry.id) for entry in old]

    def delete_dataset(self, name: str) -> str:
        """Put a dataset into the bin, unless a training reads it now; returns its id there.

        Raises:
            DatasetError: a training on it waits or runs.
            AccessError: it is another's.
        """
        reading = [run.name for run in self.trained_on(name) if run.state.active]
        if reading:
            raise DatasetError(f"{name} is needed: {', '.join(reading[:3])} learns from it.", fix="Let it end first.")
        return self.datasets.delete(name)

    def trained_on(self, name: str) -> list[Run]:
        """The trainings that learned from a dataset, or are about to."""
        return [run for run in self.runs.list("train") if run.dataset == name]

    def _entry(self, entry_id: str) -> Entry:
        matches = [e for e in self.entries() if e.id == entry_id or e.name == entry_id]
        if len(matches) != 1:
            what = "More than one thing is" if matches else "Nothing is"
            raise RunNotFound(f"{what} called {entry_id!r} in the bin.", fix="`segcore bin list` shows the ids.")
        return matches[0]

    def _is_here(self, entry: Entry) -> bool:
        return entry.sort == "dataset" or self.runs.folder(entry.id) is not None


def _of_dataset(found: DeletedDataset) -> Entry:
    return Entry(found.id, "dataset", found.name, found.owner, found.by, found.when)


def _of_run(found: DeletedRun) -> Entry:
    sort: Sort = "training" if found.run.kind == "train" else "result"
    return Entry(found.run.id, sort, found.run.name, found.run.owner, found.by, found.when)
