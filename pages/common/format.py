"""Numbers and times as people read them: 0:41, 12.3 MB, 4.2 %. Pure functions."""

from __future__ import annotations

from datetime import UTC, datetime

from segcore.report.words import clock, count, plural, score, share, size

__all__ = ["about", "ago", "clock", "count", "plural", "score", "share", "size"]


def about(seconds: float | None) -> str:
    """A duration in words, rounded as people do: "under a minute", "about 8 min", "about 2.5 h"."""
    if seconds is None or seconds != seconds:
        return "unknown"
    if seconds < 60:
        return "under a minute"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min"
    return f"about {round(seconds / 1800) / 2:g} h"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago: "just now", "3 min ago", "5 h ago", then the date.

    Args:
        moment: with a time zone; None gives "–".
        now: for tests; the present otherwise.
    """
    if moment is None:
        return "–"
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min ago"
    if seconds < 86400:
        return f"{round(seconds / 3600)} h ago"
    return moment.astimezone().strftime("%d %b %Y")
