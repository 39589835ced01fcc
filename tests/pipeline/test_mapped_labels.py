"""Training, validation and evaluation see the classes of the class table, not those of the mask files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from segcore.datasets.mapping import drop, merge
from segcore.datasets.store import DatasetStore
from segcore.pipeline.batches import cached_frames
from segcore.pipeline.preprocess import Geometry
from segcore.settings import Settings


def test_cached_frames_hold_mapped_labels(home: Settings, tmp_path: Path) -> None:
    """Stored labels 0 to 4; 1 joins 3, 2 is left out: 0, 1 (was 3 and 1), 2 (was 4)."""
    for folder in ("images", "masks"):
        (tmp_path / "in" / folder).mkdir(parents=True)
    stored = np.random.default_rng(0).integers(0, 5, (48, 64)).astype(np.uint8)
    for stem in "ab":
        Image.fromarray(np.dstack([stored * 40] * 3)).save(tmp_path / "in" / "images" / f"{stem}.png")
        Image.fromarray(stored).save(tmp_path / "in" / "masks" / f"{stem}.png")
    store = DatasetStore(home)
    store.import_path(tmp_path / "in", "d")
    mapping = merge(store.open("d").mapping, [1], 3)
    store.set_mapping("d", drop(mapping, 1))
    dataset = store.open("d")
    assert dataset.classes.names == ["background", "class 3", "class 4"]
    frame = next(iter(cached_frames(dataset.pairs, Geometry(long_side=64), scratch=None)))
    expected = np.array([0, 1, 255, 1, 2], np.uint8)[stored]
    assert (frame["labels"].numpy() == expected).all()
