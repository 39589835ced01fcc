"""One labelled frame, large: look into it down to the pixel, what is in it, what was found about it."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, cached_media, state
from pages.common import format as fmt
from pages.common.catalog import Catalog, beside, key_of
from pages.common.pictures import class_bar, swatch
from pages.common.widgets import md, side_by_side
from pages.samples import lens, links
from pages.samples.browse import SIDES
from segcore.datasets.dataset import read_labels
from segcore.datasets.store import Dataset, Pair

LEVELS = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "note": ":blue[:material/info:]",
    "ok": ":green[:material/check_circle:]",
}
"""Level → mark, the gravest first."""


def draw(dataset: Dataset, stem: str) -> None:
    """The frame beside what is in it."""
    catalog = cached.catalog(dataset.name)
    number = catalog.places.get(stem)
    if number is None:
        st.warning(f"There is no frame {md(stem)} in {md(dataset.name)}.", icon=":material/search_off:")
        st.button("All frames", icon=":material/arrow_back:", on_click=links.open_frame, args=(None,))
        return
    _way(dataset, catalog, number)
    picture, facts = side_by_side(4, 1, 180)
    with facts:
        shown = _classes(dataset, catalog, number)
        _findings(dataset, stem)
    with picture:
        _lens(dataset, catalog.pairs[number], shown)


def _way(dataset: Dataset, catalog: Catalog, number: int) -> None:
    """Back, before, after: among the frames that the filters leave."""
    asked = links.filters(len(dataset.classes))
    chosen = catalog.matching(asked, cached.health(dataset.name))
    at, before, after = beside(chosen, number)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("All frames", icon=":material/arrow_back:", key="to_all", on_click=links.open_frame, args=(None,))
        for label, icon, key, to in (
            ("Previous", ":material/chevron_left:", "Left", before),
            ("Next", ":material/chevron_right:", "Right", after),
        ):
            stem = None if to is None else catalog.pairs[to].stem
            st.button(
                label,
                icon=icon,
                key=f"go_{label}",
                shortcut=key,
                disabled=stem is None,
                on_click=links.open_frame,
                args=(stem,),
            )
        place = "" if at is None else f"{fmt.count(at + 1)} of {fmt.count(len(chosen))} · "
        st.markdown(
            f"**{md(catalog.pairs[number].stem)}** \u2002 :gray[{place}{SIDES[str(catalog.sides[number])].lower()}]",
            width="content",
        )
        st.space("stretch")
        links.layers()


def _lens(dataset: Dataset, pair: Pair, shown: list[int]) -> None:
    uri = cached_media.frame_uri(str(pair.image), pair.image.stat().st_mtime_ns)
    lens.draw(uri, read_labels(pair), dataset.classes, links.layer(), shown, pair.stem)
    height, width = dataset.size_of(pair.stem)
    st.caption(f"{width} × {height} pixels · the wheel zooms, dragging moves, a double click shows all")


def _classes(dataset: Dataset, catalog: Catalog, number: int) -> list[int]:
    """Shares of the classes; those that are ticked are drawn.

    Returns:
        The class ids to draw.
    """
    shares, ignored = catalog.shares(number)
    st.image(class_bar(shares.tolist(), dataset.classes), alt="Share of each class in this frame", width="stretch")
    shown = []
    present = sorted((c for c in dataset.classes if shares[c.id] > 0), key=lambda c: -shares[c.id])
    with st.container(gap="xxsmall"):
        for c in present:
            label = f"{swatch(c)} {md(c.name)} :gray[{fmt.share(float(shares[c.id]))}]"
            if st.checkbox(label, c.id > 0, key=f"draw_{dataset.name}_{c.id}", persist_state="session"):
                shown.append(c.id)
        if ignored > 0:
            st.caption(f"ignored {fmt.share(ignored)}")
    return shown


def _findings(dataset: Dataset, stem: str) -> None:
    """What was found about the frame, the gravest first; a click shows all frames of a finding."""
    grave = list(LEVELS)
    concerned = [f for f in cached.health(dataset.name) if stem in f.stems]
    if not concerned:
        return
    st.space("small")
    st.caption("Found about it")
    with st.container(gap="xsmall"):
        for finding in sorted(concerned, key=lambda f: grave.index(f.level)):
            st.button(
                f"{LEVELS[finding.level]} {md(finding.title)}",
                type="tertiary",
                key=f"like_{key_of(finding)}",
                help=md(" ".join(filter(None, (finding.detail, finding.advice, "Click: all frames like this.")))),
                on_click=_only,
                args=(key_of(finding),),
                wrap=False,
            )


def _only(key: str) -> None:
    links.clear_filters()
    links.open_frame(None)
    state.set_param("finding", key)
