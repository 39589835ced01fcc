"""All charts of a result."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segcore.knowledge.areas import share_over_time
from segcore.knowledge.contact_edges import contact_matrix
from segcore.knowledge.contact_graph import ContactGraph, class_graph
from segcore.report.charts.contact_map import contact_map
from segcore.report.charts.contact_web import contact_web, web_words
from segcore.report.charts.over_time import Series, area_panels, certainty_lines, presence_strips
from segcore.report.charts.paper import Chart, drawn
from segcore.report.facts import Facts
from segcore.report.findings import stays

MOST_CLASSES = 24
"""More than these, the largest on average, are not drawn: nobody could tell them apart."""
MOST_POINTS = 600


def charts(facts: Facts) -> list[Chart]:
    """Presence and areas of the classes that were seen, contacts and certainty where the result has them."""
    shown, span = shown_classes(facts), span_of(facts)
    made: list[Chart] = []
    if len(shown):
        names = ", ".join(shown["class"])
        strips = strips_of(facts)
        made.append(
            drawn("presence", "When each class was there", f"When there: {names}", presence_strips, strips, span)
        )
        unit = "cm²" if facts.scale else ""
        series = series_of(facts)
        band = any(one.low is not None for one in series)
        title = "How much of each class" + (", with the 95 % interval of each single frame" if band else "")
        made.append(drawn("areas", title, f"Areas over time: {names}", area_panels, series, span, unit))
    web, matrix = web_of(facts), contacts_of(facts)
    if web is not None:
        title = "Who touched whom: lines are as wide as the contact was long, discs as large as the class is on average"
        made.append(drawn("contact_graph", title, f"{title}: {web_words(web)}", contact_web, web))
    if matrix is not None:
        title = "Seconds in which two classes touched"
        made.append(drawn("contacts", title, title, contact_map, matrix))
    if facts.result.has("certainty.parquet"):
        title = "Pixels of which the network is unsure, and pixels that change from frame to frame"
        made.append(drawn("certainty", title, title, certainty_lines, averaged(facts.result.certainty), span))
    return made


def shown_classes(facts: Facts) -> pd.DataFrame:
    """Rows of `Facts.seen`, at most `MOST_CLASSES`, in the order of their ids."""
    return facts.seen.nlargest(MOST_CLASSES, "mean_share").sort_values("class_id")


def span_of(facts: Facts) -> tuple[float, float]:
    """First and last second."""
    times = facts.result.times
    return (float(times.starts[0]), float(times.ends[-1])) if len(times) else (0.0, 1.0)


def strips_of(facts: Facts) -> list[tuple[str, str, list[tuple[float, float]]]]:
    """(name, colour, stays) of each class that is shown."""
    table = stays(facts)
    return [
        (name, facts.classes[class_id].color, list(zip(part["start_s"], part["end_s"], strict=True)))
        for class_id, name in zip(shown_classes(facts)["class_id"], shown_classes(facts)["class"], strict=True)
        for part in [table[table["class_id"] == class_id]]
    ]


def series_of(facts: Facts, most: int = MOST_POINTS) -> list[Series]:
    """Areas of each class that is shown: corrected, with bounds, where the result has intervals."""
    factor = facts.scale_area or 1.0
    sides = {"value": share_over_time(facts.result.ledger, most)}
    if facts.intervals is not None:
        table = facts.result.areas
        whole = table.groupby("frame")["pixels"].transform("sum")
        for side, column in (("value", "area_corrected"), ("low", "area_low"), ("high", "area_high")):
            sides[side] = share_over_time(table.assign(share=table[column] / whole), most)
    made = []
    for class_id, name in zip(shown_classes(facts)["class_id"], shown_classes(facts)["class"], strict=True):
        parts = {side: wide[name].to_numpy(float) * factor for side, wide in sides.items()}
        known = "low" in parts and not np.isnan(parts["low"]).any()
        bounds = (parts["low"], parts["high"]) if known else (None, None)
        times = sides["value"].index.to_numpy(float)
        made.append(Series(name, facts.classes[class_id].color, times, parts["value"], *bounds))
    return made


def contacts_of(facts: Facts) -> pd.DataFrame | None:
    """Seconds in which each two classes touched; None where none did, or nobody looked."""
    if facts.known is None:
        return None
    edges = facts.known.edges
    met = {*edges["class"], *edges["other"]}
    names = [c.name for c in facts.classes if c.name in met][:MOST_CLASSES]
    return contact_matrix(edges, names) if len(names) > 1 else None


def web_of(facts: Facts) -> ContactGraph | None:
    """The same as a graph of all classes that were seen; None where no two touched, or nobody looked."""
    if facts.known is None or facts.known.edges.empty:
        return None
    colors = {name: facts.classes[i].color for i, name in zip(facts.seen["class_id"], facts.seen["class"], strict=True)}
    return class_graph(facts.known.edges, colors, dict(zip(facts.seen["class"], facts.seen["mean_share"], strict=True)))


def averaged(table: pd.DataFrame, most: int = MOST_POINTS) -> pd.DataFrame:
    """`certainty` with frames put together in equal groups until no more than `most` are left."""
    kept = table[["time_s", "unsure", "unstable", "cut"]].astype({"cut": float})
    if len(kept) <= most:
        return kept
    groups = kept.groupby(np.arange(len(kept)) * most // len(kept))
    return groups.mean().assign(cut=groups["cut"].max())
