"""What is said where a question cannot be answered: plain words, what there is, the nearest name."""

from __future__ import annotations

from pathlib import Path

import asked_video
import duckdb
import pytest
from asked_video import closed

from segcore.ask.complaints import explain
from segcore.ask.question import ask
from segcore.errors import QueryError

COLUMNS = {"ledger": ["frame", "class", "share"], "tracks": ["track", "path"], "objects": ["left", "share"]}


def said(kind: str, text: str, sql: str) -> str:
    return str(explain(kind, text, sql, COLUMNS, 10, 1000))


def test_a_column_that_is_not_there() -> None:
    text = 'Binder Error: Referenced column "{}" not found in FROM clause!\nCandidate bindings: "x"'
    told = said("Binder", text.format("sharee"), "select sharee from ledger")
    assert told == 'There is no column "sharee". Did you mean "share"? The columns of ledger are frame, class, share.'
    assert "It is in tracks." in said("Binder", text.format("path"), "select path from ledger")
    quoted = said("Binder", text.format("mouse"), 'select * from ledger where class = "mouse"')
    assert "Then write 'mouse', in single quotes." in quoted


def test_a_table_or_function_that_is_not_there() -> None:
    told = said("Catalog", "Catalog Error: Table with name ledgr does not exist!", "select * from ledgr")
    assert told == 'There is no table "ledgr". Did you mean "ledger"? The tables are ledger, tracks, objects.'
    text = 'Scalar Function with name summ does not exist!\nDid you mean "sum"?'
    assert said("Catalog", text, "") == 'There is no function "summ". Did you mean "sum"?'


@pytest.mark.parametrize(
    ("sql", "near", "hint"),
    [
        ("select * form ledger", "ledger", "Did you mean FROM where it says form?"),
        ("select max(share) from ledger grup by class", "by", "Did you mean GROUP where it says grup?"),
        ("select left from objects", "from", 'Write "left", in double quotes.'),
        ("select * from ledger where", "where", "For example"),
    ],
)
def test_slips_of_the_pen(sql: str, near: str, hint: str) -> None:
    assert hint in said("Parser", f'Parser Error: syntax error at or near "{near}"', sql)


def test_other_faults_are_told_in_one_line() -> None:
    told = said("Conversion", "Conversion Error: Could not convert string 'a' to INT32\n\nLINE 1: x", "")
    assert told == "Could not convert string 'a' to INT32"
    assert said("Internal", "", "") == "The question could not be answered."


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT sharee FROM ledger", 'Did you mean "share"?'),
        ("SELECT l.sharee FROM ledger l", 'There is no column "sharee"'),
        ("SELECT * FROM ledgr", 'Did you mean "ledger"?'),
        ("SELECT x.share FROM ledger", 'There is no table "x"'),
        ("SELECT summ(share) FROM ledger", "There is no function"),
        ("SELECT share FROM ledger WHERE class = 'a' ODER BY 1", "cannot be read"),
    ],
)
def test_the_words_of_the_database_itself_are_understood(tmp_path: Path, sql: str, hint: str) -> None:
    video = asked_video.video(tmp_path / "zoo")
    with closed([video], sql) as connection, pytest.raises(duckdb.Error) as fault:
        connection.sql(sql)
    assert hint in said("Binder", str(fault.value), sql)


def test_a_question_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match='Did you mean "share"'):
        ask([asked_video.video(tmp_path / "zoo")], "SELECT sharee FROM ledger")
