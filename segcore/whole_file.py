"""Small text files that are put in place in one step: a reader sees the old or the new one, never half."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write or replace a file, UTF-8. Its folder must be there: one that was thrown away does not come back."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, "utf-8")
    partial.replace(path)
