"""An import that waits for its user: unpacked, looked at, nothing written to the datasets yet.

A draft is a folder of SEGCORE_HOME/drafts: `unpacked/` (the upload; a folder of the server is used where it is),
`origin.json` (where the source lies), `draft.json`, and a folder of pictures for each look at it: cut-outs of each
class and whole frames with contours. It survives a reload of the page and a restart of the dashboard, and is
thrown away when imported, discarded, or a day old.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.access import Action, require
from segcore.classes import ClassTable
from segcore.datasets.formats import candidates, choose_reader
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.stages import Progress
from segcore.datasets.staging import staging
from segcore.datasets.unpacked import unpacked
from segcore.errors import DatasetError, DatasetNotFound
from segcore.settings import Settings

_DRAFT, _ORIGIN = "draft.json", "origin.json"
_ID = re.compile(r"[0-9a-f]{16}")
_OLD_S = 24 * 3600.0
_LOOKS_KEPT = 2
"""Pictures of so many looks stay, because a page may still show the look before."""


class Candidate(BaseModel):
    """A format that the source may be, and what speaks for it."""

    model_config = ConfigDict(frozen=True)

    format: str
    title: str
    evidence: str


class DraftClass(BaseModel):
    """One row of the legend. `share`: of all labelled pixels looked at, in [0, 1]; `crops`: files of the draft."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    color: str
    source: str
    share: float
    frames: int
    known: bool
    crops: tuple[str, ...]


class DraftProblem(BaseModel):
    """A file that would be left out, why, and how to mend it."""

    model_config = ConfigDict(frozen=True)

    file: str
    fault: str
    fix: str


