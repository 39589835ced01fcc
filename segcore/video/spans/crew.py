"""Who can be asked for help; processes of this machine and Dask's workers both are such a crew (`segcore.jobs`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Helper(Protocol):
    """One that was asked to do a task."""

    @property
    def name(self) -> str:
        """Who it is, for people."""
        ...

    def ended(self) -> str | None:
        """None while it is at work, "" when it ended well, else why it did not, for people."""
        ...


class Crew(Protocol):
    """All that may help with a job."""

    def ask(self, task: str, shunned: Collection[str] = ()) -> Helper | None:
        """Hand a task to somebody who has nothing to do.

        Args:
            task: as JSON (`spans.lease.Task`).
            shunned: names of those who are not asked any more.

        Returns:
            None where nobody is free.
        """
        ...

    def close(self) -> None:
        """End all that are still at work, within a few seconds."""
        ...
