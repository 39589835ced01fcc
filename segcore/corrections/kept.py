"""Corrected frames, kept with the result they are of: `corrections/<frame>.jpg` and `.png`.

The JPEG is the frame as it was painted on, so that nothing is lost when the video goes. The PNG has one channel,
pixel = class id of the result's network, 255 = left open; a text of it (`segcore`, JSON) says which frame it is. It
comes last and alone makes a correction visible; an empty one was taken back.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin
from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.access import current
from segcore.classes import ClassTable
from segcore.corrections.packed import check_ids
from segcore.datasets.images import DECODE_ERRORS, read_index_mask
from segcore.errors import RunError
from segcore.runs.store import RunStore

FOLDER = "corrections"
_NOTE = "segcore"


class Note(BaseModel):
    """What a correction says of itself.

    Attributes:
        frame, time_s: as in the result's ledger.
        stem: the frame's name among labelled frames.
        classes: that its labels mean, as the result's network knew them.
        by: who saved it.
        when: ISO, UTC.
    """

    model_config = ConfigDict(frozen=True)

    frame: int
    time_s: float
    stem: str
    classes: ClassTable
    by: str = ""
    when: str = ""


@dataclass(frozen=True)
class Correction:
    """A corrected frame.

    Attributes:
        note: which one.
        image, mask: its files.
        version: of the labels; another one after each change.
    """

    note: Note
    image: Path
    mask: Path
    version: str

    def labels(self) -> np.ndarray:
        """(H, W) uint8, 255 = left open.

        Raises:
            InvalidMask: the file is damaged.
        """
        return read_index_mask(self.mask)


class Corrections:
    """Those of one result.

    Args:
        store: of the runs.
        run_id: of the result.
    """

    def __init__(self, store: RunStore, run_id: str) -> None:
        self._store, self._run_id = store, run_id

    def all(self) -> list[Correction]:
        """In the order of frames.

        Raises:
            RunError: a file is damaged; it says which.
        """
        names = [name for name in self._store.files(self._run_id, FOLDER) if name.endswith(".png")]
        found = [self._read(name) for name in names]
        return sorted((one for one in found if one), key=lambda one: one.note.frame)

    def of(self, frame: int) -> Correction | None:
        """That of a frame; None where there is none."""
        name = _name(frame, "png")
        return self._read(name) if self._store.has_file(self._run_id, name) else None

    def keep(self, note: Note, labels: np.ndarray, image: Path) -> Correction:
        """Keep a correction, instead of an earlier one of that frame.

        Args:
            note: which frame; who and when are filled in.
            labels: (H, W) uint8, of the frame's size.
            image: a JPEG of the frame.

        Raises:
            InvalidMask: classes occur that the note does not name.
            AccessError: whoever asks may not draw on results.
        """
        check_ids(labels, note.classes)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        full = note.model_copy(update={"by": current().email, "when": now})
        self._store.annotate(self._run_id, _name(note.frame, "jpg"), image.read_bytes())
        self._store.annotate(self._run_id, _name(note.frame, "png"), _as_png(labels, full))
        kept = self.of(note.frame)
        if kept is None:  # between writing and reading, by somebody else
            raise RunError(f"Frame {note.frame} was taken back just now.", fix="Save once more.")
        return kept

    def take_back(self, frame: int) -> None:
        """Forget the correction of a frame.

        Raises:
            AccessError: whoever asks may not draw on results.
        """
        for kind in ("png", "jpg"):
            self._store.annotate(self._run_id, _name(frame, kind), b"")

    def _read(self, name: str) -> Correction | None:
        mask = self._store.file(self._run_id, name)
        content = mask.read_bytes()
        if not content:
            return None
        try:
            with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
                note = Note.model_validate_json(str(picture.info[_NOTE]))
        except (*DECODE_ERRORS, KeyError, ValidationError) as error:
            raise RunError(
                f"The corrected frame {name} is damaged ({type(error).__name__}).",
                fix=f"Remove {mask} and correct it anew.",
            ) from error
        image = self._store.file(self._run_id, _name(note.frame, "jpg"))
        return Correction(note, image, mask, hashlib.sha256(content).hexdigest()[:16])


def _name(frame: int, kind: str) -> str:
    return f"{FOLDER}/{frame:06d}.{kind}"


def _as_png(labels: np.ndarray, note: Note) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_itxt(_NOTE, note.model_dump_json())
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(labels, np.uint8)).save(out, "PNG", pnginfo=said, compress_level=4)
    return out.getvalue()
