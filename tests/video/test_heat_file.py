"""The heat map of a job: one for all its chunks, at the place of its region."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from segcore.knowledge.heat import HEAT_FILE, read_heat
from segcore.video.outputs.heat_file import heat_file
from segcore.video.region import Region


def frame(labels: np.ndarray) -> Any:
    """What the output reads of a finished frame."""
    return SimpleNamespace(labels=labels, measure=SimpleNamespace(pixels=np.bincount(labels.ravel(), minlength=3)))


def test_chunks_become_one_map(tmp_path: Path) -> None:
    product = heat_file((100, 200), Region(50, 20, 100, 40))
    labels = np.zeros((4, 10), np.uint8)
    labels[1, 3] = 2
    folders = [tmp_path / "chunk-0", tmp_path / "chunk-1"]
    for folder, frames in zip(folders, (3, 2), strict=True):
        folder.mkdir()
        with product.part(folder) as output:
            for _ in range(frames):
                output.write(frame(labels))
        assert [path.name for path in output.files] == [HEAT_FILE]
    assert product.join(folders, tmp_path) == (tmp_path / HEAT_FILE,)
    whole = read_heat(tmp_path / HEAT_FILE)
    assert whole.frames == 5
    assert sorted(whole.counts) == [0, 2]
    assert whole.counts[2].sum() == whole.counts[2][1, 3] == 5
    assert whole.place == (0.25, 0.2, 0.5, 0.4)
