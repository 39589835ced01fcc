"""Pack a result to take along, from disk to disk."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from segcore.archive.writing import ZipOut, check_room, new_zip
from segcore.errors import ConfigError
from segcore.parcel.entries import PARTS, Entry, Part, entries, there
from segcore.parcel.readme import readme
from segcore.report.charts.of_result import charts
from segcore.report.facts import Facts
from segcore.report.writing import write_report

Progress = Callable[[str, int, int], None]
"""Called with (what is done now, per cent done, 100; or 0, 0 where that is not known)."""
_GROWS = 1.2
"""What is made besides takes less than a fifth of the files that are there."""
_NO_ROOM = "Make room (the System page shows what takes it), or take less along."


def pack(
    facts: Facts, target: Path, parts: Sequence[Part] | None = None, on_progress: Progress = lambda *_: None
) -> list[str]:
    """Write the ZIP; it appears when it is whole.

    Args:
        facts: of the result.
        target: the ZIP; its folder is made where it is not there.
        parts: what to take along; None: all that the result has.
        on_progress: told about every block and every frame.

    Returns:
        The names of its files, as README.txt tells them.

    Raises:
        ConfigError: a part that the result does not have.
        DiskFull: the disk has no room for it.
    """
    chosen = checked(facts, parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix=".segcore-", dir=target.parent)))
        drawings, reports = [], []
        if {"report", "charts"} & set(chosen):
            on_progress("drawing charts", 0, 0)
            drawings = charts(facts)
        if "report" in chosen:
            on_progress("writing the report", 0, 0)
            reports = write_report(facts, folder, drawings=drawings)
        found = entries(facts, chosen, drawings, reports, opened)
        check_room(target.parent, round(_GROWS * sum(entry.cost for entry in found if entry.path)), _NO_ROOM)
        root = folder_name(facts.name)
        with new_zip(target) as out:
            with out.entry(f"{root}/README.txt") as text:
                text.write(readme(facts, found).encode())
            _add_all(out, root, found, on_progress)
    return ["README.txt", *(entry.name for entry in found)]


def checked(facts: Facts, parts: Sequence[str] | None) -> list[Part]:
    """The parts that were asked for.

    Raises:
        ConfigError: one is unknown, or the result does not have it.
    """
    known = there(facts.result.names)
    if parts is None:
        return known
    missing = [part for part in parts if part not in known]
    if missing:
        unknown = [part for part in missing if part not in PARTS]
        raise ConfigError(
            f"Expected parts of this result: {', '.join(known)}. Received: {', '.join(missing)}.",
            fix="" if unknown else "Segment the video again: a new result has masks; frames and others with --also.",
        )
    return [part for part in known if part in parts]


def folder_name(name: str) -> str:
    """A result's name as that of a folder, on any system."""
    return re.sub(r"[^\w.() -]+", "-", name).strip(" .-")[:80] or "result"


def _add_all(out: ZipOut, root: str, found: Sequence[Entry], on_progress: Progress) -> None:
    total, before = max(1, sum(entry.cost for entry in found)), 0
    for entry in found:
        copied = 0

        def step(share: float, entry: Entry = entry, before: int = before) -> None:
            on_progress(f"packing {entry.name}", round(100 * (before + share * entry.cost) / total), 100)

        def told(size: int, entry: Entry = entry, step: Callable[[float], None] = step) -> None:
            nonlocal copied
            copied += size
            step(copied / max(1, entry.cost))

        step(0.0)
        if entry.path is not None:
            out.add(entry.path, f"{root}/{entry.name}", told)
        elif entry.write is not None:
            with out.entry(f"{root}/{entry.name}") as file:
                entry.write(file, step)
        before += entry.cost
    on_progress("packing", 100, 100)
