"""The four tables on the disk: types kept, CSV the same, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from drawn_video import blank, disc, knowledge

from segcore.knowledge import table_files
from segcore.knowledge.counts import count_objects
from segcore.knowledge.events import EVENT_SCHEMA
from segcore.knowledge.object_table import CONTACT_SCHEMA, OBJECT_SCHEMA
from segcore.knowledge.tables import KnowledgeTables, knowledge_files
from segcore.knowledge.tracks import TRACK_SCHEMA

SCHEMAS = {"objects": OBJECT_SCHEMA, "contacts": CONTACT_SCHEMA, "tracks": TRACK_SCHEMA, "events": EVENT_SCHEMA}


@pytest.fixture(scope="module")
def found() -> KnowledgeTables:
    frames = (disc(disc(blank(), 1, 60 + i, 60, 12), 3, 95, 60, 12) for i in range(30))
    return knowledge(frames)[0]


def test_types_and_values_survive(found: KnowledgeTables, tmp_path: Path) -> None:
    found.write(tmp_path / "new")
    assert {p.name for p in (tmp_path / "new").iterdir()} == {p.name for p in knowledge_files(tmp_path)}
    for name, schema in SCHEMAS.items():
        path = tmp_path / "new" / f"{name}.parquet"
        assert pq.read_schema(path).remove_metadata() == schema
        table = pd.read_parquet(path)
        assert len(table) > 0
        pd.testing.assert_frame_equal(table, getattr(found, name), check_dtype=False)
        lines = pd.read_csv(path.with_suffix(".csv"), keep_default_na=False, na_values={"value": [""]})
        pd.testing.assert_frame_equal(lines, table, check_dtype=False, rtol=1e-5)


def test_rows_point_at_each_other(found: KnowledgeTables) -> None:
    rows = found.objects.set_index(["frame", "object"])
    for contact in found.contacts.itertuples():
        assert rows.loc[(contact.frame, contact.object), "track"] == contact.track
        assert rows.loc[(contact.frame, contact.other_object), "class"] == contact.other_class
    assert set(found.objects["track"]) - {0} == set(found.tracks["track"])


def test_an_error_leaves_nothing(found: KnowledgeTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(table_files.pyarrow.csv, "CSVWriter", full)
    with pytest.raises(OSError, match="no space"):
        found.write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_names_with_commas_and_quotes_stay_whole(found: KnowledgeTables, tmp_path: Path) -> None:
    tracks = found.tracks.assign(**{"class": 'a "b", c'})
    table_files.write_tables(tmp_path, {"tracks": (tracks, TRACK_SCHEMA)})
    assert pd.read_csv(tmp_path / "tracks.csv")["class"].tolist() == ['a "b", c'] * len(tracks)


def test_counts() -> None:
    rows = [(1, 1, "cat", 0, 9), (2, 1, "cat", 5, 20), (3, 1, "cat", 10, 12), (4, 2, "dog", 3, 3)]
    tracks = pd.DataFrame(rows, columns=["track", "class_id", "class", "first_frame", "last_frame"])
    tracks["frames"] = tracks["last_frame"] - tracks["first_frame"] + 1
    tracks = tracks.assign(first_s=tracks["first_frame"] / 10, last_s=tracks["last_frame"] / 10, seconds=1.0)
    tracks["confidence"] = np.array([0.5, 0.75, 1, 0.9])
    table = count_objects(tracks)
    assert table[["class", "tracks", "at_once", "first_s", "last_s"]].to_numpy().tolist() == [
        ["cat", 3, 2, 0.0, 2.0],
        ["dog", 1, 1, 0.3, 0.3],
    ]
    assert table["confidence"].tolist() == pytest.approx([(5 + 12 + 3) / 29, 0.9])
    assert count_objects(tracks.iloc[:0]).empty
