"""What is on its way in: looks and imports at work, drafts that wait for an answer, and where each leads."""

from __future__ import annotations

from pages.common import cached, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.routes import DATASETS, go, turn
from pages.common.widgets import md

KINDS = ("draft", "revise", "import")


def lead_on(command: Command | None) -> None:
    """Once a look or an import is done: open what came of it."""
    if command is None or command.state != "done" or command.kind not in KINDS:
        return
    if command.kind == "import":
        report = command.result
        state.say(f"{report['name']}: {fmt.plural(int(report['pairs']), 'frame')} imported")
        go(DATASETS, dataset=str(report["name"]))
    go(DATASETS, draft=str(command.result["id"]))


def draw(command: Command | None) -> None:
    """The command that was started here, others at work, and drafts that were left."""
    if command and not command.over:
        tasks.watch(command)
    elif command and command.kind in KINDS:
        tasks.outcome(
            command, f"{md(command.subject)}: nothing was imported" if command.subject else "Nothing was imported"
        )
    for other in tasks.running(*KINDS):
        if other is not command:
            turn(DATASETS, f"{other.title} …", icon=":material/hourglass_top:", key=f"see_{other.id}", **_place(other))
    for draft in cached.drafts().waiting():
        turn(
            DATASETS,
            f"Go on with {md(draft.filename)}",
            icon=":material/resume:",
            key=f"draft_{draft.id}",
            draft=draft.id,
        )


def _place(command: Command) -> dict[str, str]:
    at_draft = command.kind != "draft" and command.subject
    return {"task": command.id} | ({"draft": command.subject} if at_draft else {})
