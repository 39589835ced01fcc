"""A video's result, opened for further work: `segcore.results.load("desk-video.zip").tracks`.

docs/results.md says what the tables hold.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from segcore.errors import ResultError
from segcore.knowledge.counted import Counted, counted_tracks, only
from segcore.knowledge.drawing import ZONES_FILE, Drawing, drawing_events, read_drawing
from segcore.knowledge.events import EVENTS
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.known import Known, known_of
from segcore.knowledge.ledger import PARQUET_FILE
from segcore.knowledge.masks import MASKS_FILE, FrameMask, read_masks
from segcore.knowledge.object_table import CONTACTS, OBJECTS
from segcore.knowledge.thresholds import threshold_events
from segcore.knowledge.tracks import TRACKS, positions
from segcore.knowledge.zone_events import zone_events
from segcore.knowledge.zones import Line, Zone

_SUMMARY = "summary.json"
_AGAIN = "It was made by an older segcore: segment the video again to have it."


class Result:
    """What a video job found; each table is read when it is first asked for.

    Args:
        path: folder of the result, or the ZIP of all its files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = _files(path)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row a frame and class, empty ones too: how much of it, how sure."""
        return self._table(PARQUET_FILE)

    @cached_property
    def objects(self) -> pd.DataFrame:
        """One row a frame and object: where, how large, which track."""
        return self._table(f"{OBJECTS}.parquet")

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """One row a frame and pair of objects that touch."""
        return self._table(f"{CONTACTS}.parquet")

    @cached_property
    def tracks(self) -> pd.DataFrame:
        """One row an object over time."""
        return self._table(f"{TRACKS}.parquet")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened when; see `zone_events` and `threshold_events` for more."""
        return self._table(f"{EVENTS}.parquet")

    @cached_property
    def areas(self) -> pd.DataFrame:
        """One row a frame and class: corrected areas with their 95 % intervals."""
        return self._table("areas.parquet")

    @cached_property
    def stability(self) -> pd.DataFrame:
        """One row a frame and class: how much its labels flicker."""
        return self._table("stability.parquet")

    @cached_property
    def certainty(self) -> pd.DataFrame:
        """One row a frame: how sure and how steady it is."""
        return self._table("certainty.parquet")

    def masks(self) -> Iterator[FrameMask]:
        """The labels of every frame in turn, at the frame's size; no more than a few are in memory."""
        with self.opened(MASKS_FILE) as path:
            yield from read_masks(path)

    def mask(self, frame: int) -> np.ndarray:
        """(H, W) uint8: the class of every pixel of a frame, 255 around a region that alone was segmented.

        Raises:
            ResultError: there is no such frame.
        """
        with self.opened(MASKS_FILE) as path:
            found = next(read_masks(path, (frame,)), None)
        if found is None:
            raise ResultError(f"{self.path} has no frame {frame}.", fix="Frames are counted from 0; see the ledger.")
        return found.labels

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The job: video, network, settings, speeds, versions."""
        found: dict[str, Any] = json.loads(self._read(_SUMMARY))
        return found

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the frames."""
        return self.summary["video"]["height"], self.summary["video"]["width"]

    @cached_property
    def times(self) -> FrameTimes:
        """Numbers and times of all frames."""
        return FrameTimes.of_ledger(self.ledger)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """One row a track and frame; an object in pieces is one row here."""
        return positions(self.objects)

    @cached_property
    def drawing(self) -> Drawing | None:
        """Zones, lines, scale and thresholds that were drawn on the Results page; None where there are none."""
        return read_drawing(self._read(ZONES_FILE)) if ZONES_FILE in self._files else None

    def drawing_events(self, drawing: Drawing | None = None) -> pd.DataFrame:
        """What a drawing finds, the result's own unless another is given; columns of `events`.

        Raises:
            ResultError: the result has no drawing, and none is given.
            ConfigError: it was drawn on frames of another shape.
        """
        drawing = drawing or self.drawing
        if drawing is None:
            raise ResultError(
                f"Nothing was drawn on {self.path} yet.", fix="Draw zones on its page, or give a drawing."
            )
        counted = counted_tracks(self.tracks, drawing.counted)
        return drawing_events(drawing, positions(only(self.objects, counted)), self.times, self.size)

    def known(self, counted: Counted) -> Known:
        """Tables in which only tracks have a part that count, as the Results page shows them."""
        return known_of(lambda name: getattr(self, name), self.times, counted, self.size)

    def zone_events(self, zones: Sequence[Zone | Line]) -> pd.DataFrame:
        """What objects did in zones and at lines; columns of `events`."""
        return zone_events(self.positions, self.times, self.size, zones)

    def threshold_events(self, *, share: float | None = None, speed: float | None = None) -> pd.DataFrame:
        """When objects were large (share of the frame) or fast (pixels a second); columns of `events`."""
        return threshold_events(self.positions, self.times, share=share, speed=speed)

    def has(self, name: str) -> bool:
        """Whether it has a file of this name."""
        return name in self._files

    @property
    def names(self) -> list[str]:
        """The names of its files, sorted."""
        return sorted(self._files)

    @contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        """One of its files on the disk; of a ZIP a passing copy.

        Raises:
            ResultError: it has no such file.
        """
        self._check(name)
        if self.path.is_dir():
            yield self.path / name
            return
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(self.path) as archive:
            copy = Path(folder) / name
            with archive.open(self._files[name]) as source, copy.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            yield copy

    def _table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(io.BytesIO(self._read(name)))

    def _read(self, name: str) -> bytes:
        self._check(name)
        if self.path.is_dir():
            return (self.path / name).read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(self._files[name])

    def _check(self, name: str) -> None:
        if name not in self._files:
            raise ResultError(f"{self.path} has no {name}.", fix=_AGAIN)


def load(path: str | Path) -> Result:
    """Open a result.

    Args:
        path: the folder that `segcore segment --out` wrote, or the ZIP that the Results page gives ("Take it along").

    Raises:
        ResultError: there is nothing there, or it is no result.
    """
    return Result(Path(path))


def _files(path: Path) -> dict[str, str]:
    """The result's files by name, with where they are within the folder or ZIP."""
    if path.is_dir():
        found = {file.name: file.name for file in path.iterdir() if file.is_file()}
    elif not path.exists():
        raise ResultError(f"Expected the folder or the ZIP of a result. There is nothing at {path}.")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found = {name.rsplit("/", 1)[-1]: name for name in archive.namelist() if not name.endswith("/")}
    else:
        raise ResultError(
            f"Expected the folder or the ZIP of a result. Received: the file {path.name}.",
            fix="Name the folder it lies in.",
        )
    if PARQUET_FILE not in found:
        raise ResultError(
            f"{path} is no result: it has no {PARQUET_FILE}.",
            fix='Take the folder that "segcore segment --out" wrote, or the ZIP "Take it along" of the Results page.',
        )
    return found
