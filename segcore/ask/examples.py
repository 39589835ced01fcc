"""Questions to begin with, of the classes that a result has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from segcore.knowledge.contact_edges import contact_edges


@dataclass(frozen=True)
class Example:
    """A question: what it asks, as a person would say it, and as SQL."""

    title: str
    sql: str


LARGEST = Example(
    "Largest area of each class, and when",
    "SELECT class, max(pixels) AS pixels, max(share) AS share, arg_max(time_s, pixels) AS time_s\n"
    "FROM ledger WHERE class_id > 0 AND pixels > 0\nGROUP BY class ORDER BY pixels DESC",
)
UNSURE = Example(
    "Frames where the network was least sure",
    "SELECT time_s, unsure, confidence FROM certainty\nORDER BY unsure DESC LIMIT 20",
)
WAYS = Example(
    "How far each object moved",
    "SELECT class, track, first_s, seconds, round(path) AS path_px, round(path / seconds) AS px_per_s\n"
    "FROM tracks ORDER BY path DESC",
)
MOST = Example(
    "Most objects of each class at once",
    "WITH counted AS (SELECT time_s, class, count(*) AS n FROM objects GROUP BY time_s, class)\n"
    "SELECT class, max(n) AS objects, arg_max(time_s, n) AS time_s\nFROM counted GROUP BY class ORDER BY objects DESC",
)
VIDEOS = Example(
    "Mean share of each class in each video",
    "SELECT video, class, mean_share, seconds FROM classes\nWHERE class_id > 0 ORDER BY class, mean_share DESC",
)


def examples(
    tables: Sequence[str], classes: Sequence[str], events: pd.DataFrame | None, *, many: bool
) -> list[Example]:
    """What can be asked here.

    Args:
        tables: those that there are.
        classes: names that occur, without the background, the largest first.
        events: columns of `knowledge.events`, for the two classes that touched longest.
        many: several videos are asked together.
    """
    found = [VIDEOS] if many else []
    found += [_contact(events, many=many)] if events is not None and _touched(events) else []
    found.append(_by_video(LARGEST) if many else LARGEST)
    if classes and not many:
        found.append(_over_time(classes[0]))
    if classes and "events" in tables:
        found.append(_stays(classes[-1], many=many))
    found += [UNSURE] if "certainty" in tables and not many else []
    found += [WAYS] if "tracks" in tables and not many else []
    found += [MOST] if "objects" in tables and not many else []
    return found


def quoted(name: str) -> str:
    """A text as SQL takes it."""
    return "'" + name.replace("'", "''") + "'"


def _touched(events: pd.DataFrame) -> bool:
    return bool(((events["kind"] == "touches") & (events["track"] == 0)).any())


def _contact(events: pd.DataFrame, *, many: bool) -> Example:
    edge = contact_edges(events).iloc[0]
    one, other = str(edge["class"]), str(edge["other"])
    names = f"{quoted(one)}, {quoted(other)}"
    first, last = ("video, ", "\nGROUP BY video ORDER BY seconds DESC") if many else ("", "")
    return Example(
        f"Seconds with {one} and {other} in contact",
        f"SELECT {first}sum(seconds) AS seconds, count(*) AS times, min(time_s) AS first_s\nFROM events\n"
        f"WHERE kind = 'touches' AND track = 0 AND class IN ({names}) AND other IN ({names}){last}",
    )


def _by_video(example: Example) -> Example:
    sql = example.sql.replace("SELECT class", "SELECT video, class").replace("BY class", "BY video, class")
    return Example(f"{example.title}, by video", sql)


def _over_time(name: str) -> Example:
    return Example(
        f"Area of {name} over time",
        f"SELECT time_s, share, pixels FROM ledger\nWHERE class = {quoted(name)} ORDER BY time_s",
    )


def _stays(name: str, *, many: bool) -> Example:
    first = "video, " if many else ""
    return Example(
        f"When {name} was there",
        f"SELECT {first}time_s, end_s, seconds FROM events\n"
        f"WHERE kind = 'there' AND track = 0 AND class = {quoted(name)} ORDER BY {first}time_s",
    )