class Draft(BaseModel):
    """What is known of an import before it is made.

    `format` is None while several fit and the user has not chosen; `error` and `fix` say why it cannot be read
    at all. `frames`: usable pairs; `legend`, `problems`, `offers`, `previews` belong to the chosen format with
    `repairs` (but for its mapping, which the page applies by itself). `split`: what brought one, in words.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    filename: str
    created: str
    candidates: tuple[Candidate, ...] = ()
    format: str | None = None
    evidence: str = ""
    repairs: Repairs = Repairs()
    frames: int = 0
    sizes: tuple[tuple[int, int], ...] = ()
    classes: ClassTable | None = None
    legend: tuple[DraftClass, ...] = ()
    problems: tuple[DraftProblem, ...] = ()
    offers: tuple[Offer, ...] = ()
    notes: tuple[str, ...] = ()
    previews: tuple[str, ...] = ()
    split: str = ""
    error: str = ""
    fix: str = ""


class Drafts:
    """The drafts of one installation; safe to use from several processes."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.home / "drafts"

    def create(
        self,
        source: Path,
        filename: str = "",
        *,
        format: str | None = None,
        repairs: Repairs | None = None,
        on_progress: Progress | None = None,
    ) -> Draft:
        """Unpack and look at a source; nothing is written to the datasets.

        Args:
            source: a ZIP, which is unpacked into the draft, or a folder, which is used in place.
            filename: what the user calls it; the source's own name if left out.
            format: a reader's name; None: recognised. Where several fit, the draft's `format` stays None.
            repairs: what may be mended; None: nothing.
            on_progress: called with (done, in all), stage by stage.

        Raises:
            DatasetError: an unsafe archive, an unknown layout, nothing readable; nothing is left behind.
            AccessError: whoever asks may add no datasets.
        """
        require(Action.ADD_DATASET)
        self.sweep()
        source = source.expanduser().absolute()
        if not source.exists():
            raise DatasetError(f"No such file or folder: {source}.", fix="Check the path.")
        draft_id = secrets.token_hex(8)
        blank = Draft(
            id=draft_id,
            filename=filename or source.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            repairs=repairs or Repairs(),
        )
        with staging(self.root) as work:
            folder = work / "draft"
            folder.mkdir()
            root = unpacked(source, folder, on_progress)
            draft = _look(blank, root, format, folder, on_progress)
            inside = root.is_relative_to(folder)
            origin = str(root.relative_to(folder)) if inside else str(root)
            (folder / _ORIGIN).write_text(json.dumps({"source": origin}), "utf-8")
            _write(folder, draft)
            folder.rename(self.root / draft_id)
        return draft

    def revise(
        self,
        draft_id: str,
        *,
        format: str | None = None,
        repairs: Repairs | None = None,
        on_progress: Progress | None = None,
    ) -> Draft:
        """Look again, with other repairs or as another format (None: as before).

        Raises:
            DatasetNotFound: no such draft.
            DatasetError: it cannot be read so; the draft stays as it was.
            AccessError: whoever asks may add no datasets.
        """
        require(Action.ADD_DATASET)
        before = self.open(draft_id)
        folder = self.folder(draft_id)
        chosen = format or before.format
        blank = Draft(id=before.id, filename=before.filename, created=before.created, repairs=repairs or Repairs())
        draft = _look(blank, self.source(draft_id), chosen, folder, on_progress)
        _write(folder, draft)
        _forget_pictures(folder)
        return draft

    def open(self, draft_id: str) -> Draft:
        """A draft as it was last looked at.

        Raises:
            DatasetNotFound: imported, discarded, given up after a day, or never there.
        """
        try:
            return Draft.model_validate_json((self.folder(draft_id) / _DRAFT).read_bytes())
        except (OSError, ValidationError) as error:
            raise _gone(draft_id) from error

    def folder(self, draft_id: str) -> Path:
        """Where its pictures are; their names in the draft are relative to it.

        Raises:
            DatasetNotFound: no such draft.
            AccessError: whoever asks may see none.
        """
        require(Action.VIEW)
        if not _ID.fullmatch(draft_id) or not (self.root / draft_id / _DRAFT).is_file():
            raise _gone(draft_id)
        return self.root / draft_id

    def source(self, draft_id: str) -> Path:
        """The folder that is looked at: the unpacked upload, or one of the server's.

        Raises:
            DatasetNotFound: no such draft, or the server's folder is gone.
        """
        folder = self.folder(draft_id)
        source = folder / str(json.loads((folder / _ORIGIN).read_text("utf-8"))["source"])
        if not source.is_dir():
            raise DatasetNotFound(f"The folder {source.name!r} is not there any more.", fix="Begin again.")
        return source

    def waiting(self) -> list[Draft]:
        """All drafts, the newest first."""
        found = []
        for folder in self.root.glob("*") if self.root.is_dir() else ():
            with suppress(DatasetNotFound):
                found.append(self.open(folder.name))
        return sorted(found, key=lambda draft: draft.created, reverse=True)

    def discard(self, draft_id: str) -> None:
        """Throw a draft away; one that is gone already is no error.

        Raises:
            AccessError: whoever asks may add no datasets.
        """
        require(Action.ADD_DATASET)
        with suppress(DatasetNotFound):
            folder = self.folder(draft_id)
            with staging(self.root) as work, suppress(FileNotFoundError):
                folder.rename(work / "discarded")

    def sweep(self) -> None:
        """Throw away drafts that were not looked at for a day."""
        for draft in self.waiting():
            with suppress(OSError, DatasetNotFound):
                if time.time() - (self.folder(draft.id) / _DRAFT).stat().st_mtime > _OLD_S:
                    self.discard(draft.id)


def _look(blank: Draft, source: Path, format_name: str | None, folder: Path, on_progress: Progress | None) -> Draft:
    """A blank draft filled in; where several formats fit and none is chosen, with those alone."""
    from segcore.datasets.drafts.look import candidates_of, looked_at

    found = candidates(source)
    blank = blank.model_copy(update={"candidates": candidates_of(found)})
    if format_name is None and len(found) > 1:
        return blank
    reader = choose_reader(source, format_name)
    pictures = f"look_{time.time_ns():x}"
    try:
        return looked_at(blank, source, reader, blank.repairs, folder, pictures, on_progress)
    except BaseException:
        shutil.rmtree(folder / pictures, ignore_errors=True)
        raise


def _write(folder: Path, draft: Draft) -> None:
    fresh = folder / f"{_DRAFT}.{secrets.token_hex(4)}.new"
    fresh.write_text(draft.model_dump_json(), "utf-8")
    fresh.replace(folder / _DRAFT)


def _forget_pictures(folder: Path) -> None:
    looks = sorted(folder.glob("look_*"), key=lambda p: p.name)
    for old in looks[:-_LOOKS_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _gone(draft_id: str) -> DatasetNotFound:
    return DatasetNotFound(
        f"No import called {draft_id!r} is waiting.", fix="It was finished, discarded or given up: begin again."
    )
