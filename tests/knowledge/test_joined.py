"""Ledgers of several videos as one table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from segcore.knowledge import joined
from segcore.knowledge.joined import count_rows, join_ledgers


def ledger(path: Path, frames: int, **more: object) -> Path:
    table = pd.DataFrame({"frame": range(frames), "time_s": [f / 3 for f in range(frames)], "class": "mug"})
    table.assign(**more).to_parquet(path, index=False)
    return path


def test_every_row_of_every_video_once_behind_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "_ROWS", 4)
    parts = [("a, b.mp4", ledger(tmp_path / "1", 10)), ("c.mp4", ledger(tmp_path / "2", 3))]
    seen: list[int] = []
    assert join_ledgers(parts, tmp_path / "all.parquet", tmp_path / "all.csv", seen.append) == 13
    assert seen == [4, 8, 10, 13]
    table = pd.read_parquet(tmp_path / "all.parquet")
    assert table.columns.tolist() == ["video", "frame", "time_s", "class"]
    assert table["video"].tolist() == ["a, b.mp4"] * 10 + ["c.mp4"] * 3
    assert table["frame"].tolist() == [*range(10), *range(3)]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "all.csv"), table, check_dtype=False)
    assert count_rows([path for _, path in parts]) == 13


def test_a_column_that_only_some_have_is_empty_for_the_others(tmp_path: Path) -> None:
    parts = [("old", ledger(tmp_path / "1", 2)), ("new", ledger(tmp_path / "2", 1, speed=1.5))]
    join_ledgers(parts, tmp_path / "all.parquet", tmp_path / "all.csv")
    for table in (pd.read_parquet(tmp_path / "all.parquet"), pd.read_csv(tmp_path / "all.csv")):
        assert table["speed"].isna().tolist() == [True, True, False]
        assert table["speed"].iloc[2] == 1.5


def test_integers_of_two_widths_meet_in_the_wider(tmp_path: Path) -> None:
    parts = [
        ("narrow", ledger(tmp_path / "1", 1, pixels=pd.Series([7], dtype="int32"))),
        ("wide", ledger(tmp_path / "2", 1, pixels=pd.Series([2**40], dtype="int64"))),
    ]
    join_ledgers(parts, tmp_path / "all.parquet", tmp_path / "all.csv")
    assert pq.read_table(tmp_path / "all.parquet")["pixels"].to_pylist() == [7, 2**40]
