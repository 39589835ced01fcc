"""An import that waits for its user: unpacked, looked at, nothing written to the datasets yet.

A draft is a folder: `source/` (the unpacked upload), `draft.json`, `crops/` (cut-outs of each class) and
`previews/` (whole frames with contours). It survives a reload of the page and a restart of the dashboard, and
is thrown away when imported, discarded, or a day old.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from segcore.classes import ClassTable
from segcore.datasets.repairs import Offer, Repairs


class Candidate(BaseModel):
    """A format that the source may be, and what speaks for it."""

    model_config = ConfigDict(frozen=True)

    format: str
    title: str
    evidence: str


class DraftClass(BaseModel):
    """One row of the legend. `share`: of all labelled pixels looked at, in [0, 1]; `crops`: files of the draft."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    color: str
    source: str
    share: float
    frames: int
    known: bool
    crops: tuple[str, ...]


class DraftProblem(BaseModel):
    """A file that would be left out, why, and how to mend it."""

    model_config = ConfigDict(frozen=True)

    file: str
    fault: str
    fix: str


class Draft(BaseModel):
    """What is known of an import before it is made.

    `format` is None while several fit and the user has not chosen; `error` and `fix` say why it cannot be read
    at all. `frames`: usable pairs; `legend`, `problems`, `offers`, `previews` belong to the chosen format with
    `repairs` (but for its mapping, which the page applies by itself). `split`: what brought one, in words.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    filename: str
    created: str
    candidates: tuple[Candidate, ...] = ()
    format: str | None = None
    evidence: str = ""
    repairs: Repairs = Repairs()
    frames: int = 0
    sizes: tuple[tuple[int, int], ...] = ()
    classes: ClassTable | None = None
    legend: tuple[DraftClass, ...] = ()
    problems: tuple[DraftProblem, ...] = ()
    offers: tuple[Offer, ...] = ()
    notes: tuple[str, ...] = ()
    previews: tuple[str, ...] = ()
    split: str = ""
    error: str = ""
    fix: str = ""
