"""The table of rights. docs/team.md shows the same table to people; a test compares both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from segcore.access.person import Person, Role
from segcore.access.session import current
from segcore.errors import AccessError


class Action(Enum):
    """Everything that somebody may be refused; the value ends the sentence "you may not …"."""

    VIEW = "see datasets, runs and results"
    UPLOAD = "upload files"
    ADD_DATASET = "add a dataset"
    EDIT_DATASET = "change a dataset"
    DELETE_DATASET = "delete a dataset"
    EXPORT = "export a dataset or a network"
    START = "start a job"
    STEER_RUN = "stop, cancel, prolong, resume or rename a run"
    DELETE_RUN = "delete a run"
    ANNOTATE = "draw on a result"
    IMPORT_RUN = "bring a network in"
    RESTORE = "take something back from the bin"
    PURGE = "delete something for good"
    CLEAN_UP = "clean up the disk"


@dataclass(frozen=True)
class Rule:
    """The least role for what is one's own (or nobody's in particular), and for what is another's."""

    own: Role
    others: Role


MATRIX: dict[Action, Rule] = {
    Action.VIEW: Rule(Role.VIEWER, Role.VIEWER),
    Action.UPLOAD: Rule(Role.EDITOR, Role.EDITOR),
    Action.ADD_DATASET: Rule(Role.EDITOR, Role.EDITOR),
    Action.EDIT_DATASET: Rule(Role.EDITOR, Role.EDITOR),
    Action.DELETE_DATASET: Rule(Role.EDITOR, Role.ADMIN),
    Action.EXPORT: Rule(Role.EDITOR, Role.EDITOR),
    Action.START: Rule(Role.EDITOR, Role.EDITOR),
    Action.STEER_RUN: Rule(Role.EDITOR, Role.ADMIN),
    Action.DELETE_RUN: Rule(Role.EDITOR, Role.ADMIN),
    Action.ANNOTATE: Rule(Role.EDITOR, Role.EDITOR),
    Action.IMPORT_RUN: Rule(Role.EDITOR, Role.EDITOR),
    Action.RESTORE: Rule(Role.EDITOR, Role.ADMIN),
    Action.PURGE: Rule(Role.ADMIN, Role.ADMIN),
    Action.CLEAN_UP: Rule(Role.ADMIN, Role.ADMIN),
}
"""Action → who may do it."""


def allowed(person: Person, action: Action, owner: str | None = None) -> bool:
    """Whether a person may do something.

    Args:
        person: whose sign-in has not ended; else nothing is allowed.
        action: what.
        owner: of the thing it is done to. Where nobody is known to own it, it counts as another's.
    """
    if person.expired or person.role is Role.NONE:
        return False
    return person.role.rank >= _least(person, action, owner).rank


def _least(person: Person, action: Action, owner: str | None) -> Role:
    rule = MATRIX[action]
    return rule.own if owner and owner == person.email else rule.others


def may(action: Action, owner: str | None = None) -> bool:
    """Whether whoever asks now may do something; for pages, that hide what would be refused."""
    return allowed(current(), action, owner)


def require(action: Action, owner: str | None = None) -> None:
    """Let whoever asks now go on, or not.

    Raises:
        AccessError: they may not; it says what is missing.
    """
    person = current()
    if allowed(person, action, owner):
        return
    if person.expired:
        raise AccessError("Your sign-in has ended.", fix="Sign in again.")
    if person.role is Role.NONE:
        who = f"{person.email} has no role here" if person.email else "Nobody is signed in"
        raise AccessError(f"{who}.", fix="Sign in, or ask an admin of this segcore for a role.")
    least = _least(person, action, owner)
    mine = MATRIX[action].own.rank < least.rank and person.role.rank >= MATRIX[action].own.rank
    need = f"its owner ({owner or 'nobody is known'}) or an {least.value}" if mine else f"the role {least.value}"
    raise AccessError(
        f"{person.email} ({person.role.value}) may not {action.value}: it takes {need}.",
        fix="Ask its owner, or an admin of this segcore." if mine else "Ask an admin of this segcore for that role.",
    )
