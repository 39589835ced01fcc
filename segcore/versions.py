"""Versions of installed packages, asked from any thread."""

from __future__ import annotations

import sys
from functools import cache
from importlib import metadata


@cache
def version_of(package: str) -> str:
    """As `importlib.metadata.version`, over a copy of `sys.path`.

    Streamlit takes its script's folder in and out of `sys.path` while scripts start; who walks the list then misses
    an entry, and with it every package that is there.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed.
    """
    for found in metadata.distributions(name=package, path=list(sys.path)):
        return found.version
    raise metadata.PackageNotFoundError(package)
