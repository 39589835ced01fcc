"""The query box lets nothing out and nothing in: every way that is known is tried, and shown refused."""

from __future__ import annotations

import os
import time
from pathlib import Path

import asked_video
import duckdb
import pandas as pd
import pytest
from asked_video import closed
from hypothesis import given
from hypothesis import strategies as st

from segcore.ask import child, question
from segcore.ask.question import Limits, ask
from segcore.ask.video_tables import VideoTables
from segcore.errors import QueryError

SHORT = Limits(seconds=1.0, megabytes=300)
HARMLESS = ("PRAGMA", "CALL", "EXPLAIN", "PREPARE", "VACUUM", "SHOW")
"""What would tell no more than the tables' names, and changes nothing."""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> VideoTables:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "secret.csv").write_text("a,b\n1,2\n")
    return asked_video.video(folder / "zoo")


def refused(video: VideoTables, sql: str) -> str:
    with pytest.raises(QueryError) as told:
        ask([video], sql, SHORT)
    return str(told.value)


WRITES = (
    "INSERT INTO ledger SELECT * FROM ledger",
    "DELETE FROM ledger",
    "DROP TABLE ledger",
    "CREATE TABLE x AS SELECT 1",
    "COPY ledger TO '{out}'",
    "EXPORT DATABASE '{out}'",
    "ATTACH '{out}' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET memory_limit = '64GB'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "PREPARE p AS SELECT 1",
    "BEGIN TRANSACTION",
    "VACUUM",
    "SHOW TABLES",
)


@pytest.mark.parametrize("sql", WRITES, ids=lambda sql: sql.split()[0])
def test_only_select_and_with_are_answered(sql: str) -> None:
    assert child.refused(sql) == "other"


def test_what_writes_is_refused_in_plain_words(video: VideoTables, tmp_path: Path) -> None:
    assert "Only questions that read" in refused(video, f"COPY ledger TO '{tmp_path / 'out'}'")
    assert not list(tmp_path.iterdir())


READS = (
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_parquet('{ledger}')",
    "SELECT * FROM parquet_metadata('{ledger}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "WITH x AS (SELECT * FROM read_text('/proc/self/environ')) SELECT * FROM x",
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
)


@pytest.mark.parametrize("sql", READS, ids=lambda sql: sql.split("(")[0].split()[-1])
def test_no_file_is_read(video: VideoTables, sql: str) -> None:
    ledger = video.files["ledger"]
    asked = sql.format(file=ledger.parents[1] / "secret.csv", ledger=ledger)
    assert child.refused(asked) == ""
    with closed([video], asked) as connection, pytest.raises(duckdb.PermissionException):
        connection.sql(asked).fetchall()


def test_what_reads_a_file_is_refused_in_plain_words(video: VideoTables) -> None:
    assert "reaches for files or the network" in refused(video, "SELECT * FROM read_text('/etc/passwd')")


@pytest.mark.parametrize("sql", WRITES, ids=lambda sql: sql.split()[0])
def test_even_if_it_were_run_it_would_bring_nothing(video: VideoTables, tmp_path: Path, sql: str) -> None:
    """Behind the first wall stands a second: settings are locked, files closed, the transaction only reads."""
    with closed([video], f"{sql} ledger") as connection:
        if sql.startswith(HARMLESS):
            return
        with pytest.raises(duckdb.Error):
            connection.execute(sql.format(out=tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_a_file_named_as_a_table_is_none(video: VideoTables) -> None:
    secret = video.files["ledger"].parents[1] / "secret.csv"
    assert secret.is_file()
    sql = f"SELECT * FROM '{secret}'"
    with closed([video], sql) as connection, pytest.raises((duckdb.PermissionException, duckdb.CatalogException)):
        connection.sql(sql).fetchall()


def test_a_with_that_writes_is_refused_by_the_transaction(video: VideoTables) -> None:
    sql = "WITH x AS (INSERT INTO ledger SELECT * FROM ledger RETURNING *) SELECT * FROM x"
    assert "would change the tables" in refused(video, sql)


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE ledger", "SELECT 1;; COPY ledger TO 'x'"])
def test_one_question_only(sql: str) -> None:
    assert child.refused(sql) == "several"


@pytest.mark.parametrize("sql", ["/* */ COPY ledger TO 'x'", "((COPY ledger TO 'x'))", "-- hm\nDROP TABLE ledger"])
def test_comments_and_brackets_hide_nothing(sql: str) -> None:
    assert child.refused(sql) == "other"


def test_what_is_fit_to_be_asked() -> None:
    for sql in (
        "select 1",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "WITH x AS (SELECT 1) FROM x",
        "-- größe?\nSELECT ';' ;",
    ):
        assert child.refused(sql) == ""
    assert (child.refused(" -- nothing"), child.refused("selct 1")) == ("empty", "unknown")


@given(st.text("SELECTWIH FROM();,*-/'\"\n\0éü1", max_size=40))
def test_whatever_is_typed_is_a_question_or_is_refused(sql: str) -> None:
    try:
        verdict = child.refused(sql)
    except duckdb.Error:
        return
    assert verdict in ("", "empty", "several", "other", "unknown")
    if not verdict:
        assert [s.type for s in duckdb.extract_statements(sql)] == [duckdb.StatementType.SELECT]


def test_variables_and_environment_of_the_dashboard_are_out_of_reach(
    video: VideoTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGCORE_SECRET", "hush")
    rows = pd.DataFrame({"a": [1]})  # noqa: F841  # DuckDB would find it by its name
    with closed([video], "") as connection, pytest.raises(duckdb.CatalogException, match="rows does not exist"):
        connection.sql("SELECT * FROM rows")
    assert "There is no function" in refused(video, "SELECT getenv('SEGCORE_SECRET')")
    environment = question._environment()
    assert "SEGCORE_SECRET" not in environment
    assert set(environment) <= {"PATH", "PYTHONPATH", "ARROW_DEFAULT_MEMORY_POOL"}


def test_settings_are_as_promised(video: VideoTables) -> None:
    names = ("enable_external_access", "lock_configuration", "threads", "temp_directory", "python_enable_replacements")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    told = ask([video], f"SELECT {asked}", SHORT).table
    assert told.iloc[0].tolist() == [False, True, 2, "", False]


def test_a_cross_join_is_interrupted(video: VideoTables) -> None:
    began = time.monotonic()
    many = ", ".join(f"ledger t{number}" for number in range(9))
    assert "longer than 1 seconds" in refused(video, f"SELECT sum(t0.share * t1.share * t2.share) FROM {many}")
    assert time.monotonic() - began < 30


def test_what_cannot_be_interrupted_is_ended(video: VideoTables) -> None:
    slow = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"
    began = time.monotonic()
    assert "longer than 1 seconds" in refused(video, slow)
    assert time.monotonic() - began < 30


@pytest.mark.skipif(os.name != "posix", reason="memory of a process is limited on POSIX systems")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(a.share || b.share || c.share) FROM ledger a, ledger b, ledger c, ledger d, ledger e",
        "SELECT list_sum(range(300000000))",
    ],
    ids=["of the database", "of one function"],
)
def test_memory_has_an_end(video: VideoTables, sql: str) -> None:
    with pytest.raises(QueryError, match="needs more than 300 MB"):
        ask([video], sql, Limits(seconds=30, megabytes=300))
