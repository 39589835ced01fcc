"""What a look over the dataset found: each finding with pictures and what to do, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.common import cached, tasks
from pages.common import format as fmt
from pages.common.catalog import key_of
from pages.common.commands import Command
from pages.common.routes import SAMPLES, link
from pages.common.widgets import md
from pages.datasets import problems, thumbnails
from pages.datasets.importing import follow
from segcore.datasets.dataset import Dataset
from segcore.datasets.health.finding import Finding
from segcore.errors import DatasetError

ICONS = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "note": ":blue[:material/info:]",
    "ok": ":green[:material/check_circle:]",
}
"""Level → mark, the gravest first."""

PICTURES = 4
KIND = "measure"


def draw(dataset: Dataset, command: Command | None) -> None:
    """Findings, then the files that the import left out."""
    if command and command.kind == KIND and command.subject == dataset.name:
        if not command.over:
            tasks.watch(command)
        else:
            tasks.outcome(command, "The frames could not be measured")
    for first, *rest in by_kind(cached.health(dataset.name)):
        _finding(dataset, first)
        if rest:
            label = f"{fmt.count(len(rest))} more of this kind"
            with st.expander(label, key=f"more_{first.level}_{first.code}", on_change="rerun") as box:
                for finding in rest if box.open else ():
                    _finding(dataset, finding)
    _left_out(dataset)


def by_kind(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one code and level together, the gravest first; what is sound comes last."""
    order = list(ICONS)
    kinds: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((order.index(finding.level), finding.code), []).append(finding)
    return [kinds[key] for key in sorted(kinds, key=lambda key: key[0])]


def _finding(dataset: Dataset, finding: Finding) -> None:
    said = finding.advice and finding.level != "ok" and finding.code != "not-measured"
    advice = f"  \n{md(finding.advice)}" if said else ""
    st.markdown(f"{ICONS[finding.level]} **{md(finding.title)}**  \n:gray[{md(finding.detail)}]{advice}")
    if finding.code == "not-measured" and st.button(
        "Look at every frame", icon=":material/troubleshoot:", key="measure"
    ):
        title = f"Looking at every frame of {dataset.name}"
        follow(
            tasks.start(["dataset", "check", dataset.name, "--measure"], kind=KIND, title=title, subject=dataset.name)
        )
    if finding.level == "ok" or not finding.stems:
        return
    by_stem = {pair.stem: pair for pair in dataset.pairs}
    shown = [by_stem[stem] for stem in finding.stems[:PICTURES] if stem in by_stem]
    thumbnails.grid(dataset, shown, across=PICTURES, least=100)
    more = len(finding.stems) - len(shown)
    if more > 0:
        link(SAMPLES, "See all of them", icon=":material/photo_library:", dataset=dataset.name, finding=key_of(finding))


def _left_out(dataset: Dataset) -> None:
    try:
        report = cached.datasets().report(dataset.name)
    except DatasetError as error:
        st.caption(md(str(error)))
        return
    for mended in report.repaired:
        st.markdown(f":gray[:material/build_circle:] {md(mended)}")
    if not report.problems:
        return
    with st.expander(f"{fmt.plural(len(report.problems), 'file')} left out at the import", icon=":material/rule:"):
        problems.table(report.problems, dataset.name)
