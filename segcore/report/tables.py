"""The tables of a report. Pure."""

from __future__ import annotations

import pandas as pd

from segcore.evaluation.report import Interval
from segcore.report.document import Cell, Table
from segcore.report.facts import Facts
from segcore.report.words import clock, count, length, plural, score, share, square_cm

MOST_EVENTS = 40
SHOWN = ("appears", "disappears", "touches", "covered")
"""Kinds of events that are listed: moments and meetings; stays are in the chart already."""


def class_table(facts: Facts) -> Table:
    """Each class that was seen: when, how much, how sure."""
    intervals, known = facts.intervals, facts.intervals is not None
    head = [
        "Class",
        "First",
        "Last",
        "There for",
        "Mean area",
        *(["95 %, one frame"] if known else []),
        "Largest",
        "At",
    ]
    rows = []
    for _, row in facts.seen.iterrows():
        class_id = int(row["class_id"])
        mean = float(row["mean_share"]) if intervals is None else intervals[class_id][0]
        cells = [clock(row["first_s"]), clock(row["last_s"]), clock(row["seconds"]), sized(facts, mean)]
        if intervals is not None:
            cells.append(between(facts, *intervals[class_id][1:]))
        cells += [
            sized(facts, row["max_share"]),
            clock(row["max_s"]),
            count(row["max_objects"]),
            percent(row["confidence"]),
        ]
        rows.append([Cell(str(row["class"]), facts.classes[class_id].color), *map(Cell, cells)])
    unit = "cm²" if facts.scale else "shares of the picture"
    note = f"Times are minutes and seconds of the video. Areas are {unit}, means over all frames. Pieces: connected "
    note += "regions at once at most, the smallest too. Sure: mean probability that the network gives its own answer."
    if known:
        note += " 95 %, one frame: within these bounds, on average, lies the true area of a single frame."
    return Table([*head, "Pieces", "Sure"], rows, note=note)


def sized(facts: Facts, value: float) -> str:
    """A share of the picture as such, or in cm²."""
    cm2 = facts.scale_area
    return share(value) if cm2 is None or value != value else square_cm(value * cm2)


def between(facts: Facts, low: float, high: float) -> str:
    """ "3.1–3.4 %", or in cm²; "–" where there are no bounds."""
    if low != low or high != high:
        return "–"
    return f"{sized(facts, low).removesuffix(' %').removesuffix(' cm²')}–{sized(facts, high)}"


def percent(value: float | None) -> str:
    """A probability as whole per cent."""
    return "–" if value is None or value != value else f"{value * 100:.0f} %"


def count_table(facts: Facts) -> Table | None:
    """How many objects of each class; None where nothing was followed."""
    if facts.counts is None:
        return None
    rows = [
        [
            Cell(str(row["class"]), facts.classes[int(row["class_id"])].color),
            *map(Cell, (count(row["at_once"]), count(row["tracks"]), clock(row["first_s"]), clock(row["last_s"]))),
            Cell(percent(row["confidence"])),
        ]
        for _, row in facts.counts.iterrows()
    ]
    note = (
        f"{counted_words(facts)} An object that is out of sight for more than a second counts again when it comes "
        "back: the number of different objects lies between the two columns."
    )
    return Table(["Class", "At once", "Followed", "First", "Last", "Sure"], rows, note=note)


def counted_words(facts: Facts) -> str:
    """Which choice of objects the counts rest on, and how many are left out by it."""
    assert facts.known is not None
    choice, left_out = facts.drawing.counted, facts.known.left_out
    words = f"Counted are objects that the network was at least {percent(choice.confidence)} sure of and that were "
    words += f"seen over at least {choice.seconds:g} s, or throughout"
    return (
        f"{words}; {plural(left_out, 'other') if left_out else 'no other'} {'is' if left_out < 2 else 'are'} left out."
    )


def contact_table(facts: Facts) -> Table | None:
    """Which classes touched, for how long and along how much border; None where none did."""
    if facts.known is None or facts.known.edges.empty:
        return None
    colors = {c.name: c.color for c in facts.classes}
    rows = [
        [
            Cell(str(row["class"]), colors.get(row["class"], "")),
            Cell(str(row["other"]), colors.get(row["other"], "")),
            Cell(f"{row['seconds']:.2f} s"),
            Cell(count(row["times"])),
            Cell(f"{row['longest_s']:.2f} s"),
            Cell(length(row["border"], facts.scale)),
            Cell(clock(row["first_s"])),
        ]
        for _, row in facts.known.edges.head(MOST_EVENTS).iterrows()
    ]
    left = len(facts.known.edges) - len(rows)
    note = f"{count(left)} more pairs touched for less time. " if left else ""
    note += "Border: what the two have in common, mean over the frames in which they touch."
    return Table(["Class", "With", "In contact", "Contacts", "Longest", "Border", "First"], rows, left=2, note=note)


def listed_events(events: pd.DataFrame) -> pd.DataFrame:
    """Events of whole classes that a report lists, in order of time."""
    rows = events[(events["track"] == 0) & events["kind"].isin(SHOWN)]
    return rows.sort_values("time_s", kind="stable")


def event_table(facts: Facts) -> Table | None:
    """What happened when; None where nothing did, or nobody looked."""
    if facts.known is None:
        return None
    events = listed_events(facts.known.events)
    if events.empty:
        return None
    colors = {c.name: c.color for c in facts.classes}
    rows = [
        [
            Cell(f"{time:.2f} s"),
            Cell(str(name), colors.get(name, "")),
            Cell(str(kind)),
            Cell(str(other or ""), colors.get(other, "")),
            Cell(f"{seconds:.2f} s" if seconds > 0 else ""),
        ]
        for time, name, kind, other, seconds in events[["time_s", "class", "kind", "other", "seconds"]]
        .head(MOST_EVENTS)
        .itertuples(index=False)
    ]
    left = len(events) - len(rows)
    note = f"{count(left)} more are not shown here. " if left else ""
    note += "The table events has those of single objects, and of what is not counted, too."
    return Table(["Time", "Class", "Event", "With", "Lasts"], rows, left=4, note=note)


def score_table(facts: Facts) -> Table | None:
    """How well the network does each class on labelled frames; None where that is not known."""
    known = facts.network
    if known is None or not known.scores:
        return None
    colors = {c.name: c.color for c in facts.classes}
    every = [("All classes, mean", known.miou), *known.scores.items()]
    bounded = any(one is not None and one.low is not None for _, one in every)
    rows = [
        [Cell(name, colors.get(name, "")), Cell(score(one.value)), *([Cell(bounds(one))] if bounded else [])]
        for name, one in every
        if one is not None
    ]
    note = "IoU: the area that truth and answer share, over the area that either covers; 1 is perfect."
    return Table(["Class", "IoU", *(["95 %"] if bounded else [])], rows, note=note)


def bounds(one: Interval) -> str:
    """ "0.912–0.953"; "–" where there is no interval."""
    return "–" if one.low is None or one.high is None else f"{one.low:.3f}–{one.high:.3f}"
