"""Objects across chunks, and within a region: one table, one track, places in the whole frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from segcore.classes import ClassTable
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.tables import knowledge_files, knowledge_of
from segcore.video.colors import Colors
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.objects_file import objects_file
from segcore.video.planes import Planes

CLASSES = ClassTable.of(["background", "cat", "dog"])
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


def test_parts_give_the_tables_that_all_at_once_give(tmp_path: Path) -> None:
    """Two objects that touch and part, in three chunks, one of them without any."""
    product = objects_file(CLASSES, SIZE)
    folders = [tmp_path / "0", tmp_path / "1", tmp_path / "2"]
    for chunk, folder in enumerate(folders):
        with product.part(folder) as part:
            for number in range(10 * chunk, 10 * chunk + 10):
                part.write(moving(number, there=chunk != 1))
    product.join(folders, tmp_path / "out")
    parts = [pd.concat([pd.read_parquet(f / f"{name}.parquet") for f in folders]) for name in ("objects", "contacts")]
    whole = (part.reset_index(drop=True) for part in parts)
    knowledge_of(*whole, FrameTimes(range(30), np.arange(30) / 10), SIZE).write(tmp_path / "at_once")
    assert "touches" in (tmp_path / "out" / "events.csv").read_text()
    for path in knowledge_files(tmp_path / "at_once"):
        if path.suffix == ".csv":
            assert (tmp_path / "out" / path.name).read_text() == path.read_text(), path.name
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out" / path.name), pd.read_parquet(path))


def moving(number: int, *, there: bool) -> FinishedFrame:
    labels = np.zeros(SIZE, np.uint8)
    if there:
        labels[10:20, 20:30] = 1
        left = 30 + 3 * (number % 10 // 5)
        labels[10:20, left : left + 10] = 2
    measure = measure_frame(labels, labels, SIZE, 3)
    overlay = Planes.of_rgb(np.zeros((*SIZE, 3), np.uint8), Colors())
    return FinishedFrame(number, number / 10, number, labels, labels, {}, overlay, measure)
