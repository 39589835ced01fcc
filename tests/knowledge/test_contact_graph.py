"""The graph of contacts: its edges' figures by hand, and where nodes and labels lie."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

import pandas as pd
import pytest

from segcore.knowledge.contact_edges import contact_edges, contact_matrix
from segcore.knowledge.contact_figure import contact_figure, edge_facts, node_facts
from segcore.knowledge.contact_graph import LABELLED, MOST_NODES, ContactGraph, class_graph, object_graph
from segcore.knowledge.events import Event, Subject, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.scale import Scale
from segcore.knowledge.tracks import TRACK_SCHEMA

TIMES = FrameTimes(range(100), [f / 10 for f in range(100)])
MOUSE, BEAR, CUP = Subject(1, "mouse"), Subject(2, "bear"), Subject(3, "cup")
COLORS = {"mouse": "#ff0000", "bear": "#00ff00", "cup": "#0000ff"}
SHARES = {"mouse": 0.01, "bear": 0.04, "cup": 0.02}


def events() -> pd.DataFrame:
    """Mouse and bear touch for 1 s and for 3 s; two mice take part. Nobody touches the cup."""
    first, second, bear = replace(MOUSE, track=1), replace(MOUSE, track=3), replace(BEAR, track=2)
    return event_table(
        [
            Event("there", (0, 99), MOUSE),
            Event("touches", (10, 19), MOUSE, BEAR, value=12.0),
            Event("touches", (40, 69), MOUSE, BEAR, value=30.0),
            Event("touches", (10, 19), first, bear, value=12.0),
            Event("touches", (40, 69), second, bear, value=30.0),
        ],
        TIMES,
    )


def contacts() -> pd.DataFrame:
    """Borders: 10 px in frames 10 and 11; 20 and 40 px in frame 40; outside of contacts, and of no track, others."""
    names = ["frame", "track", "class_id", "class", "other_track", "other_class_id", "other_class", "length"]
    rows = [
        (5, 1, 1, "mouse", 2, 2, "bear", 900.0),
        (10, 1, 1, "mouse", 2, 2, "bear", 10.0),
        (11, 2, 2, "bear", 1, 1, "mouse", 10.0),  # stored the other way round
        (11, 0, 1, "mouse", 2, 2, "bear", 900.0),
        (40, 1, 1, "mouse", 2, 2, "bear", 20.0),
        (40, 3, 1, "mouse", 2, 2, "bear", 40.0),
    ]
    return pd.DataFrame(rows, columns=names)


def test_edges_of_classes_by_hand() -> None:
    (edge,) = contact_edges(events(), contacts()).to_dict("records")
    assert (edge["class"], edge["other"], edge["times"]) == ("mouse", "bear", 2)
    assert (edge["seconds"], edge["longest_s"]) == (pytest.approx(4.0), pytest.approx(3.0))
    assert (edge["first_s"], edge["last_s"], edge["longest"]) == (1.0, pytest.approx(7.0), 30.0)
    assert edge["border"] == pytest.approx((10 + 10 + 60) / 3)  # both mice together in frame 40
    assert contact_edges(events())["border"].isna().all()
    assert contact_edges(events(), contacts().iloc[:0])["border"].isna().all()


def test_edges_of_objects_by_hand() -> None:
    edges = contact_edges(events(), contacts(), each=True)
    assert edges[["class", "track", "other", "other_track"]].to_numpy().tolist() == [
        ["mouse", 3, "bear", 2],
        ["mouse", 1, "bear", 2],
    ]
    assert edges["border"].tolist() == [40.0, 10.0]
    assert edges["seconds"].tolist() == pytest.approx([3.0, 1.0])


def test_nodes_stand_on_a_circle_as_large_as_their_areas() -> None:
    graph = class_graph(contact_edges(events(), contacts()), COLORS, SHARES)
    assert [(node.name, node.color) for node in graph.nodes] == list(COLORS.items())
    assert [hypot(node.x, node.y) for node in graph.nodes] == pytest.approx([1.0] * 3)
    assert (graph.nodes[0].x, graph.nodes[0].y) == (0.0, 1.0)
    assert graph.nodes[1].x > 0  # clockwise
    assert [node.size for node in graph.nodes] == pytest.approx([0.5, 1.0, sqrt(0.5)])
    assert [node.seconds for node in graph.nodes] == pytest.approx([4.0, 4.0, 0.0])
    (edge,) = graph.edges
    assert (edge.one, edge.other, edge.weight) == (0, 1, 1.0)
    assert edge.label == pytest.approx([(graph.nodes[0].x + graph.nodes[1].x) / 2, (1 + graph.nodes[1].y) / 2])


def test_objects_that_touch_nothing_are_not_drawn() -> None:
    rows = [(number, 1 + (number == 2), "bear" if number == 2 else "mouse") for number in (1, 2, 3, 4)]
    tracks = pd.DataFrame([(*row, *[0.0] * 7, 48.0, 0.9) for row in rows], columns=TRACK_SCHEMA.names)
    tracks = tracks[tracks["track"] != 4]
    graph = object_graph(contact_edges(events(), contacts(), each=True), tracks, COLORS, 4800)
    assert [(node.name, node.color, node.share) for node in graph.nodes] == [
        ("mouse #1", "#ff0000", 0.01),
        ("mouse #3", "#ff0000", 0.01),
        ("bear #2", "#00ff00", 0.01),
    ]
    assert [(e.one, e.other, e.seconds) for e in graph.edges] == [(0, 2, pytest.approx(1)), (1, 2, pytest.approx(3))]


def crowd(count: int) -> ContactGraph:
    """Each of so many classes touches its successor, the later the longer."""
    names = [f"class {number}" for number in range(count)]
    edges = pd.DataFrame({"class": names[:-1], "other": names[1:], "seconds": [float(n) for n in range(1, count)]})
    edges = edges.assign(times=1, longest_s=edges["seconds"], border=1.0).sort_values("seconds", ascending=False)
    return class_graph(edges, dict.fromkeys(names, "#ffffff"), dict.fromkeys(names, 0.1))


def test_of_many_those_that_touched_longest_are_drawn() -> None:
    graph = crowd(MOST_NODES + 10)
    assert len(graph.nodes) == MOST_NODES
    assert graph.nodes[-1].name == f"class {MOST_NODES + 9}"
    assert [edge.weight for edge in graph.edges] == sorted(edge.weight for edge in graph.edges)
    assert graph.edges[-1].weight == 1.0
    assert sum(edge.label is not None for edge in graph.edges) == LABELLED


def test_labels_keep_apart_where_lines_cross() -> None:
    names = list("abcd")
    pairs = [("a", "c", 2.0), ("b", "d", 1.0)]  # both through the middle
    edges = pd.DataFrame(pairs, columns=["class", "other", "seconds"]).assign(times=1, longest_s=1.0, border=1.0)
    graph = class_graph(edges, dict.fromkeys(names, "#ffffff"), dict.fromkeys(names, 0.1))
    one, other = (edge.label for edge in graph.edges)
    assert one is not None
    assert other is not None
    assert hypot(one[0] - other[0], one[1] - other[1]) >= 0.2


def test_what_the_pointer_is_told() -> None:
    graph = class_graph(contact_edges(events(), contacts()), COLORS, SHARES)
    assert edge_facts(graph.edges[0], Scale(0.1)) == [
        "4.0 s in contact",
        "2 contacts, the longest 3.0 s",
        "common border 27 px (2.67 cm) long on average",
    ]
    assert edge_facts(replace(graph.edges[0], times=1, border=float("nan"))) == ["4.0 s in contact", "1 contact"]
    assert node_facts(graph.nodes[2]) == ["2.00 % of the picture on average", "touched nothing"]
    evil = class_graph(contact_edges(events(), contacts()), COLORS, SHARES)
    evil = ContactGraph(tuple(replace(node, name=f"<b>{node.name}") for node in evil.nodes), evil.edges)
    figure = contact_figure(evil)
    assert all("<b>mouse" not in str(text) for trace in figure.data for text in (trace.text or ()))
    assert "&lt;b&gt;mouse" in figure.data[-1].text


def test_a_matrix_of_names_that_never_met_is_empty() -> None:
    matrix = contact_matrix(contact_edges(events()), ["cup", "mouse", "bear"])
    assert matrix.loc["mouse", "bear"] == matrix.loc["bear", "mouse"] == pytest.approx(4.0)
    assert matrix.loc["cup"].sum() == 0
