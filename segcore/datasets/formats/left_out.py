"""What a reader has to leave out: said at once where nothing is left, offered to be ignored where that would help."""

from __future__ import annotations

from collections.abc import Sequence

from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.repairs import Offer, Repairs
from segcore.errors import DatasetError


def nothing_left(message: str, problems: Sequence[Problem], fix: str) -> DatasetError:
    """The error for a source of which no frame is usable, with the first problem and its mend.

    Args:
        message: one sentence.
        problems: of the source, the telling ones first.
        fix: where there are none.
    """
    first = f" {problems[0].file}: {problems[0].fault}." if problems else ""
    return DatasetError(message + first, fix=problems[0].fix if problems else fix)


def ignore_offer(title: str, strays: Sequence[Problem], repairs: Repairs) -> tuple[Offer, ...]:
    """The offer to ignore what is of no class; none where there is no such problem."""
    if not strays:
        return ()
    return (
        Offer(
            kind="unknown_ignore",
            title=title,
            detail=strays[0].fault,
            files=tuple(sorted({problem.file for problem in strays}, key=natural)),
            count=len(strays),
            repairs=repairs.model_copy(update={"unknown_ignore": True}),
        ),
    )
