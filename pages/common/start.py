"""What the dashboard's process does once, before any browser comes: bring the home up to date, begin to log."""

from __future__ import annotations

import logging

from segcore import __version__, logs
from segcore.schema import ensure
from segcore.settings import Settings

_log = logging.getLogger("segcore.dashboard")


def begin() -> None:
    """Bring the home up to date, begin to log.

    Raises:
        ConfigError: the settings are wrong, or the home is damaged or of a newer segcore.
    """
    settings = Settings.from_env()
    upgraded = ensure(settings)
    logs.start(settings, on_stderr=True)
    _log.info("segcore %s begins, home %s", __version__, settings.home)
    if upgraded:
        _log.info("the home is now of version %d. %s Kept: %s", upgraded.after, " ".join(upgraded.done), upgraded.kept)
