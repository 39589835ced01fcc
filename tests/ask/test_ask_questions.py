"""Questions and their answers, on ten frames that can be counted by hand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import asked_video
import pandas as pd
import pyarrow as pa
import pytest
from asked_video import quick

from segcore.ask import question
from segcore.ask.examples import examples
from segcore.ask.plain import plain
from segcore.ask.question import Limits, ask, tables_of
from segcore.ask.video_tables import VideoTables, of_folder
from segcore.errors import QueryError, ResultError
from segcore.knowledge.columns import CLASSES


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> VideoTables:
    return asked_video.video(tmp_path_factory.mktemp("asked") / "zoo")


def test_an_answer_by_hand(video: VideoTables) -> None:
    answer = ask(
        [video], "SELECT class, sum(pixels) AS n FROM ledger WHERE class_id > 0 GROUP BY class ORDER BY class;"
    )
    assert answer.table.to_dict("list") == {"class": ["bear", "mouse"], "n": [500, 450]}
    assert answer.table["n"].dtype == "int64", "sums of whole numbers come as decimals of 38 digits"
    assert answer.whole


def test_the_two_small_tables_come_from_summary_and_ledger(video: VideoTables) -> None:
    sql = "WITH v AS (FROM video) SELECT v.name, width, seconds, first_s FROM v, classes WHERE class = 'bear'"
    assert quick([video], sql).to_numpy().tolist() == [["zoo.mp4", 40, 5.0, 5.0]]
    assert set(video.rows["classes"][0]) == {column.name for column in CLASSES.columns}


def test_of_the_certainty_all_but_the_tiny_picture_can_be_asked(video: VideoTables) -> None:
    assert list(quick([video], "FROM certainty")) == ["frame", "time_s", "confidence", "unsure"]


def test_several_videos_are_one_table_with_their_names(video: VideoTables, tmp_path: Path) -> None:
    other = asked_video.video(tmp_path / "park", mouse=2)
    sql = "SELECT video, max(pixels) AS n FROM ledger WHERE class = 'mouse' GROUP BY video ORDER BY n"
    assert ask([video, other], sql).table.to_numpy().tolist() == [["zoo", 90], ["park", 180]]
    sql = "SELECT video, name, seconds FROM classes JOIN video USING (video) WHERE class = 'mouse' ORDER BY video DESC"
    assert quick([video, other], sql).to_numpy().tolist() == [["zoo", "zoo.mp4", 9.0], ["park", "park.mp4", 9.0]]


def test_of_a_long_answer_the_first_rows_are_kept_and_it_says_so(video: VideoTables) -> None:
    answer = ask([video], "SELECT frame FROM ledger WHERE class_id = 0 ORDER BY frame", Limits(rows=4))
    assert answer.table["frame"].tolist() == [0, 1, 2, 3]
    assert not answer.whole
    heavy = ask([video], "SELECT repeat('x', 100000) FROM ledger", Limits(answer_bytes=100_000))
    assert (len(heavy.table), heavy.whole) == (0, False)


def test_values_of_all_kinds_become_numbers_and_texts() -> None:
    table = pa.table(
        {
            "n": pa.array([1, None], pa.int32()),
            "d": pa.array([None, 3], pa.decimal128(38, 0)),
            "huge": pa.array([10**30, 1], pa.decimal128(38, 0)),
            "list": pa.array([[1, 2], None]),
            "bytes": pa.array([b"a", None]),
        }
    )
    found = plain(table.append_column("n", pa.array(["x", "y"])))
    assert list(found) == ["n", "d", "huge", "list", "bytes", "n_2"]
    assert found["n"].tolist() == [1, pd.NA]
    assert found["d"].tolist() == [pd.NA, 3]
    assert found["huge"].tolist() == [1e30, 1.0]
    assert found["list"].tolist() == ["[1, 2]", None]


@pytest.mark.parametrize("many", [False, True])
def test_every_example_is_answered(video: VideoTables, tmp_path: Path, *, many: bool) -> None:
    videos = [video, asked_video.video(tmp_path / "park")] if many else [video]
    offered = examples(video.names, ["bear", "mouse"], asked_video.events(), many=many)
    assert any("mouse and bear in contact" in example.title for example in offered)
    for example in offered:
        assert len(quick(videos, example.sql)), example.title
    contact = quick(videos, next(e.sql for e in offered if "contact" in e.title))
    assert contact[["seconds", "times", "first_s"]].iloc[0].tolist() == [2, 1, 6]


def test_examples_are_of_what_there_is() -> None:
    assert [e.title for e in examples(["ledger"], ["it's"], None, many=False)] == [
        "Largest area of each class, and when",
        "Area of it's over time",
    ]
    assert "class = 'it''s'" in examples(["ledger"], ["it's"], None, many=False)[1].sql


def test_a_table_that_only_one_video_has_is_there_all_the_same(video: VideoTables) -> None:
    bare = VideoTables("bare", {"ledger": video.files["ledger"]}, {})
    assert [title for title, _ in tables_of([video, bare])["events"]["files"]] == [video.name]
    assert "tracks" not in tables_of([video, bare])


def test_a_folder_without_a_ledger_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"has no ledger\.parquet"):
        of_folder(tmp_path)


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (75, b"", "longer than 10 seconds"),
        (-9, b"", "needs more than 1000 MB"),
        (1, b"terminate called: std::bad_alloc", "needs more than 1000 MB"),
        (
            1,
            b"Traceback\nModuleNotFoundError: No module named 'duckdb'",
            "cannot be answered here: ModuleNotFoundError",
        ),
    ],
)
def test_a_process_that_ended_without_a_word(
    video: VideoTables, monkeypatch: pytest.MonkeyPatch, code: int, words: bytes, said: str
) -> None:
    monkeypatch.setattr(question, "_run", lambda *_: subprocess.CompletedProcess([], code, b"", words))
    with pytest.raises(QueryError, match=said):
        ask([video], "SELECT 1")
