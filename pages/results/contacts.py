"""What touched what: as a graph of classes or of objects, or as a matrix."""

from __future__ import annotations

import streamlit as st

from pages.common import cached_runs
from pages.common.contact_chart import contacts
from pages.common.widgets import plot
from pages.results.drawings import Size
from segcore.classes import ClassTable
from segcore.knowledge.contact_edges import contact_matrix
from segcore.knowledge.contact_figure import contact_figure
from segcore.knowledge.contact_graph import MOST_NODES, ContactGraph, class_graph, object_graph
from segcore.knowledge.known import Known
from segcore.knowledge.scale import Scale

GRAPH, MATRIX = "Graph", "Matrix"
TOLD = (
    "A line is as wide as the contact was long, a disc as large as its mean area. Rest the pointer on a line for the "
    "number of contacts, the longest, and how long the common border was."
)


@st.fragment
def draw(run_id: str, known: Known, classes: ClassTable, size: Size, scale: Scale | None) -> None:
    """The section; one sentence where nothing touched.

    Args:
        run_id: of the result.
        known: its objects that count, and their events.
        classes: of its network.
        size: of its frames.
        scale: tells borders in cm too.
    """
    st.markdown("**Contacts**")
    if known.edges.empty:
        st.caption("No two classes touched.")
        return
    met = known.object_edges
    objects = len({*zip(met["class"], met["track"], strict=True), *zip(met["other"], met["other_track"], strict=True)})
    with st.container(horizontal=True, vertical_alignment="center"):
        shape = st.segmented_control(
            "Contacts as",
            [GRAPH, MATRIX],
            default=GRAPH,
            required=True,
            key="contacts_as",
            label_visibility="collapsed",
        )
        few = 1 < objects <= MOST_NODES
        why = "Each object by itself, with the number that it has in the tables"
        if objects > MOST_NODES:
            why = f"{objects} objects touched others: more than {MOST_NODES} cannot be told apart."
        each = st.toggle("Each object", disabled=shape != GRAPH or not few, help=why, key="contacts_each")
    if shape == MATRIX:
        names = [c.name for c in classes if c.name in {*known.edges["class"], *known.edges["other"]}]
        plot(contacts(contact_matrix(known.edges, names)), "contacts", "Seconds in which each two classes touched")
        return
    graph = graph_of(run_id, known, classes, size, each=each and few)
    plot(contact_figure(graph, scale), "contact_graph", "Who touched whom; lines are as wide as the contact was long")
    st.caption(TOLD)


def graph_of(run_id: str, known: Known, classes: ClassTable, size: Size, *, each: bool) -> ContactGraph:
    """The graph of objects, or of all classes that were seen."""
    colors = {c.name: c.color for c in classes}
    if each:
        return object_graph(known.object_edges, known.tracks, colors, size[0] * size[1])
    areas = cached_runs.shares(run_id).mean().drop(classes[0].name, errors="ignore")
    shares = {str(name): share for name, share in areas.items() if share > 0}
    return class_graph(known.edges, {name: color for name, color in colors.items() if name in shares}, shares)
