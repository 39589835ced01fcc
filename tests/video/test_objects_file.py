"""Objects across chunks, and within a region: one table, one track, places in the whole frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segcore.classes import ClassTable
from segcore.knowledge.association import Association
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.tables import knowledge_files, knowledge_of
from segcore.video.colors import Colors
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.objects_file import objects_file
from segcore.video.outputs.product import Product
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


@pytest.mark.parametrize(
    ("order", "steps"),
    [((0, 1, 2), 0), ((0, 2, 1), 20), ((1, 2), 30), ((0, 1, 1, 2), 10), ((0, 1, 2, 2), 0)],
    ids=["in order", "one elsewhere", "resumed", "one twice", "the last one twice"],
)
@pytest.mark.parametrize("every", [1, 3])
def test_objects_are_numbered_while_frames_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...], steps: int, every: int
) -> None:
    """In the end what is numbered already is not gone over again; whatever order chunks come in, tables are the same.

    Frames of 1920 x 1080 and labels of 60 x 40, so that places are rounded as tables hold them.
    """
    folders = [tmp_path / "0", tmp_path / "1", tmp_path / "2"]

    def write(product: Product, chunk: int) -> None:
        with product.part(folders[chunk]) as part:
            for number in range(10 * chunk, 10 * chunk + 10):
                part.write(replace(moving(number, there=True), index=number * every))

    def tables() -> list[str]:
        return [path.read_text() for path in files if path.suffix == ".csv"]

    whole = objects_file(CLASSES, (1080, 1920), (101, 7), every)
    for chunk in range(3):
        write(whole, chunk)
    saw_none = objects_file(CLASSES, (1080, 1920), (101, 7), every)
    files = saw_none.join(folders, tmp_path / "out")
    wanted = tables()

    product = objects_file(CLASSES, (1080, 1920), (101, 7), every)
    for chunk in order:
        write(product, chunk)
    taken: list[float] = []
    step = Association.step
    monkeypatch.setattr(Association, "step", lambda *args: taken.append(args[1]) or step(*args))
    files = product.join(folders, tmp_path / "out")
    assert tables() == wanted
    assert len(taken) == steps
