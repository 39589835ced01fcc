"""The labels of every frame as run lengths: one row a frame and class, a few kilobytes a frame.

| column | type | meaning |
|---|---|---|
| frame, time_s | int32, float64 | as in the ledger |
| class_id, class | int16, string | of the pixels; class 0, the background, is what no row covers |
| height, width | int32 | of the picture that the runs fill, mostly the network's resolution |
| rle | string | COCO's compressed run lengths: columns first, runs of 0 and 1 in turn |

A frame that is background alone has one row, of class 0 with all of it, so that every frame is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pycocotools import mask as coco_mask

from segcore.classes import ClassTable
from segcore.knowledge.label_runs import LabelRuns
from segcore.knowledge.nearest import scaled

MASKS = "masks"
MASKS_FILE = "masks.parquet"
OUTSIDE = 255
"""Label of what lies around a region that alone was segmented."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the frame."""

_PLACE = b"segcore"
_ROWS = 4096
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("frame", pa.int32()),
    ("time_s", pa.float64()),
    ("class_id", pa.int16()),
    ("class", pa.string()),
    ("height", pa.int32()),
    ("width", pa.int32()),
    ("rle", pa.string()),
]


@dataclass(frozen=True)
class FrameMask:
    """The labels of a frame.

    Attributes:
        frame: its number.
        time_s: its time.
        labels: (H, W) uint8 at the frame's size, `OUTSIDE` around a region.
    """

    frame: int
    time_s: float
    labels: np.ndarray


def run_lengths(labels: np.ndarray, runs: LabelRuns | None = None) -> dict[int, str]:
    """COCO's run lengths of every label that occurs.

    Args:
        labels: (h, w) uint8.
        runs: of the labels, where they are known already.
    """
    runs = runs or LabelRuns.of(labels)
    begins, ends, of_run = runs.begins, runs.ends, runs.labels
    size = list(labels.shape)
    found = {}
    for label in np.flatnonzero(np.bincount(of_run)).tolist():
        own = np.flatnonzero(of_run == label)
        borders = np.zeros(2 * len(own) + 2, begins.dtype)  # 0, where others end, where it ends, and again; the end
        borders[1:-1:2], borders[2::2], borders[-1] = begins[own], ends[own], labels.size
        counts = np.subtract(borders[1:], borders[:-1])[: None if ends[own[-1]] < labels.size else -1]
        packed = coco_mask.frPyObjects({"counts": counts, "size": size}, *size)
        found[label] = packed["counts"].decode()
    return found


def labels_of(runs: Mapping[int, str], size: tuple[int, int]) -> np.ndarray:
    """The inverse of `run_lengths`: (h, w) uint8, 0 where no runs are."""
    labels = np.zeros(size, np.uint8)
    for class_id, counts in runs.items():
        there = coco_mask.decode({"size": list(size), "counts": counts.encode()})
        np.copyto(labels, np.uint8(class_id), where=there.astype(bool))
    return labels


def on_frame(labels: np.ndarray, size: tuple[int, int], box: Box | None, outside: int = OUTSIDE) -> np.ndarray:
    """Labels on the whole frame, by nearest neighbour, as the ledger counts them.

    Args:
        labels: (h, w) uint8.
        size: (height, width) of the frame.
        box: what of it the labels are of; None: all.
        outside: the value outside of the box.

    Returns:
        (height, width) uint8.
    """
    if box is None:
        return scaled(labels, size)
    x, y, width, height = box
    whole = np.full(size, outside, np.uint8)
    whole[y : y + height, x : x + width] = scaled(labels, (height, width))
    return whole


class MaskTable:
    """masks.parquet in the making; it appears when the block ends without an error.

    Args:
        folder: where it goes; made where it is not there.
        classes: of the network.
        size: (height, width) of the frames.
        box: what of them the labels are of; None: all.
    """

    def __init__(self, folder: Path, classes: ClassTable, size: tuple[int, int], box: Box | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / MASKS_FILE
        self._partial = self.path.with_name(f".{MASKS_FILE}.{os.getpid()}.part")
        place = json.dumps({"size": list(size), "box": list(box) if box else None})
        self._schema = pa.schema(_FIELDS, metadata={_PLACE: place.encode()})
        self._names = classes.names
        self._out = pq.ParquetWriter(self._partial, self._schema, compression="zstd")
        self._rows: list[tuple[int, float, int, str, int, int, str]] = []

    def __enter__(self) -> MaskTable:
        return self

    def append(self, frame: int, time_s: float, labels: np.ndarray, found: LabelRuns | None = None) -> None:
        """Add a frame's labels, (h, w) uint8, and their runs where they are known already."""
        height, width = labels.shape
        runs = run_lengths(labels, found)
        for class_id in [i for i in runs if i] or [0]:
            self._rows.append((frame, time_s, class_id, self._names[class_id], height, width, runs[class_id]))
        if len(self._rows) >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            arrays = [pa.array(values, kind) for values, (_, kind) in zip(columns, _FIELDS, strict=True)]
            self._out.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._out.close()
        if kind is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink(missing_ok=True)


def read_masks(path: Path, frames: Collection[int] | None = None) -> Iterator[FrameMask]:
    """The labels of every frame in turn, at the frame's size; a few frames at a time are in memory.

    Args:
        path: a masks.parquet.
        frames: only these.
    """
    with pq.ParquetFile(path) as opened:
        place = json.loads(opened.schema_arrow.metadata[_PLACE])
        size, box = (place["size"][0], place["size"][1]), tuple(place["box"]) if place["box"] else None
        for number, time_s, small, runs in _frames(opened, frames):
            yield FrameMask(number, time_s, on_frame(labels_of(runs, small), size, box))


def _frames(
    opened: pq.ParquetFile, only: Collection[int] | None
) -> Iterator[tuple[int, float, tuple[int, int], dict[int, str]]]:
    """(frame, seconds, size of its labels, runs by class); rows of a frame may lie in two batches."""
    known: tuple[int, float, tuple[int, int]] | None = None
    runs: dict[int, str] = {}
    names = ["frame", "time_s", "class_id", "height", "width", "rle"]
    for batch in opened.iter_batches(_ROWS, columns=names, use_threads=False):
        columns = (batch[name].to_pylist() for name in names)
        for frame, time_s, class_id, height, width, rle in zip(*columns, strict=True):
            if only is not None and frame not in only:
                continue
            if known is not None and known[0] != frame:
                yield *known, runs
                runs = {}
            known = frame, time_s, (height, width)
            runs[class_id] = rle
    if known is not None:
        yield *known, runs
