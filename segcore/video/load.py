"""What each part of a video job costs: milliseconds a frame, and the share of the time that it is busy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

LOAD_TAG = "segcore.load"
"""Under which a run keeps the newest load of its job."""


class StageLoad(BaseModel):
    """One kind of work. `busy` is its share of the job's time, 0 to 1; `threads` are those that did it."""

    model_config = ConfigDict(frozen=True)

    name: str
    ms: float
    busy: float
    threads: tuple[str, ...]


class ThreadLoad(BaseModel):
    """One thread; shares of the job's time, 0 to 1. What is missing to 1 is neither work nor waiting for others."""

    model_config = ConfigDict(frozen=True)

    name: str
    busy: float
    waits_for_input: float
    waits_for_output: float


class Load(BaseModel):
    """A job so far, or a whole one.

    Attributes:
        frames: that were finished.
        seconds: between the first and the last piece of work.
        stages: in the order in which they first worked.
        threads: likewise.
        words: what holds it up and what would help, see `bottleneck.in_words`.
    """

    model_config = ConfigDict(frozen=True)

    frames: int = 0
    seconds: float = 0.0
    stages: tuple[StageLoad, ...] = ()
    threads: tuple[ThreadLoad, ...] = ()
    words: str = ""


def together(loads: Iterable[Load]) -> Load:
    """What several workers did, and the same one at several times: milliseconds by frame, busy shares by second."""
    parts = [load for load in loads if load.seconds > 0]
    if len(parts) == 1:
        return parts[0]
    frames, seconds = sum(load.frames for load in parts), sum(load.seconds for load in parts)
    stages: dict[str, list[tuple[Load, StageLoad]]] = {}
    threads: dict[str, list[tuple[Load, ThreadLoad]]] = {}
    for load in parts:
        for stage in load.stages:
            stages.setdefault(stage.name, []).append((load, stage))
        for thread in load.threads:
            threads.setdefault(thread.name, []).append((load, thread))
    return Load(
        frames=frames,
        seconds=round(seconds, 3),
        stages=tuple(_stage(name, found, frames, seconds) for name, found in stages.items()),
        threads=tuple(_thread(name, found, seconds) for name, found in threads.items()),
    )


def _stage(name: str, found: Sequence[tuple[Load, StageLoad]], frames: int, seconds: float) -> StageLoad:
    spent = sum(stage.ms * load.frames for load, stage in found)
    return StageLoad(
        name=name,
        ms=round(spent / max(1, frames), 2),
        busy=round(sum(stage.busy * load.seconds for load, stage in found) / seconds, 4),
        threads=tuple(dict.fromkeys(thread for _, stage in found for thread in stage.threads)),
    )


def _thread(name: str, found: Sequence[tuple[Load, ThreadLoad]], seconds: float) -> ThreadLoad:
    def share(of: str) -> float:
        return round(float(sum(getattr(thread, of) * load.seconds for load, thread in found)) / seconds, 4)

    return ThreadLoad(
        name=name,
        busy=share("busy"),
        waits_for_input=share("waits_for_input"),
        waits_for_output=share("waits_for_output"),
    )


def load_in(tags: Mapping[str, str]) -> Load | None:
    """The load that a run keeps; None where it has none that this version reads."""
    try:
        return Load.model_validate_json(tags[LOAD_TAG])
    except (KeyError, ValidationError):
        return None
