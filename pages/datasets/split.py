"""The split as a strip of thumbnails: what is learned from, what is scored on, what is left out between them."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state, strips
from pages.common import format as fmt
from pages.common.widgets import md, problem
from pages.datasets import thumbnails
from segcore.datasets.dataset import Dataset, Split
from segcore.datasets.splits import neighbours_across
from segcore.errors import SegcoreError

TRAIN, VAL, OUT = "Learned from", "Scored on", "Left out"
MARKS = {TRAIN: ":gray[■]", VAL: ":primary[■]", OUT: ":orange[□]"}
ALL = "All"
ON_A_PAGE = 48
METHODS = {
    "blocks": "in runs of neighbours",
    "groups": "whole groups on one side",
    "given": "as your files say",
    "folds": "in folds",
    "by hand": "by hand",
}


def sides(dataset: Dataset) -> dict[str, str]:
    """Stem → TRAIN, VAL or OUT, in the order of the frames."""
    train, val = set(dataset.split.train), set(dataset.split.val)
    return {p.stem: TRAIN if p.stem in train else VAL if p.stem in val else OUT for p in dataset.pairs}


def draw(dataset: Dataset) -> None:
    """In words, as a bar, as thumbnails; and how to split again."""
    side = sides(dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(in_words(dataset.split), width="stretch")
        with st.popover("Split again", icon=":material/content_cut:"):
            _controls(dataset)
    _leaks(dataset)
    st.image(
        strips.split_bar([list(MARKS).index(s) for s in side.values()]),
        alt="The frames in order: grey learned from, strong scored on, light left out",
        width="stretch",
    )
    counts = {name: sum(s == name for s in side.values()) for name in MARKS}
    options = [ALL, *(name for name, count in counts.items() if count)]
    part = st.segmented_control(
        "Show",
        options,
        default=ALL,
        required=True,
        key="split_part",
        format_func=lambda o: o if o == ALL else f"{MARKS[o]} {o} {fmt.count(counts[o])}",
        label_visibility="collapsed",
    )
    pairs = [p for p in dataset.pairs if part in (ALL, side[p.stem])]
    pages = -(-len(pairs) // ON_A_PAGE)
    page = st.pagination(pages, key=f"split_page_{part}") if pages > 1 else 1
    shown = pairs[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    thumbnails.grid(dataset, shown, across=8, least=110, sides={p.stem: list(MARKS).index(side[p.stem]) for p in shown})


def in_words(split: Split) -> str:
    """ "Split in runs of neighbours, at least 4 frames long, seed 0"."""
    parts = [f"Split {METHODS[split.method]}"]
    if split.fold:
        parts.append(f"fold {split.fold[0]} of {split.fold[1]}")
    if split.block and split.method in ("blocks", "folds"):
        parts.append(f"{split.block} or more together")
    if split.gap:
        parts.append(f"gap of {split.gap}")
    if split.method not in ("given", "by hand"):
        parts.append(f"seed {split.seed}")
    return ", ".join(parts)


def _leaks(dataset: Dataset) -> None:
    found = neighbours_across(dataset.split, [p.stem for p in dataset.pairs])
    if found:
        shown = ", ".join(f"{a} | {b}" for a, b in found[:3])
        st.warning(
            f"{fmt.plural(len(found), 'pair')} of neighbours stand on two sides ({md(shown)}"
            f"{' …' if len(found) > 3 else ''}): the score will flatter. Split again with a gap.",
            icon=":material/warning:",
        )


def _controls(dataset: Dataset) -> None:
    with st.form(f"split_{dataset.name}", border=False):
        share = st.slider("To be scored on", 5, 50, 20, 5, format="%d %%")
        seed = st.number_input("Seed", 0, 9999, dataset.split.seed, help="Another seed, another choice of frames.")
        block = st.number_input(
            "Frames in a run", 1, 1000, None, placeholder="automatic", help="Neighbours that stay on one side."
        )
        gap = st.number_input(
            "Frames left out between the sides", 0, 1000, None, placeholder="automatic",
            help="Frames next to a scored run are too like it to learn from.",
        )  # fmt: skip
        pattern = st.text_input(
            "Groups by file name", placeholder="automatic",
            help="A regular expression; frames whose match is the same stay together: ^(.*?)_ for what stands before "
            "the first underscore.",
        )  # fmt: skip
        kept = not dataset.groups or st.checkbox(
            f"Keep the {fmt.plural(len(set(dataset.groups.values())), 'group')} together",
            True,
            help="Videos, episodes or folders, as your files or an earlier split said.",
        )
        folds = st.number_input(
            "Folds", 1, 20, dataset.split.fold[1] if dataset.split.fold else 1, help="For small sets."
        )
        fold = st.number_input("Which fold is scored", 1, 20, dataset.split.fold[0] if dataset.split.fold else 1)
        if st.form_submit_button("Split again", type="primary", icon=":material/content_cut:"):
            chosen = (int(fold), int(folds)) if folds > 1 else None
            _again(dataset, share / 100, int(seed), block, gap, pattern or (None if kept else ""), chosen)


def _again(
    dataset: Dataset,
    share: float,
    seed: int,
    block: int | None,
    gap: int | None,
    pattern: str | None,
    fold: tuple[int, int] | None,
) -> None:
    try:
        cached.datasets().split_again(
            dataset.name, val_share=share, seed=seed, block=block, gap=gap, groups_pattern=pattern, fold=fold
        )
    except SegcoreError as error:
        problem(error)
        return
    state.say("Split again")
    st.rerun()
