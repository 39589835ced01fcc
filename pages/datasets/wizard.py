"""Import, second step: what was found, with pictures; mend it, name the classes, import – or discard it all."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.common import cached, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.routes import DATASETS, go, turn
from pages.common.widgets import heading, md, problem, title
from pages.datasets import importing, legend, mends, problems
from pages.datasets.edits import mapping_of
from segcore.datasets.drafts import Draft
from segcore.errors import SegcoreError

QUESTION = "Nothing is imported yet. Are the contours where they should be, and the names right?"


def draw(draft_id: str, command: Command | None) -> None:
    """The whole page of one draft; `command` is what was started for it last."""
    try:
        draft, folder = cached.drafts().open(draft_id), cached.drafts().folder(draft_id)
    except SegcoreError as error:
        title("Import", QUESTION)
        problem(error, "This import was finished, discarded, or given up after a day")
        turn(DATASETS, "All datasets", key="all_datasets")
        return
    title(f"Import {md(draft.filename)}", QUESTION)
    if command and not command.over:
        tasks.watch(command)
        return
    if command:
        tasks.outcome(command, "That did not work; nothing was changed")
    if draft.format is None:
        mends.ask_format(draft)
        _discard(draft)
        return
    _import(draft)
    _facts(draft)
    mends.offers(draft)
    if draft.error:
        st.error(f"{md(draft.error)}\n\n{md(draft.fix)}", icon=":material/error:")
    _previews(draft, folder)
    legend.draw(draft, folder)
    _problems(draft)


def _import(draft: Draft) -> None:
    """Name, Import, Discard."""
    names = cached.datasets().names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        proposal = importing.free_name(Path(draft.filename).stem, names)
        name = st.text_input("Name of the dataset", proposal, max_chars=60, key=f"name_{draft.id}", width=320)
        clicked = st.button(
            "Import", type="primary", icon=":material/check:", disabled=not draft.frames, key="import_draft"
        )
        _discard(draft)
        st.space("stretch")
        mends.correct(draft)
    if clicked:
        try:
            _start(draft, name.strip())
        except SegcoreError as error:
            problem(error)


def _start(draft: Draft, name: str) -> None:
    mapping = mapping_of(legend.rows(draft), draft.legend)
    folder, file = mends.written(draft.repairs.model_copy(update={"mapping": mapping}))
    arguments = ["dataset", "import", "--draft", draft.id, "--name", name, "--repairs", str(file)]
    importing.follow(tasks.start(arguments, kind="import", title=f"Importing {name}", subject=draft.id, scratch=folder))


def _discard(draft: Draft) -> None:
    if st.button("Discard", icon=":material/delete:", key="discard_draft", help="Nothing of it is kept."):
        cached.drafts().discard(draft.id)
        state.say("Nothing was imported")
        go(DATASETS)


def _facts(draft: Draft) -> None:
    """How it was read, in a line or two."""
    sizes = " or ".join(f"{width} × {height}" for width, height in draft.sizes[:2])
    sizes += f" or {len(draft.sizes) - 2} more" if len(draft.sizes) > 2 else ""
    counts = [fmt.plural(draft.frames, "frame"), fmt.plural(len(draft.legend), "class", "classes")]
    counts += [f"{sizes} pixels"] if sizes else []
    if draft.frames:
        st.markdown(f"**{' · '.join(counts)}**  \n:gray[{md(draft.evidence)}]")
    notes = [*draft.notes, *([draft.split] if draft.split else [])]
    if notes:
        st.caption("  \n".join(f":material/info: {md(note)}" for note in notes))


def _previews(draft: Draft, folder: Path) -> None:
    if not draft.previews:
        return
    with st.grid(3, min_column_width=200, gap="small"):
        for number, name in enumerate(draft.previews, 1):
            st.image(str(folder / name), alt=f"Preview {number} with contours", width="stretch")


def _problems(draft: Draft) -> None:
    if not draft.problems:
        return
    heading(
        f"{fmt.plural(len(draft.problems), 'file')} would be left out",
        help="The rest is imported. Mend them and upload again, or go on without.",
    )
    problems.table(draft.problems, draft.id)
