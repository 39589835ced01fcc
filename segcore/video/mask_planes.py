"""Masks of a finished result, read back: the class of every pixel, from its run lengths, mask video or ZIP of masks."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from PIL import Image

from segcore.errors import VideoError
from segcore.knowledge.masks import read_masks

MASK_FILES = ("masks.parquet", "masks.mov", "masks.zip")
"""What a result may have, the quickest first; each has run lengths, but for those of an older segcore."""


def mask_planes(path: Path, places: Sequence[int], numbers: Sequence[int]) -> Iterator[np.ndarray]:
    """The labels of some frames, one after another.

    Args:
        path: one of `MASK_FILES`.
        places: which of all frames of the result, ascending.
        numbers: the numbers of these frames in its ledger.

    Yields:
        (H, W) uint8 class ids, at the frame's own size; 255 around a region.

    Raises:
        VideoError: the file does not have them.
    """
    kinds = {".parquet": _of_table, ".zip": _of_zip}
    found = kinds[path.suffix](path, numbers) if path.suffix in kinds else _of_video(path, places)
    count = 0
    for labels in found:
        count += 1
        yield labels
    if count < len(places):
        raise VideoError(f"Expected {len(places)} masks in {path.name}. It has {count} of them.", fix="Segment again.")


def _of_table(path: Path, numbers: Sequence[int]) -> Iterator[np.ndarray]:
    return (found.labels for found in read_masks(path, frozenset(numbers)))


def _of_video(path: Path, places: Sequence[int]) -> Iterator[np.ndarray]:
    """Each picture stands for itself (PNG): those that are not wanted are not decoded."""
    wanted, place = set(places), -1
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        stream.thread_type = "SLICE"  # by frames, a picture would come later than its packet
        for packet in video.demux(stream):
            place += packet.size > 0
            if packet.size > 0 and place in wanted:
                for frame in packet.decode():
                    yield frame.to_ndarray()[0]


def _of_zip(path: Path, numbers: Sequence[int]) -> Iterator[np.ndarray]:
    with zipfile.ZipFile(path) as archive:
        there = set(archive.namelist())
        for name in (f"frame_{number:06d}.png" for number in numbers):
            if name in there:
                yield np.asarray(Image.open(BytesIO(archive.read(name))))
