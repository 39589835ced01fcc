"""Ask: a small box for questions in SQL over the tables of a result, with examples to begin with."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs, state
from pages.common import format as fmt
from pages.common.answer_chart import answer_lines
from pages.common.widgets import heading, md, plot, problem
from segcore.ask.examples import Example, examples
from segcore.ask.question import Answer
from segcore.ask.video_tables import VideoTables, of_batch, of_run
from segcore.batches.batch import Batch
from segcore.classes import ClassTable
from segcore.errors import QueryError, ResultError
from segcore.knowledge.columns import TABLES, moments
from segcore.runs import Run

SHOWN = 1000
"""Rows of an answer that are sent to the browser; the CSV has all."""
HELP = (
    "One SELECT of SQL, as DuckDB has it. Tables can only be read, by a process that has nothing else and is stopped "
    "after ten seconds."
)


def draw(run: Run, classes: ClassTable) -> None:
    """The section of one result; a marked row of an answer with a time sends its player there."""
    videos = [of_run(cached.runs(), run)]
    areas = cached_runs.shares(run.id).mean().drop(classes[0].name, errors="ignore")
    names = [str(name) for name in areas[areas > 0].sort_values(ascending=False).index]
    asked = examples(videos[0].names, names, cached_runs.table(run.id, "events"), many=False)
    heading("Ask", help=HELP)
    _box(run.id, videos, asked, {c.name: c.color for c in classes}, player=True)


def draw_batch(batch: Batch) -> None:
    """The section of many videos as one."""
    try:
        videos = of_batch(cached.runs(), batch)
    except ResultError as error:
        problem(error)
        return
    named: dict[str, float] = {}
    for row in (row for video in videos for row in video.rows["classes"] if row["class_id"]):
        named[row["class"]] = named.get(row["class"], 0.0) + row["mean_share"]
    names = sorted((name for name in named if named[name] > 0), key=lambda name: -named[name])
    tables = list(dict.fromkeys(name for video in videos for name in video.names))
    heading("Ask", help=f"{HELP} Each table begins with the name of the video.")
    _box(batch.id, videos, examples(tables, names, None, many=len(videos) > 1), {}, player=False)


@st.fragment
def _box(
    of: str, videos: Sequence[VideoTables], asked: Sequence[Example], colors: Mapping[str, str], *, player: bool
) -> None:
    st.caption("Begin with one of these, then change it as you like.")
    with st.container(horizontal=True, gap="small"):
        for number, example in enumerate(asked):
            st.button(
                md(example.title), key=f"example_{number}", on_click=_take, args=(of, example.sql), help=md(example.sql)
            )
    with st.form("ask", border=False):
        text = st.text_area(
            "Question",
            key=f"sql_{of}",
            height=110,
            placeholder="SELECT class, max(share) FROM ledger GROUP BY class",
            label_visibility="collapsed",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            sent = st.form_submit_button("Ask", icon=":material/search:", key="ask_button")
            st.caption("Ctrl + Enter asks, too.")
    _columns(videos)
    if sent:
        state.ask_question(of, text)
    question = state.question(of)
    if question is not None:
        _answer(of, videos, question, colors, player=player)


def _take(of: str, sql: str) -> None:
    """An example is taken: it stands in the box and is asked."""
    state.mirror(f"sql_{of}", sql)
    state.ask_question(of, sql)


def _columns(videos: Sequence[VideoTables]) -> None:
    """Which tables and columns there are, and what they mean."""
    names = [name for name in TABLES if any(name in video.names for video in videos)]
    with st.expander("Tables and columns", icon=":material/table:", key="ask_columns"):
        name = st.segmented_control("Table", names, default=names[0], required=True, key="ask_table")
        table = TABLES[name]
        many = "Each begins with the column `video`. " if len(videos) > 1 else ""
        st.caption(f"{many}One row of {name} is {table.row}.")
        rows = [(c.name, c.unit, c.meaning) for c in table.columns if c.type != "binary"]
        st.dataframe(
            pd.DataFrame(rows, columns=["Column", "Unit", "Meaning"]),
            hide_index=True,
            height="content",
            column_config={
                "Column": st.column_config.TextColumn(width=130),
                "Unit": st.column_config.TextColumn(width=70),
            },
            alt=f"Columns of the table {name}",
        )


def _answer(of: str, videos: Sequence[VideoTables], question: str, colors: Mapping[str, str], *, player: bool) -> None:
    try:
        answer = cached_runs.answer(videos, question)
    except QueryError as error:
        problem(error)
        return
    table = answer.table
    if table.empty:
        st.info("No rows: nothing in the tables is like that.", icon=":material/info:")
        return
    times = moments(table.select_dtypes("number").columns)
    follows = player and bool(times)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(said(answer, follows=follows), width="stretch")
        st.download_button(
            "Answer (CSV)",
            lambda: table.to_csv(index=False).encode(),
            "answer.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            type="tertiary",
            key="download_answer",
        )
    figure = answer_lines(table, times[0], colors) if times else None
    if figure is not None:
        plot(figure, "answer_chart", "The numbers of the answer over time")
    _rows(of, question, table, times[0] if follows else None)


def said(answer: Answer, *, follows: bool) -> str:
    """ "1 204 rows in 0.04 s; the first 1 000 are shown. Mark a row: the video goes there."""
    count = (
        fmt.plural(len(answer.table), "row") if answer.whole else f"The first {fmt.plural(len(answer.table), 'row')}"
    )
    text = f"{count} in {answer.seconds:.2f} s"
    if len(answer.table) > SHOWN:
        text += f"; {fmt.count(SHOWN)} are shown, the CSV has all"
    return f"{text}. Mark a row: the video goes there." if follows else f"{text}."


def _rows(of: str, question: str, table: pd.DataFrame, time: str | None) -> None:
    """The rows; where `time` is a column, the player follows the one that is marked."""
    shown, numbers = table.head(SHOWN), [str(name) for name in table.select_dtypes("number").columns]
    config: dict = {name: st.column_config.NumberColumn(format="%.2f s") for name in moments(numbers)}
    config |= {name: st.column_config.NumberColumn(format="percent") for name in numbers if name.endswith("share")}
    height: int | Literal["content"] = "content" if len(shown) <= 10 else 400
    if time is None:
        st.dataframe(shown, hide_index=True, height=height, column_config=config, alt="The answer", key="answer")
        return
    picked = st.dataframe(
        shown,
        hide_index=True,
        height=height,
        column_config=config,
        alt="The answer",
        key=f"answer_{zlib.crc32(question.encode())}",  # what was marked in another answer is not marked in this one
        on_select="rerun",
        selection_mode="single-row",
    )
    marked = [shown[time].iloc[number] for number in picked.selection.rows if number < len(shown)]
    if marked and pd.notna(marked[0]) and state.newly_marked(f"{of} {question}", float(marked[0])):
        state.seek_to(of, float(marked[0]))
        st.rerun()
