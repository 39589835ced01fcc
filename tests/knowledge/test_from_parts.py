"""The four tables of parts are those of the whole, byte for byte; and who ends the work leaves no table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segcore.knowledge import columns_of_parts
from segcore.knowledge.columns_of_parts import ColumnsOfParts
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.from_parts import write_joined
from segcore.knowledge.object_table import CONTACT_SCHEMA, CONTACTS, OBJECT_SCHEMA, OBJECTS
from segcore.knowledge.table_files import write_tables
from segcore.knowledge.tables import knowledge_files, knowledge_of
from tests.knowledge.drawn_video import FPS, SIZE, blank, crossing, disc, rows_of


def parts_of(folder: Path, objects: pd.DataFrame, contacts: pd.DataFrame, ends: list[int]) -> list[Path]:
    """The tables cut at frames, a folder each."""
    folders = []
    for begin, end in zip([0, *ends], [*ends, 10**6], strict=True):
        folders.append(folder / str(begin))
        tables = {OBJECTS: (objects, OBJECT_SCHEMA), CONTACTS: (contacts, CONTACT_SCHEMA)}
        write_tables(
            folders[-1],
            {name: (rows[rows["frame"].between(begin, end - 1)], schema) for name, (rows, schema) in tables.items()},
        )
    return folders


@pytest.mark.parametrize("ends", [[], [20, 21, 47], [60]])
@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_of_the_whole(tmp_path: Path, seed: int, ends: list[int]) -> None:
    objects, contacts, times = rows_of(crossing(seed))
    knowledge_of(objects, contacts, times, SIZE).write(tmp_path / "whole")
    write_joined(parts_of(tmp_path, objects, contacts, ends), tmp_path / "joined", times, SIZE)
    for whole, joined in zip(knowledge_files(tmp_path / "whole"), knowledge_files(tmp_path / "joined"), strict=True):
        if whole.suffix == ".csv":
            assert whole.read_bytes() == joined.read_bytes()
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(whole), pd.read_parquet(joined))
    assert len(pd.read_parquet(tmp_path / "joined" / "tracks.parquet")) > 1


def test_a_video_without_objects(tmp_path: Path) -> None:
    objects, contacts, times = rows_of(blank() for _ in range(5))
    write_joined(parts_of(tmp_path, objects, contacts, [3]), tmp_path / "joined", times, SIZE)
    assert [len(pd.read_parquet(path)) for path in knowledge_files(tmp_path / "joined")[::2]] == [0, 0, 0, 0]


def test_who_ends_the_work_leaves_no_table(tmp_path: Path) -> None:
    objects, contacts, times = rows_of(crossing(0))
    asked = iter(range(10))

    def check() -> None:
        if next(asked) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_joined(parts_of(tmp_path, objects, contacts, [30]), tmp_path / "joined", times, SIZE, check)
    assert not (tmp_path / "joined").exists() or not [*(tmp_path / "joined").iterdir()]


@pytest.mark.parametrize("at_once", [0, 10**6])
def test_a_column_is_had_of_the_parts_or_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(columns_of_parts, "AT_ONCE", at_once)
    objects, contacts, _ = rows_of(crossing(1, 8))
    files = [folder / "objects.parquet" for folder in parts_of(tmp_path, objects, contacts, [5])]
    columns = ColumnsOfParts(files, ("frame", "class"), {"track": np.arange(len(objects))})
    assert columns["frame"].tolist() == objects["frame"].tolist()
    assert columns["class"].astype(str).tolist() == objects["class"].tolist()
    assert columns["track"].tolist() == [*range(len(objects))]
    assert [name in columns for name in ("frame", "track", "x")] == [True, True, False]
    with pytest.raises(KeyError):
        columns["x"]


def test_objects_at_a_steady_place_are_one_track_over_parts(tmp_path: Path) -> None:
    objects, contacts, _ = rows_of(disc(blank(), 1, 80, 60, 9) for _ in range(2 * FPS))
    times = FrameTimes(range(2 * FPS), np.arange(2 * FPS) / FPS)
    write_joined(parts_of(tmp_path, objects, contacts, [FPS]), tmp_path / "joined", times, SIZE)
    (track,) = pd.read_parquet(tmp_path / "joined" / "tracks.parquet").to_dict("records")
    assert (track["first_frame"], track["last_frame"], track["frames"]) == (0, 2 * FPS - 1, 2 * FPS)
