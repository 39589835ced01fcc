"""A batch: video runs that were made together. What it is, how far it is, how long it will take."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from segcore.errors import RunNotFound
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore

BATCH = "batch"
PLACE = "batch_place"
LENGTH = "video_seconds"
"""Parameters of a video run: the batch's id, its place there (from 1), how many seconds of video it has to segment."""

MOST = 1000
"""Videos of a batch, each tried again as often as one likes, that are looked up at once."""

BROKEN = (RunState.FAILED, RunState.INTERRUPTED)


@dataclass(frozen=True)
class Batch:
    """A batch as it was when it was read.

    Attributes:
        runs: one a video, in the order in which they were chosen; of several tries the newest.
    """

    id: str
    runs: tuple[Run, ...]

    def of(self, *states: RunState) -> tuple[Run, ...]:
        """Its runs in these states."""
        return tuple(run for run in self.runs if run.state in states)

    @property
    def active(self) -> bool:
        """Whether a video is being segmented or waits for it."""
        return any(run.state.active for run in self.runs)

    @property
    def finished(self) -> tuple[Run, ...]:
        """Those with a result."""
        return self.of(RunState.FINISHED)

    @property
    def broken(self) -> tuple[Run, ...]:
        """Those that ended without one, though nobody asked for it."""
        return self.of(*BROKEN)

    @property
    def name(self) -> str:
        """As people call it: "3 videos"."""
        return f"{len(self.runs)} videos" if len(self.runs) != 1 else "1 video"

    @property
    def created(self) -> datetime | None:
        """When the first of its runs was made."""
        return min((run.created for run in self.runs if run.created), default=None)

    @property
    def ended(self) -> datetime | None:
        """When the last of its runs ended; None while it is active."""
        return None if self.active else max((run.ended for run in self.runs if run.ended), default=None)


def open_batch(store: RunStore, batch_id: str) -> Batch:
    """The batch of this id.

    Raises:
        RunNotFound: none of its runs is there.
    """
    found = store.list("segment", limit=MOST, params={BATCH: batch_id})
    if not found:
        raise RunNotFound(f"There is no batch {batch_id!r}.", fix="Its videos may have been deleted; see Results.")
    return batch_of(batch_id, found)


def batch_of(batch_id: str, runs: Iterable[Run]) -> Batch:
    """A batch of its runs, the newest first as the store lists them."""
    by_place: dict[int, Run] = {}
    for run in runs:
        by_place.setdefault(_place(run), run)
    return Batch(batch_id, tuple(by_place[place] for place in sorted(by_place)))


def grouped(runs: Sequence[Run]) -> list[Run | Batch]:
    """Runs with those of a batch put together, where its first one stands."""
    ids = dict.fromkeys(run.params.get(BATCH) or run.id for run in runs)
    members: dict[str, list[Run]] = {key: [] for key in ids}
    for run in runs:
        members[run.params.get(BATCH) or run.id].append(run)
    return [batch_of(key, found) if found[0].params.get(BATCH) else found[0] for key, found in members.items()]


def titles(runs: Sequence[Run]) -> list[str]:
    """The videos' names, each once: of equal ones the later are "clip.mp4 (2)", "clip.mp4 (3)" …"""
    given: dict[str, None] = {}
    for run in runs:
        name = run.params.get("video") or run.name
        numbers = (f"{name} ({number})" for number in itertools.count(2))
        given[next(title for title in itertools.chain([name], numbers) if title not in given)] = None
    return list(given)


def share_done(batch: Batch) -> float:
    """How much of all the videos is done, 0 to 1; what ended without a result counts as done."""
    weights = _weights(batch.runs)
    return sum(w * _share(run) for w, run in zip(weights, batch.runs, strict=True)) / (sum(weights) or 1.0)


def seconds_left(batch: Batch) -> float | None:
    """Seconds until all are done, by the pace so far; None before there is one.

    Videos are taken to need time by their length; as many as run now are taken to run at once. What failed says
    nothing about the pace.
    """
    done = spent = left = 0.0
    for weight, run in zip(_weights(batch.runs), batch.runs, strict=True):
        share = _share(run)
        left += weight * (1 - share)
        if run.state in (RunState.FINISHED, RunState.RUNNING):
            done += weight * share
            spent += run.seconds or 0.0
    if not batch.active:
        return 0.0
    if done <= 0 or spent <= 0:
        return None
    by_pace = left * spent / done / max(1, len(batch.of(RunState.RUNNING)))
    own = [run.progress.eta_s for run in batch.runs if run.state is RunState.RUNNING and run.progress]
    return max([by_pace, *(eta for eta in own if eta is not None)])


def _weights(runs: Sequence[Run]) -> list[float]:
    """Seconds of video of each; where a length is unknown, the mean of the others."""
    known = [_length(run) for run in runs]
    there = [length for length in known if length is not None]
    mean = sum(there) / len(there) if there else 1.0
    return [mean if length is None else length for length in known]


def _length(run: Run) -> float | None:
    try:
        return max(0.0, float(run.params[LENGTH]))
    except (KeyError, ValueError):
        return None


def _share(run: Run) -> float:
    if not run.state.active:
        return 1.0
    return (run.progress.share if run.progress else None) or 0.0


def _place(run: Run) -> int:
    try:
        return int(run.params[PLACE])
    except (KeyError, ValueError):
        return 0
