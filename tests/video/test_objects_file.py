"""Objects across chunks, and within a region: one table, one track, places in the whole frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from segcore.classes import ClassTable
from segcore.knowledge.measure import measure_frame
from segcore.video.colors import Colors
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.objects_file import objects_file
from segcore.video.planes import Planes

CLASSES = ClassTable.of(["background", "cat"])
SIZE = (40, 60)


def frame(number: int) -> FinishedFrame:
    labels = np.zeros(SIZE, np.uint8)
    labels[10:20, number : number + 10] = 1
    overlay = Planes.of_rgb(np.zeros((*SIZE, 3), np.uint8), Colors())
    measure = measure_frame(labels, labels, SIZE, 2)
    return FinishedFrame(number, number / 10, number, labels, labels, {}, overlay, measure)


def test_chunks_become_one_table_and_tracks_go_on_across_them(tmp_path: Path) -> None:
    product = objects_file(CLASSES, SIZE, corner=(100, 200))
    folders = [tmp_path / "0", tmp_path / "1", tmp_path / "2"]
    for chunk, folder in enumerate(folders):
        with product.part(folder) as part:
            for number in range(10 * chunk, 10 * chunk + 10):
                part.write(frame(number))
    files = product.join(folders, tmp_path / "out")
    assert {f.name for f in files} == {f.name for f in (tmp_path / "out").iterdir()}
    objects = pd.read_parquet(tmp_path / "out" / "objects.parquet")
    assert objects["frame"].tolist() == list(range(30))
    assert set(objects["track"]) == {1}
    assert objects[["left", "top", "x", "y"]].iloc[3].tolist() == [103, 210, 108, 215]
    assert pd.read_parquet(tmp_path / "out" / "tracks.parquet")["frames"].tolist() == [30]
