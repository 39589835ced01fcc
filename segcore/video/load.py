"""What each part of a video job costs: milliseconds a frame, and the share of the time that it is busy."""

from __future__ import annotations

from collections.abc import Mapping

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


def load_in(tags: Mapping[str, str]) -> Load | None:
    """The load that a run keeps; None where it has none that this version reads."""
    try:
        return Load.model_validate_json(tags[LOAD_TAG])
    except (KeyError, ValidationError):
        return None
