"""Every labelled frame as a picture: filtered, page by page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, gallery
from pages.common import format as fmt
from pages.common.catalog import Catalog, Filters, key_of, named
from pages.common.widgets import md
from pages.samples import links
from segcore.datasets.health import Finding
from segcore.datasets.store import Dataset

ON_A_PAGE = 24
WIDTH = 420
"""Of a picture's file, in pixels; on the page it is a little less."""
SIDES = {"all": "All", "train": "Learned from", "val": "Scored on", "out": "Left out"}
NOTES = {"train": "", "val": "scored on", "out": "left out"}


def draw(dataset: Dataset) -> None:
    """Filters, then the pictures of one page."""
    catalog, findings = cached.catalog(dataset.name), cached.health(dataset.name)
    asked = links.filters(len(dataset.classes))
    _filters(dataset, asked, findings)
    _tools(catalog, asked)
    _advice(findings, asked)
    chosen = catalog.matching(asked, findings)
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(links.page(), pages)
    shown = [int(number) for number in chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
    _count(len(chosen), len(catalog.pairs), asked)
    _wall(dataset, catalog, shown)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            links.pages(pages, page, asked)


def _filters(dataset: Dataset, asked: Filters, findings: Sequence[Finding]) -> None:
    """By what is in a frame, and by what was found about it."""
    classes = {c.id: c.name for c in dataset.classes}
    with st.grid(3, min_column_width=140):
        for label, name, ids in (("Shows", "shows", asked.shows), ("Does not show", "lacks", asked.lacks)):
            st.multiselect(
                label,
                list(classes),
                format_func=classes.__getitem__,
                placeholder="any class",
                **links.bound(name, list(ids)),
            )
        _finding(findings, asked)


def _finding(findings: Sequence[Finding], asked: Filters) -> None:
    titles = {key_of(f): f.title for f in findings if f.stems}
    if asked.finding:
        titles.setdefault(asked.finding, _title(findings, asked.finding))
    if titles:
        st.selectbox(
            "Finding",
            list(titles),
            index=None,
            format_func=titles.__getitem__,
            placeholder="any",
            **links.bound("finding", asked.finding or None),
        )


def _title(findings: Sequence[Finding], key: str) -> str:
    """A finding's own; a code that several share in plain words: "Tiny objects"."""
    found = named(findings, key)
    return found[0].title if len(found) == 1 else key.partition(":")[0].replace("-", " ").capitalize()


def _advice(findings: Sequence[Finding], asked: Filters) -> None:
    found = named(findings, asked.finding)
    if found:
        words = (found[0].detail, found[0].advice) if len(found) == 1 else (found[0].advice,)
        st.markdown(f"**{md(_title(findings, asked.finding))}**  \n:gray[{md(' '.join(filter(None, words)))}]")


def _tools(catalog: Catalog, asked: Filters) -> None:
    """Side of the split, name, layer."""
    sides = [side for side in SIDES if side == "all" or (catalog.sides == side).any()]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Side of the split",
            sides,
            format_func=SIDES.__getitem__,
            required=True,
            label_visibility="collapsed",
            **links.bound("side", asked.side if asked.side in sides else "all"),
        )
        st.space("stretch")
        st.text_input(
            "Search names",
            placeholder="Search names",
            type="search",
            label_visibility="collapsed",
            width=180,
            **links.bound("find", asked.find),
        )
        links.layers()


def _count(chosen: int, every: int, asked: Filters) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if asked == Filters():
            st.caption(fmt.plural(every, "frame"), width="content")
        else:
            st.caption(f"{fmt.count(chosen)} of {fmt.plural(every, 'frame')}", width="content")
            st.button(
                "Show all",
                icon=":material/filter_alt_off:",
                type="tertiary",
                key="clear_filters",
                on_click=links.clear_filters,
            )


def _wall(dataset: Dataset, catalog: Catalog, shown: Sequence[int]) -> None:
    if not shown:
        st.markdown(":gray[:material/search_off: No frame is like that.]")
        return
    pairs = [catalog.pairs[number] for number in shown]
    layer = links.layer()
    with st.spinner("Drawing the pictures …", show_time=False):
        pictures = cached.thumbs().pictures(dataset, pairs, layer, WIDTH)
    tiles = [
        gallery.Tile(pair.stem, picture, f"Frame {pair.stem}", NOTES[str(catalog.sides[number])])
        for number, pair, picture in zip(shown, pairs, pictures, strict=True)
    ]
    gallery.draw(tiles, links.open_frame, key="samples_wall")
