"""Why a question was not answered, in plain words, with what there is and the nearest name. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from segcore.errors import QueryError

_EXAMPLE = "For example: SELECT class, max(pixels) FROM ledger GROUP BY class"
_COLUMN = re.compile(r'Referenced column "([^"]+)" (?:was )?not found|does not have a column named "([^"]+)"')
_TABLE = re.compile(r"Table with name (.+?) does not exist|Referenced table \"([^\"]+)\" not found")
_FUNCTION = re.compile(r"Function with name (\S+) does not exist!(?:\s+Did you mean \"([^\"]+)\")?")
_SYNTAX = re.compile(r'syntax error at or near "([^"]*)"')
_WORDS = (
    *("select", "from", "where", "group", "order", "limit", "having", "join", "and", "or", "not", "as", "with", "case"),
    *(
        "when",
        "then",
        "else",
        "end",
        "distinct",
        "between",
        "like",
        "union",
        "using",
        "over",
        "partition",
        "desc",
        "asc",
    ),
)


def explain(
    kind: str, text: str, sql: str, columns: Mapping[str, Sequence[str]], seconds: float, megabytes: int
) -> QueryError:
    """The error for a question that was not answered.

    Args:
        kind: what `child` says: "empty", "several", "other", "unknown", or the kind of DuckDB's error.
        text: DuckDB's own words; may be empty.
        sql: the question.
        columns: table → its columns.
        seconds, megabytes: the limits of a question.
    """
    said = {
        "empty": ("Expected a question.", _EXAMPLE),
        "several": ("Expected one question. Received several.", "Ask them one after another, without a semicolon."),
        "other": (
            "Only questions that read are answered: SELECT … or WITH … SELECT.",
            "Tables cannot be changed, and no files or settings can be reached.",
        ),
        "Interrupt": (
            f"The question took longer than {seconds:g} seconds and was stopped.",
            "Ask for less: add WHERE, or do not join a large table with itself.",
        ),
        "OutOfMemory": (
            f"The question needs more than {megabytes} MB of memory and was stopped.",
            "Ask for less: add WHERE or LIMIT, or for fewer columns.",
        ),
        "Permission": ("The question reaches for files or the network.", _tables(columns)),
        "Transaction": ("The question would change the tables.", "They can only be read."),
    }.get(kind)
    if said:
        return QueryError(said[0], fix=said[1])
    if kind == "unknown":
        return _unreadable(sql.split()[0], columns)
    return _by_words(text, sql, columns)


def _by_words(text: str, sql: str, columns: Mapping[str, Sequence[str]]) -> QueryError:
    """What DuckDB's message is about: a column, a table, a function, a place; else its first line."""
    if found := _COLUMN.search(text):
        return _no_column(found[1] or found[2], sql, columns)
    if found := _TABLE.search(text):
        name = found[1] or found[2]
        return QueryError(f'There is no table "{name}".{_near(name, columns)}', fix=_tables(columns))
    if found := _FUNCTION.search(text):
        hint = f' Did you mean "{found[2]}"?' if found[2] else ""
        return QueryError(f'There is no function "{found[1]}".{hint}')
    if found := _SYNTAX.search(text):
        return _unreadable(found[1], columns, sql)
    return QueryError(text.split("\n", 1)[0].split("Error: ", 1)[-1].strip() or "The question could not be answered.")


def _no_column(name: str, sql: str, columns: Mapping[str, Sequence[str]]) -> QueryError:
    asked = [table for table in columns if re.search(rf"\b{table}\b", sql, re.IGNORECASE)]
    there = [column for table in asked for column in columns[table]]
    near = _near(name, there)
    elsewhere = [table for table in columns if name in columns[table]]
    if not near and elsewhere:
        near = f" It is in {', '.join(elsewhere)}."
    elif not near and f'"{name}"' in sql:
        near = f" Is it a text? Then write '{name}', in single quotes."
    told = " ".join(f"The columns of {table} are {', '.join(columns[table])}." for table in asked)
    return QueryError(f'There is no column "{name}".{near}', fix=told or _tables(columns))


def _unreadable(word: str, columns: Mapping[str, Sequence[str]], sql: str = "") -> QueryError:
    """What cannot be read at a word: a slip of the pen, or a column whose name is a word of SQL."""
    needing = [name for name in ("left", "right") if re.search(rf'(?<!["\w]){name}(?!["\w(])', sql, re.IGNORECASE)]
    named = [name for name in needing if any(name in listed for listed in columns.values())]
    if named:
        return QueryError(
            f"The column {named[0]} has a name that SQL knows.", fix=f'Write "{named[0]}", in double quotes.'
        )
    slips = [
        (part, near[0]) for part in re.findall(r"[a-z]+", sql.lower() or word.lower()) if (near := _slip(part, columns))
    ]
    hint = f" Did you mean {slips[0][1].upper()} where it says {slips[0][0]}?" if slips else ""
    where = f'near "{word}"' if word else "at its end"
    return QueryError(f"The question cannot be read {where}.{hint}", fix=_EXAMPLE)


def _slip(word: str, columns: Mapping[str, Sequence[str]]) -> list[str]:
    """The word of SQL that was meant, where this is no word that makes sense here."""
    names = {name for table, listed in columns.items() for name in (table, *listed)}
    if word in _WORDS or word in names or len(word) < 4:
        return []
    return get_close_matches(word, _WORDS, 1, 0.7)


def _near(name: str, there: Sequence[str] | Mapping[str, Sequence[str]]) -> str:
    found = get_close_matches(name.lower(), list(there), 1, 0.6)
    return f' Did you mean "{found[0]}"?' if found else ""


def _tables(columns: Mapping[str, Sequence[str]]) -> str:
    return f"The tables are {', '.join(columns)}."
