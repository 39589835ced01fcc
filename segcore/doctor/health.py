"""A quick yes or no for whoever watches over the dashboard: a proxy, Docker, a monitor. No secrets, no paths."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from segcore import __version__
from segcore.errors import SegcoreError
from segcore.runs.database import ping
from segcore.schema import outlook
from segcore.settings import Settings

LEAST_FREE = 200 << 20
"""Bytes on the disk below which nothing can be kept any more."""
_CONNECT_S = 2.0


@dataclass(frozen=True)
class Health:
    """`well`: whether everything works that must; `parts`: name → {"ok": …, "state": …}."""

    well: bool
    parts: dict[str, dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """As it is sent."""
        return {"status": "ok" if self.well else "not well", "version": __version__, **self.parts}


def health(settings: Settings) -> Health:
    """Ask database, scheduler and disk, each within seconds."""
    parts = {"database": _database(settings), "engine": _engine(settings), "disk": _disk(settings)}
    return Health(all(part["ok"] for part in parts.values()), parts)


def _database(settings: Settings) -> dict[str, Any]:
    try:
        outlook(settings)
        ping(settings)
    except SegcoreError:
        return {"ok": False, "state": "does not answer, or is of another version"}
    return {"ok": True, "state": "answers"}


def _engine(settings: Settings) -> dict[str, Any]:
    if settings.scheduler is None:
        return {"ok": True, "state": "embedded"}
    place = urlparse(settings.scheduler)
    try:
        socket.create_connection((place.hostname or "", place.port or 8786), timeout=_CONNECT_S).close()
    except OSError:
        return {"ok": False, "state": "the scheduler does not answer"}
    return {"ok": True, "state": "the scheduler answers"}


def _disk(settings: Settings) -> dict[str, Any]:
    try:
        free = shutil.disk_usage(next(p for p in (settings.home, *settings.home.parents) if p.exists())).free
    except OSError:
        return {"ok": False, "state": "cannot be read"}
    return {"ok": free >= LEAST_FREE, "state": "room" if free >= LEAST_FREE else "full", "free_bytes": free}
