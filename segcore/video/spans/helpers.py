"""The helpers of a job: who does what, how far they are, and what became of it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from segcore.video.load import Load
from segcore.video.spans.crew import Crew, Helper
from segcore.video.spans.lease import BEAT_S, SILENT_S, Lease, Said, Task
from segcore.video.spans.span import Span

START_S = 180.0
"""How long a helper may take from being asked to its first word: it opens the network, perhaps converts it."""
MOST_FAILURES = 2
"""Who fails so often in turn is not asked again; its chunks are made by others."""


@dataclass
class _AtWork:
    helper: Helper
    task: Task
    said: Said | None = None
    heard_at: float = field(default_factory=time.monotonic)

    @property
    def silent(self) -> bool:
        return time.monotonic() - self.heard_at > (SILENT_S if self.said else START_S)


class Helpers:
    """All that help with one job now.

    Args:
        crew: who may be asked.
        work: the job's work folder.

    Attributes:
        not_there: chunks before which the frame that was guessed did not come by.
        notes: what went wrong, for people.
    """

    def __init__(self, crew: Crew, work: Path) -> None:
        self._crew, self._lease = crew, Lease(work)
        self._at_work: list[_AtWork] = []
        self._failures: Counter[str] = Counter()
        self._loads: list[Load] = []
        self._looked = 0.0
        self.not_there: set[int] = set()
        self.notes: list[str] = []

    @property
    def spans(self) -> list[Span]:
        """What they make."""
        return [one.task.span for one in self._at_work]

    @property
    def frames(self) -> int:
        """How many frames of that are finished."""
        return sum(one.said.frames for one in self._at_work if one.said)

    @property
    def loads(self) -> list[Load]:
        """What each part cost them, by task, those that are over among them."""
        return [*self._loads, *(one.said.load for one in self._at_work if one.said)]

    def ask(self, span: Span) -> bool:
        """Have a span made; False where nobody is free."""
        task = Task.of(span)
        self._want([task.id])
        shunned = {name for name, count in self._failures.items() if count >= MOST_FAILURES}
        shunned |= {one.helper.name for one in self._at_work}
        helper = self._crew.ask(task.model_dump_json(), shunned)
        if helper is not None:
            self._at_work.append(_AtWork(helper, task))
        return helper is not None

    @property
    def due(self) -> bool:
        """Whether it is time to look again: twice a second."""
        return time.monotonic() - self._looked >= BEAT_S

    def look(self) -> bool:
        """Tell them that the job lives, and hear them; True where one has ended."""
        self._want()
        over = []
        for one in self._at_work:
            said = self._lease.said(one.task.id)
            if said and (one.said is None or said.beat != one.said.beat):
                one.said, one.heard_at = said, time.monotonic()
            word = one.helper.ended()
            if word is None and one.silent:
                word = "nothing was heard of it any more."
            if word is not None:
                over.append((one, word))
        for one, word in over:
            self._over(one, word)
        return bool(over)

    def _over(self, one: _AtWork, word: str) -> None:
        self._at_work.remove(one)
        name = one.helper.name
        said = self._lease.said(one.task.id) or one.said
        if said:
            self._loads.append(said.load)
        if said and said.state == "not_there":
            self.not_there.add(one.task.span.first)
        elif word:
            self._failures[name] += 1
            note = f"{name} did not finish its part: {word}"
            self.notes += [] if note in self.notes else [note]
        else:
            del self._failures[name]
        self._lease.forget(one.task.id)

    def call_back(self) -> None:
        """What they make is not wanted any more; they end by themselves within a second."""
        for one in self._at_work:
            one.said = self._lease.said(one.task.id) or one.said
            self._lease.forget(one.task.id)
        self._loads = self.loads
        self._at_work.clear()
        self.not_there.clear()
        self._want()

    def close(self) -> None:
        """End them all."""
        self.call_back()
        self._lease.end()
        self._crew.close()

    def _want(self, more: list[str] | None = None) -> None:
        self._looked = time.monotonic()
        self._lease.want([*(one.task.id for one in self._at_work), *(more or [])])
