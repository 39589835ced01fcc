"""Where the chunks of a job lie until they are joined: a folder each, that is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from segcore.errors import ConfigError
from segcore.video.chunks.record import ChunkRecord, chained
from segcore.whole_file import write_whole

_JOB_FILE = "job.json"
_RECORD_FILE = "record.json"


class Shelf:
    """The work folder of one job.

    Args:
        folder: made where it is missing.
        agree: called right before a finished chunk is put in its place; may raise, then it is not.
    """

    def __init__(self, folder: Path, agree: Callable[[], None] = lambda: None) -> None:
        self.folder, self._agree = folder, agree
        folder.mkdir(parents=True, exist_ok=True)

    def belongs_to(self, job: dict[str, Any]) -> None:
        """See that the chunks are of this very job; an empty shelf becomes the job's.

        Args:
            job: all that decides what comes out, as JSON; by names that people understand.

        Raises:
            ConfigError: something is not what it was when the first chunk was made; the message says what.
        """
        other = self.differences(job)
        if other is None:
            self.clear()
            write_whole(self.folder / _JOB_FILE, json.dumps(job, ensure_ascii=False, indent=2))
        elif other:
            raise ConfigError(
                f"This job cannot go on where it ended: since it began, {' and '.join(other)} changed.",
                fix="Start it anew.",
            )

    def differences(self, job: dict[str, Any]) -> list[str] | None:
        """What is another with this job than with the one that the shelf is of; None where it is of none."""
        wanted = json.loads(json.dumps(job))
        try:
            known = json.loads((self.folder / _JOB_FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(known, dict):
            return None
        return [name for name in wanted | known if wanted.get(name) != known.get(name)]

    def records(self) -> list[ChunkRecord]:
        """The finished chunks, in order."""
        found = [_read(path) for path in sorted(self.folder.glob("chunk-*"))]
        return sorted((record for record in found if record is not None), key=lambda record: record.number)

    def going_on(self, *, ahead: bool = False) -> list[ChunkRecord]:
        """The finished chunks from the first one on, up to where something is missing; all others are dropped.

        So is a chunk at whose end a person stopped: it is a short one.

        Args:
            ahead: those behind what is missing are kept.
        """
        found = self.records()
        good = [record for record in (found if ahead else found[: chained(found)]) if record.ends != "stop"]
        for record in found:
            if record not in good:
                self.drop(record)
        for path in self.folder.glob(".chunk-*"):
            shutil.rmtree(path, ignore_errors=True)
        return good

    def folder_of(self, number: int) -> Path:
        """Where a finished chunk lies."""
        return self.folder / f"chunk-{number:06d}"

    def begin(self, number: int) -> Path:
        """An empty folder for a chunk in the making, which nobody else has, on this machine or another."""
        folder = self.folder / f".chunk-{number:06d}.{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        return folder

    def keep(self, folder: Path, record: ChunkRecord) -> None:
        """A chunk is finished: from now on it survives a kill, and a loss of power."""
        write_whole(folder / _RECORD_FILE, record.model_dump_json())
        for path in folder.iterdir():
            _sync(path)
        _sync(folder)
        self._agree()
        shutil.rmtree(self.folder_of(record.number), ignore_errors=True)
        folder.replace(self.folder_of(record.number))
        _sync(self.folder)

    def drop(self, record: ChunkRecord) -> None:
        """Forget a finished chunk."""
        shutil.rmtree(self.folder_of(record.number), ignore_errors=True)

    def clear(self) -> None:
        """Forget all chunks."""
        for path in self.folder.glob("chunk-*"):
            shutil.rmtree(path, ignore_errors=True)


def _read(folder: Path) -> ChunkRecord | None:
    try:
        return ChunkRecord.model_validate_json((folder / _RECORD_FILE).read_bytes())
    except (OSError, ValidationError):
        return None  # of another version of segcore, or damaged: it is made again


def _sync(path: Path) -> None:
    """Have the disk hold it (a folder: its names); on Windows folders cannot be opened."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
