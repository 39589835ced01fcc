"""Small videos for tests of tracks and events: label maps drawn frame by frame, and their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from segcore.classes import ClassTable
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import KnowledgeTables, knowledge_of

CLASSES = ClassTable.of(["background", "cat", "dog", "box"])
SIZE = (120, 160)
FPS = 20
_DOWN, _ACROSS = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(np.float32) + np.float32(0.5)


def blank() -> np.ndarray:
    """(120, 160) uint8 of background."""
    return np.zeros(SIZE, np.uint8)


def disc(labels: np.ndarray, class_id: int, x: float, y: float, radius: float) -> np.ndarray:
    """The same with a disc; what lies under it is covered."""
    labels[np.hypot(_ACROSS - x, _DOWN - y) <= radius] = class_id
    return labels


def crossing(seed: int, frames: int = 60) -> Iterator[np.ndarray]:
    """Discs that cross, touch, come in pieces and glimpse."""
    rng = np.random.default_rng(seed)
    starts, paces = rng.uniform(20, 100, (5, 2)), rng.uniform(-1.5, 1.5, (5, 2))
    for i in range(frames):
        labels = blank()
        for number, (start, pace) in enumerate(zip(starts, paces, strict=True)):
            if rng.random() > 0.1 * number:
                disc(labels, 1 + number % 3, *(start + i * pace), 6 + 4 * number)
        yield labels


def rows_of(frames: Iterable[np.ndarray]) -> tuple[pd.DataFrame, pd.DataFrame, FrameTimes]:
    """Objects and contacts without tracks, and the frames' times, 20 a second."""
    rows, count = ObjectRows(CLASSES), 0
    for labels in frames:
        found = find_objects(labels, np.full_like(labels, 204), labels.shape, len(CLASSES))
        rows.append(count, count / FPS, found)
        count += 1
    return *rows.tables(), FrameTimes(range(count), np.arange(count) / FPS)


def knowledge(frames: Iterable[np.ndarray]) -> tuple[KnowledgeTables, FrameTimes]:
    """All tables of a video."""
    objects, contacts, times = rows_of(frames)
    return knowledge_of(objects, contacts, times, SIZE), times
