"""The frames on which a written network is compared with the run: its own validation frames where they are there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segcore.datasets.dataset import Dataset
from segcore.datasets.images import read_image
from segcore.datasets.sample.scene import sample_scene
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError
from segcore.pipeline.preprocess import resize_frame
from segcore.runs import Run, RunStore

SPLIT_FILE = "split.json"
MOST = 6
"""Frames that are compared, spread over all."""
USUAL_FRAME = (1080, 1920)
_SAMPLE_TIMES = (0.0, 4.0, 8.0, 12.0)


@dataclass(frozen=True)
class CheckFrames:
    """Frames to compare with.

    Attributes:
        frames: each (H, W, 3) uint8 RGB, all of one size.
        names: one each.
        source: in words, "validation frames of desk".
        own: whether they are the run's own validation frames.
    """

    frames: tuple[np.ndarray, ...]
    names: tuple[str, ...]
    source: str
    own: bool


def check_frames(store: RunStore, run: Run, size: tuple[int, int] | None) -> CheckFrames:
    """Frames of the run's validation part; drawn ones of the sample scene where its dataset is gone.

    Args:
        store: of the run.
        run: a training.
        size: (height, width) of the frames that the network will be used on; None: the commonest among the
            validation frames. Those of other sizes are scaled.
    """
    try:
        dataset = DatasetStore(store.settings).open(run.dataset or "")
    except DatasetError:
        return _drawn(size or USUAL_FRAME, f"the dataset {run.dataset or ''} is not here")
    wanted = set(split_of(store, run).get("val", ()))
    stems = [pair.stem for pair in dataset.pairs if pair.stem in wanted]
    if not stems:
        return _drawn(size or USUAL_FRAME, f"the dataset {dataset.name} has none of the run's validation frames")
    return _of_dataset(dataset, stems, size)


def split_of(store: RunStore, run: Run) -> dict[str, list[str]]:
    """The stems that the run learned from ("train") and was scored on ("val"); empty where it kept none."""
    if not store.has_file(run.id, SPLIT_FILE):
        return {}
    loaded: dict[str, list[str]] = json.loads(store.file(run.id, SPLIT_FILE).read_text("utf-8"))
    return loaded


def spread(names: Sequence[str], most: int) -> list[str]:
    """At most so many of the names, the first and the last among them, evenly spread."""
    if len(names) <= most:
        return list(names)
    return [names[round(i * (len(names) - 1) / (most - 1))] for i in range(most)]


def _of_dataset(dataset: Dataset, stems: Sequence[str], size: tuple[int, int] | None) -> CheckFrames:
    if size is None:
        size = Counter(dataset.size_of(stem) for stem in stems).most_common(1)[0][0]
        stems = [stem for stem in stems if dataset.size_of(stem) == size]
    chosen = spread(stems, MOST)
    paths = {pair.stem: pair.image for pair in dataset.pairs}
    frames = tuple(resize_frame(read_image(paths[stem]), size) for stem in chosen)
    return CheckFrames(frames, tuple(chosen), f"validation frames of {dataset.name}", own=True)


def _drawn(size: tuple[int, int], why: str) -> CheckFrames:
    scene = sample_scene()
    frames = tuple(resize_frame(scene.draw(t)[0], size) for t in _SAMPLE_TIMES)
    names = tuple(f"sample scene at {t:.0f} s" for t in _SAMPLE_TIMES)
    return CheckFrames(frames, names, f"drawn frames of the sample scene ({why})", own=False)
