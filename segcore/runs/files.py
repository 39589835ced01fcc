"""The files of runs, wherever MLflow keeps them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from segcore.access import Action, require
from segcore.errors import RunError
from segcore.runs import artifacts
from segcore.runs.tracking import Tracking
from segcore.settings import Settings

CONFIG_FILE = "config.json"
WATCHED_S = 4.0
"""For so long a look at a run counts."""
_WATCH_FILE = ".watched"


class RunFiles(Tracking):
    """The run store's middle: reading and writing a run's files."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._folders: dict[str, Path | None] = {}

    def folder(self, run_id: str) -> Path | None:
        """The local folder of the run's files; None for a remote artifact store."""
        if run_id not in self._folders:
            uri = self._open()[0].get_run(run_id).info.artifact_uri
            self._folders[run_id] = artifacts.local_folder(uri)
        return self._folders[run_id]

    def work(self, run_id: str) -> Path:
        """Where a job keeps what it needs to go on after a kill; there only while it may."""
        return self.settings.home / "work" / run_id

    def file(self, run_id: str, name: str) -> Path:
        """A local path of one of the run's files (fetched first from a remote store).

        Raises:
            RunError: the run has no such file.
            AccessError: whoever asks may see none.
        """
        name, folder = artifacts.checked_name(name), self.folder(run_id)
        if not self.has_file(run_id, name):
            raise RunError(f"Run {run_id} has no file {name!r}.", fix="It may have ended before it was written.")
        if folder is not None:
            return folder / name
        return artifacts.download(self._open()[0], run_id, name, self.settings.home / "cache" / run_id)

    def config(self, run_id: str) -> dict[str, Any]:
        """The settings the run was made with."""
        loaded: dict[str, Any] = json.loads(self.file(run_id, CONFIG_FILE).read_text("utf-8"))
        return loaded

    def has_file(self, run_id: str, name: str) -> bool:
        """Whether the run has a file of this name. Raises AccessError where whoever asks may see none."""
        require(Action.VIEW)
        name, folder = artifacts.checked_name(name), self.folder(run_id)
        if folder is not None:
            return (folder / name).is_file()
        parent = name.rpartition("/")[0]
        return any(entry.path == name for entry in self._open()[0].list_artifacts(run_id, parent or None))

    def files(self, run_id: str, folder: str = "") -> list[str]:
        """The names of the run's files below a folder, sorted. Raises AccessError as `file`."""
        require(Action.VIEW)
        below = artifacts.checked_name(folder) if folder else ""
        local = self.folder(run_id)
        if local is not None:
            return artifacts.list_local(local, below)
        return artifacts.list_remote(self._open()[0], run_id, below)

    def put_file(self, run_id: str, name: str, data: bytes | Path) -> None:
        """Write or replace a file of the run; whoever reads it sees the old or the new one, never half."""
        name, folder = artifacts.checked_name(name), self.folder(run_id)
        if folder is not None:
            artifacts.write_atomically(folder / name, data)
        else:
            artifacts.upload(self._open()[0], run_id, name, data)

    def annotate(self, run_id: str, name: str, data: bytes) -> None:
        """As `put_file`, for what a person adds to a run that has ended: zones drawn on its frames.

        Raises:
            AccessError: whoever asks may not draw on results.
        """
        require(Action.ANNOTATE)
        self.put_file(run_id, name, data)

    def watch(self, run_id: str) -> None:
        """Say that somebody looks at the run now: its job then shows more of itself."""
        folder = self.folder(run_id)
        if folder is not None and folder.is_dir():
            (folder / _WATCH_FILE).touch()

    def watched(self, run_id: str) -> bool:
        """Whether somebody looked within the last seconds; False where the files lie on no local disk."""
        folder = self.folder(run_id)
        try:
            return folder is not None and time.time() - (folder / _WATCH_FILE).stat().st_mtime < WATCHED_S
        except OSError:
            return False
