"""How a run ends: its final state, and why, in words. Pure functions."""

from __future__ import annotations

from segcore.errors import Cancelled, SegcoreError, of_the_disk
from segcore.runs.records import RunState


def outcome(error: BaseException | None, reason: str) -> tuple[RunState, str]:
    """The final state of a run whose block was left with this exception (None: normally)."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return RunState.FINISHED, reason
    if isinstance(error, (Cancelled, KeyboardInterrupt)):
        return RunState.CANCELLED, str(error) or reason or "Cancelled by the user."
    return RunState.FAILED, in_words(error)


def in_words(error: BaseException) -> str:
    """An exception as a sentence for people."""
    if isinstance(error, SegcoreError):
        return str(error)
    if isinstance(error, OSError) and (told := of_the_disk(error)) is not None:
        return str(told)
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "Out of memory. Choose a smaller batch size or crop, or the preset fast."
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
