"""Deleted datasets: they lie in a hidden folder of the store until they are taken back, or deleted for good.

A dataset's folder goes into the bin, and out of it, by one renaming; what is known of its deletion lies inside it.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from segcore.access import Action, current, require
from segcore.datasets.manifest import read_record
from segcore.datasets.staging import publish, staging
from segcore.errors import DatasetError, DatasetNotFound

_log = logging.getLogger(__name__)
BIN, _NOTE = ".bin", "deleted.json"


@dataclass(frozen=True)
class DeletedDataset:
    """A dataset in the bin. `id` names it there; `name` is what it was called."""

    id: str
    name: str
    owner: str
    by: str
    when: datetime
    folder: Path


class DatasetBin:
    """The part of a store that deletes datasets and takes them back."""

    root: Path

    def _folder(self, name: str) -> Path:
        """Where a dataset lies; DatasetNotFound where there is none."""
        raise NotImplementedError

    def delete(self, name: str) -> str:
        """Put a dataset into the bin; it vanishes in one step.

        Returns:
            Its id there.

        Raises:
            DatasetNotFound: no dataset of this name.
            AccessError: it is another's.
        """
        folder = self._folder(name)
        require(Action.DELETE_DATASET, owner_of(folder))
        note = {"name": name, "by": current().email, "when": time.time()}
        (folder / _NOTE).write_text(json.dumps(note), "utf-8")
        bin_id = f"{int(time.time())}-{secrets.token_hex(4)}"
        (self.root / BIN).mkdir(exist_ok=True)
        folder.rename(self.root / BIN / bin_id)
        _log.info("dataset deleted: %s", name)
        return bin_id

    def deleted(self) -> list[DeletedDataset]:
        """What is in the bin, the newest first."""
        require(Action.VIEW)
        folder = self.root / BIN
        found = [_read(entry) for entry in folder.iterdir()] if folder.is_dir() else []
        return sorted((entry for entry in found if entry), key=lambda entry: entry.when, reverse=True)

    def restore(self, bin_id: str) -> str:
        """Take a dataset back from the bin.

        Returns:
            Its name; with -2, -3 … where its own was taken meanwhile.

        Raises:
            DatasetNotFound: it is not in the bin (any more).
            AccessError: it is another's.
        """
        entry = self._in_bin(bin_id)
        require(Action.RESTORE, entry.owner)
        name = next(n for n in _names(entry.name) if not (self.root / n).exists())
        publish(entry.folder, self.root / name)
        (self.root / name / _NOTE).unlink(missing_ok=True)
        _log.info("dataset taken back: %s", name)
        return name

    def purge(self, bin_id: str) -> None:
        """Delete a dataset that is in the bin for good.

        Raises:
            DatasetNotFound: it is not in the bin (any more).
            AccessError: whoever asks is no admin.
        """
        require(Action.PURGE)
        entry = self._in_bin(bin_id)
        with staging(self.root) as work:
            entry.folder.rename(work / "purged")
        _log.info("dataset deleted for good: %s", entry.name)

    def _in_bin(self, bin_id: str) -> DeletedDataset:
        entry = next((entry for entry in self.deleted() if entry.id == bin_id), None)
        if entry is None:
            raise DatasetNotFound(f"No dataset {bin_id!r} is in the bin.", fix="See `segcore bin list`.")
        return entry


def owner_of(folder: Path) -> str:
    """Who made a dataset; "" where nobody knows, as of older or damaged ones."""
    try:
        return str(read_record(folder).get("owner") or "")
    except DatasetError:
        return ""


def _read(folder: Path) -> DeletedDataset | None:
    """None where somebody else is taking it out just now."""
    try:
        note = json.loads((folder / _NOTE).read_text("utf-8"))
        when = datetime.fromtimestamp(float(note["when"]), UTC)
        return DeletedDataset(folder.name, str(note["name"]), owner_of(folder), str(note["by"]), when, folder)
    except (OSError, ValueError, KeyError):
        return None


def _names(name: str) -> list[str]:
    return [name, *(f"{name[:60]}-{k}" for k in range(2, 1000))]
