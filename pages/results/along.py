"""Take it along: the report, and one ZIP with what somebody chose; made by a command, then sent from the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.common import cached, scratch, serving, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from segcore.access import Action
from segcore.evaluation.report import report_file
from segcore.knowledge.drawing import ZONES_FILE
from segcore.knowledge.scale import Scale
from segcore.parcel.entries import PARTS, Part, there
from segcore.parcel.packing import folder_name
from segcore.runs import Run

REPORT, PACK = "report", "pack"
_HELP = (
    "For readers who never open this dashboard: what was found, in sentences, pictures, charts and tables, how sure it "
    "is, and how it was made. One file each as HTML and as PDF."
)


def buttons(run: Run, scale: Scale | None) -> None:
    """The report, and the choice of what to pack; they stand in a row. `scale` gives areas in cm²."""
    known = there(cached.runs().files(run.id))
    _report_buttons(run, scale)
    _pack_buttons(run, scale, known)


def progress(run: Run) -> None:
    """The bars of what is being made for this result, and why something could not be made; below the row."""
    for kind, headline in ((REPORT, "The report could not be written"), (PACK, "The ZIP could not be made")):
        command = _command(kind, run)
        if command is None:
            continue
        if not command.over:
            tasks.watch(command)
        elif tasks.outcome(command, headline) and kind == PACK:
            _ready(Path(str(command.result.get("path", ""))))


def _ready(target: Path) -> None:
    """What was packed just now; nothing where it was cleaned up in the meantime."""
    if target.is_file():
        with st.container(horizontal=True, vertical_alignment="center"):
            _download(target)
            st.caption("It is ready. It stays here for a day.")


def _download(target: Path) -> None:
    size = fmt.size(target.stat().st_size)
    address = serving.offer(target, target.name)
    st.link_button(f"Download the ZIP ({size})", address, type="primary", icon=":material/download:")


def _report_buttons(run: Run, scale: Scale | None) -> None:
    folder = _folder(run, scale, "report")
    page, paper = folder / "report.html", folder / "report.pdf"
    if not (page.is_file() and paper.is_file()):
        st.button(
            "Report",
            icon=":material/description:",
            help=_HELP,
            disabled=_at_work(REPORT, run),
            key="make_report",
            on_click=_start,
            args=(REPORT, run, f"Writing the report of {run.name}", ["report", run.id, "--out", str(folder)], scale),
        )
        return
    name = folder_name(run.name)
    st.link_button(
        "Open the report", serving.offer(page, f"{name}-report.html", shown=True), icon=":material/open_in_new:"
    )
    st.link_button("Report (PDF)", serving.offer(paper, f"{name}-report.pdf"), icon=":material/picture_as_pdf:")
    st.link_button("Report (HTML)", serving.offer(page, f"{name}-report.html"), icon=":material/html:")


def _pack_buttons(run: Run, scale: Scale | None, known: Sequence[Part]) -> None:
    with st.popover("Take it along (ZIP)", icon=":material/folder_zip:"):
        chosen = st.pills(
            "What to take along",
            known,
            default=known,
            selection_mode="multi",
            format_func=PARTS.__getitem__,
            key="along_parts",
            wrap=True,
        )
        parts = [part for part in known if part in chosen]
        if "masks" not in known:
            st.caption("Results of an older segcore have no masks. Segment the video again to have them.")
        st.caption("A README, and how all was made (network, dataset, settings, versions), is always in it.")
        target = _folder(run, scale, *parts) / f"{folder_name(run.name)}.zip"
        if target.is_file():
            _download(target)
            return
        words = [word for part in parts for word in ("--with", part)]
        st.button(
            "Pack it",
            type="primary",
            icon=":material/inventory_2:",
            disabled=not parts or _at_work(PACK, run),
            key="pack_result",
            on_click=_start,
            args=(PACK, run, f"Packing {run.name}", ["results", "pack", run.id, "--out", str(target), *words], scale),
        )


def _start(kind: str, run: Run, title: str, arguments: list[str], scale: Scale | None) -> None:
    """Before the page is drawn again, so that its bar is there at once."""
    scratch.sweep(_root())
    told = ["--cm-per-pixel", repr(scale.cm_per_pixel)] if scale else []
    started = tasks.start([*arguments, *told], kind=kind, title=title, subject=run.id, action=Action.VIEW)
    state.set_param("task", started.id)


def _command(kind: str, run: Run) -> Command | None:
    """What is made for this result: at work, in whichever browser, or the last one of this page."""
    at_work = next((c for c in tasks.running(kind) if c.subject == run.id), None)
    last = tasks.find(state.param("task"))
    return at_work or (last if last and last.kind == kind and last.subject == run.id else None)


def _at_work(kind: str, run: Run) -> bool:
    return any(c.subject == run.id for c in tasks.running(kind))


def _root() -> Path:
    return cached.settings().home / "cache" / "along"


def _folder(run: Run, scale: Scale | None, *what: str) -> Path:
    """Where these very files are put together; with another drawing, scale or report of the network, another folder."""
    store = cached.runs()
    name = report_file("val")
    scored = store.file(run.parent, name).stat().st_mtime_ns if run.parent and store.has_file(run.parent, name) else 0
    drawn = store.file(run.id, ZONES_FILE).read_bytes().hex() if store.has_file(run.id, ZONES_FILE) else ""
    all_of_it = "\n".join([run.id, str(run.ended), str(scored), repr(scale), drawn, *what])
    return _root() / hashlib.sha256(all_of_it.encode()).hexdigest()[:24]
