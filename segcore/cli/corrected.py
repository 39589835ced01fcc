"""`segcore results corrected`: frames of a result that people corrected on its page, and their way into a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.store import DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    from segcore.corrections.joining import Joined
    from segcore.corrections.kept import Correction


def corrected(
    result: Annotated[str, typer.Argument(help="Id or name of a segmented video.")],
    into: Annotated[
        str | None, typer.Option("--into", help="Dataset that takes them; made where there is none of that name.")
    ] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """List the frames whose labels were corrected on the Results page, or take them into a dataset."""
    from segcore.corrections.joining import join
    from segcore.corrections.kept import Corrections

    settings = Settings.from_env()
    store = RunStore(settings)
    run = store.get(result)
    corrections = Corrections(store, run.id).all()
    rows = [correction.note.model_dump(mode="json", exclude={"classes"}) for correction in corrections]
    found: dict[str, Any] = {"result": run.name, "corrected": rows}
    text = "\n".join(_line(correction) for correction in corrections) or "No frame was corrected yet."
    if into is not None:
        with stage_bar("Adding", as_lines=as_lines) as on_progress:
            joined = join(DatasetStore(settings), corrections, run.name, into, on_progress)
        found |= _as_dict(joined)
        text += f"\n{_told(joined)}"
    emit(found, as_json=as_json, text=text)


def _line(correction: Correction) -> str:
    note = correction.note
    return f"{note.time_s:8.2f} s  {note.stem}  {note.when[:16].replace('T', ' ')}  {note.by}".rstrip()


def _as_dict(joined: Joined) -> dict[str, Any]:
    return {
        "dataset": joined.dataset,
        "learned": list(joined.learned),
        "scored": list(joined.scored),
        "left_out": list(joined.left_out),
        "replaced": list(joined.replaced),
        "problems": [problem.as_dict() for problem in joined.problems],
    }


def _told(joined: Joined) -> str:
    new = len(joined.learned) + len(joined.scored) + len(joined.left_out) - len(joined.replaced)
    parts = [f"{joined.dataset}: {new} new, {len(joined.replaced)} replaced, {len(joined.learned)} to learn from"]
    if joined.left_out:
        parts.append(f"left out, too near to scored frames: {', '.join(joined.left_out)}")
    parts += [f"not taken: {problem.file}: {problem.fault}" for problem in joined.problems]
    return "\n".join(parts)
