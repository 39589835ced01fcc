"""Who touched whom as a graph: nodes on a circle, edges by the seconds in contact. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

import pandas as pd

MOST_NODES = 24
"""Of more, those that touched others for longest are drawn."""
LABELLED = 12
"""So many edges, those of the longest contacts, have a place for their seconds."""
_ENOUGH = 0.3
"""Of the circle's radius: labels so far apart do not hide each other."""


@dataclass(frozen=True)
class Node:
    """A class or an object on the circle.

    Attributes:
        name: of it.
        color: "#rrggbb".
        share: mean area, of the picture.
        x, y: its place; the circle has the radius 1, y runs upwards.
        size: diameter, 0 to 1: by area, so that four times the share is twice as wide; 1 is the largest node.
        seconds: in contact, with all others together.
    """

    name: str
    color: str
    share: float
    x: float
    y: float
    size: float
    seconds: float


@dataclass(frozen=True)
class Edge:
    """A contact of two nodes, by their places among all.

    Attributes:
        seconds, times, longest_s, border: as in `contact_edges`.
        weight: seconds over those of the longest edge, 0 to 1.
        label: (x, y) where its seconds can stand; None where they would crowd.
    """

    one: int
    other: int
    seconds: float
    times: int
    longest_s: float
    border: float
    weight: float
    label: tuple[float, float] | None


@dataclass(frozen=True)
class ContactGraph:
    """Nodes on a circle, clockwise from the top, and the edges between them, the strongest last: it lies on top."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def class_graph(edges: pd.DataFrame, colors: Mapping[str, str], shares: Mapping[str, float]) -> ContactGraph:
    """Which classes touched, laid out.

    Args:
        edges: of `contact_edges`; those with other classes are left out.
        colors: class → "#rrggbb", in the order around the circle; of all that are drawn, also where they touch nothing.
        shares: class → mean area, of the picture.
    """
    ends = list(zip(edges["class"].tolist(), edges["other"].tolist(), strict=True))
    return _laid_out(ends, edges, colors, shares)


def object_graph(
    edges: pd.DataFrame, tracks: pd.DataFrame, colors: Mapping[str, str], frame_pixels: int
) -> ContactGraph:
    """Which objects touched, laid out; those that touch nothing are not drawn.

    Args:
        edges: of `contact_edges` of each object.
        tracks: columns of `tracks.TRACK_SCHEMA`.
        colors: class → "#rrggbb".
        frame_pixels: area of the picture.
    """
    sides = (("class", "track"), ("other", "other_track"))
    names = [[object_name(*one) for one in zip(edges[a], edges[b], strict=True)] for a, b in sides]
    met = {*names[0], *names[1]}
    rows = tracks.sort_values(["class_id", "track"])
    rows = rows.assign(name=[object_name(*one) for one in zip(rows["class"], rows["track"], strict=True)])
    rows = rows[rows["name"].isin(met)]
    shares = dict(zip(rows["name"], (rows["pixels"] / frame_pixels).tolist(), strict=True))
    each = {name: colors.get(of, UNKNOWN) for name, of in zip(rows["name"], rows["class"], strict=True)}
    return _laid_out(list(zip(*names, strict=True)), edges, each, shares)


def object_name(name: str, track: int) -> str:
    """ "mouse #3": by the number that the tables give it."""
    return f"{name} #{track}"


UNKNOWN = "#8a97a8"
"""Colour of a class that is not in the table of classes."""


def _laid_out(
    ends: Sequence[tuple[str, str]], edges: pd.DataFrame, colors: Mapping[str, str], shares: Mapping[str, float]
) -> ContactGraph:
    seconds = dict.fromkeys(colors, 0.0)
    for pair, lasted in zip(ends, edges["seconds"].tolist(), strict=True):
        seconds |= {name: seconds[name] + lasted for name in pair if name in seconds}
    kept = sorted(seconds, key=lambda name: -seconds[name])[:MOST_NODES]
    place = {name: number for number, name in enumerate(name for name in colors if name in kept)}
    largest = max((shares[name] for name in place), default=0.0) or 1.0
    nodes = tuple(
        Node(name, colors[name], shares[name], x, y, sqrt(shares[name] / largest), seconds[name])
        for name, (x, y) in zip(place, _circle(len(place)), strict=True)
    )
    rows = [
        (place[one], place[other], row)
        for (one, other), row in zip(ends, _records(edges), strict=True)
        if one in place and other in place
    ]
    spots = _label_places([(nodes[one], nodes[other]) for one, other, _ in rows])
    longest = max((row["seconds"] for *_, row in rows), default=0.0) or 1.0
    made = [_edge(one, other, row, longest, at) for (one, other, row), at in zip(rows, spots, strict=True)]
    return ContactGraph(nodes, tuple(reversed(made)))


def _records(edges: pd.DataFrame) -> list[dict[str, float]]:
    names = ["seconds", "times", "longest_s", "border"]
    return [dict(zip(names, row, strict=True)) for row in edges[names].itertuples(index=False)]


def _edge(one: int, other: int, row: Mapping[str, float], longest: float, label: tuple[float, float] | None) -> Edge:
    facts = float(row["seconds"]), int(row["times"]), float(row["longest_s"]), float(row["border"])
    return Edge(one, other, *facts, float(row["seconds"]) / longest, label)


def _circle(count: int) -> Iterator[tuple[float, float]]:
    return ((sin(2 * pi * at / count), cos(2 * pi * at / count)) for at in range(count))


def _label_places(ends: Sequence[tuple[Node, Node]]) -> list[tuple[float, float] | None]:
    """On each of the first edges where other labels and edges leave most room: nearest to its middle, if equal."""
    taken: list[tuple[float, float]] = []
    for number, (one, other) in enumerate(ends[:LABELLED]):
        spots = [(one.x + t * (other.x - one.x), one.y + t * (other.y - one.y)) for t in (0.5, 0.4, 0.6, 0.3, 0.7)]
        others = [pair for at, pair in enumerate(ends) if at != number]
        room = [
            min(
                [
                    _ENOUGH,
                    *(hypot(x - a, y - b) for a, b in taken),
                    *(2 * _distance(x, y, *pair) for pair in others),
                ]
            )
            for x, y in spots
        ]
        taken.append(spots[room.index(max(room))])
    return [*taken, *[None] * (len(ends) - len(taken))]


def _distance(x: float, y: float, one: Node, other: Node) -> float:
    """Of a point to the line between two nodes, which are different places."""
    way = other.x - one.x, other.y - one.y
    along = ((x - one.x) * way[0] + (y - one.y) * way[1]) / (way[0] ** 2 + way[1] ** 2)
    part = min(1.0, max(0.0, along))
    return hypot(x - one.x - part * way[0], y - one.y - part * way[1])
