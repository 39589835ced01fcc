"""Files on the server that pages may open: only below folders that the administrator named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from segcore.errors import DatasetError


def resolve_server_file(text: str, roots: Sequence[Path]) -> Path:
    """The file or folder that a user named, if it lies below one of the roots, links followed.

    Args:
        text: an absolute path, or one relative to any root.
        roots: `Settings.server_folders`.

    Raises:
        DatasetError: no folders are configured, or nothing of this name lies below them. Whether something
            exists outside is not told.
    """
    if not roots:
        raise DatasetError(
            "No server folders are open to this installation.", fix="Set SEGCORE_SERVER_FOLDERS and restart."
        )
    wanted = text.strip()
    for root in (Path(r).resolve() for r in roots):
        if not wanted or "\0" in wanted:
            break
        try:
            found = (root / wanted).resolve(strict=True)
        except (OSError, RuntimeError):
            continue
        if found.is_relative_to(root):
            return found
    raise DatasetError(
        f"Nothing called {text!r} below the server folders.",
        fix=f"Name a file or folder below {' or '.join(map(str, roots))}.",
    )
