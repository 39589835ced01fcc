"""Names of runs that people can say aloud."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from segcore.errors import RunError
from segcore.runs.records import Kind

_LENGTH = 100


def checked_run_name(name: str) -> str:
    """A name without surrounding space.

    Raises:
        RunError: empty, longer than 100 characters, or with characters that cannot be searched for.
    """
    name = name.strip()
    if not 0 < len(name) <= _LENGTH or re.search(r'["%\\\x00-\x1f]', name):
        raise RunError(
            f"Expected a name of 1 to {_LENGTH} characters. Received: {name!r}.",
            fix="Leave out double quotes, %, backslashes and line breaks.",
        )
    return name


def friendly_base(kind: Kind, dataset: str | None, config: Mapping[str, Any]) -> str:
    """What a run is called before its number: desk-fast for a training of `desk` by the preset `fast`."""
    parts = [dataset or kind, str(config.get("preset") or "")] if kind == "train" else [dataset or "video"]
    base = "-".join(part for part in parts if part)
    return re.sub(r'["%\\\x00-\x1f]+', "-", base)[: _LENGTH - 8]


def candidates(base: str, newest: Collection[str], *, numbered: bool) -> Iterator[str]:
    """Names to try until one is free: base-1 where `numbered`, else base; then base-2, base-3 …

    Counting goes on after the highest number among `newest`, names of runs that were made last.
    """
    yield f"{base}-1" if numbered else base
    ends = (name.removeprefix(f"{base}-") for name in newest if name.startswith(f"{base}-"))
    highest = max((int(end) for end in ends if end.isdecimal() and len(end) < 8), default=1)
    for number in itertools.count(max(1, highest) + 1):
        yield f"{base}-{number}"
