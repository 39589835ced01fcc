"""Where the pages are: their addresses, the navigation, and links between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[1]


@dataclass(frozen=True)
class Route:
    """One page.

    Attributes:
        url: its address, and the folder that `page.py` lies in.
        title: as in the navigation.
        icon: a Material symbol.
        help: the navigation's tooltip.
    """

    url: str
    title: str
    icon: str
    help: str

    @property
    def path(self) -> Path:
        """The page's file."""
        return PAGES / self.url / "page.py"


HOME = Route("home", "Home", ":material/home:", "What is going on, and what comes next.")
DATASETS = Route(
    "datasets",
    "Datasets",
    ":material/photo_library:",
    "Labelled frames: import them, look at them, check them.",
)
SAMPLES = Route(
    "samples",
    "Samples",
    ":material/auto_awesome_mosaic:",
    "What the network will see: augmented frames with their labels.",
)
TRAINING = Route(
    "training",
    "Training",
    ":material/model_training:",
    "Train a network on a dataset and watch it learn.",
)
RUNS = Route(
    "runs",
    "Runs",
    ":material/leaderboard:",
    "Compare what was trained and choose the best.",
)
EVALUATION = Route(
    "evaluation",
    "Evaluation",
    ":material/fact_check:",
    "How good is a run, how sure is that, and where does it fail?",
)
VIDEO = Route(
    "video",
    "Video",
    ":material/movie:",
    "Segment a video with a trained run.",
)
RESULTS = Route(
    "results",
    "Results",
    ":material/insights:",
    "What is in a segmented video: player, timeline, downloads.",
)
SYSTEM = Route("system", "System", ":material/memory:", "Devices, versions, workers and storage.")

WORK = (HOME, DATASETS, SAMPLES, TRAINING, RUNS, EVALUATION, VIDEO, RESULTS)


def navigation() -> dict[str, list[st.Page]]:
    """Group title → pages, as `st.navigation` takes them."""
    return {"Work": [_page(route) for route in WORK], "Machine": [_page(SYSTEM)]}


def _page(route: Route) -> st.Page:
    return st.Page(
        route.path,
        title=route.title,
        icon=route.icon,
        url_path=route.url,
        default=route is HOME,
        help=route.help,
    )


def go(route: Route, **params: str | list[str]) -> None:
    """Leave for another page; `params` become its query parameters."""
    st.switch_page(route.path, query_params=params)


def link(route: Route, label: str, *, icon: str | None = None, **params: str) -> None:
    """A link to another page; `params` become its query parameters."""
    st.page_link(route.path, label=label, icon=icon or route.icon, query_params=params or None)


def turn(route: Route, label: str, *, key: str, icon: str = "", **params: str | list[str]) -> None:
    """A link to the page one is on, with other query parameters (a page link would look pressed)."""
    if st.button(label, icon=icon or route.icon, type="tertiary", key=key):
        go(route, **params)
