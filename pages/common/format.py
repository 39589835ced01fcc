"""Numbers and times as people read them: 0:41, 12.3 MB, 4.2 %. Pure functions."""

from __future__ import annotations

from datetime import UTC, datetime


def clock(seconds: float | None) -> str:
    """A duration as a clock shows it: 0:41, 12:03, 1:02:03; "–" where it is unknown."""
    if seconds is None or seconds != seconds or seconds < 0:
        return "–"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def about(seconds: float | None) -> str:
    """A duration in words, rounded as people do: "under a minute", "about 8 min", "about 2.5 h"."""
    if seconds is None or seconds != seconds:
        return "unknown"
    if seconds < 60:
        return "under a minute"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min"
    return f"about {round(seconds / 1800) / 2:g} h"


def size(count: float) -> str:
    """Bytes in decimal units: 512 B, 12.3 MB, 1.9 GB."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.95:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def share(value: float | None) -> str:
    """A share of 1 as per cent: 4.2 %, <0.1 %; "–" where it is unknown."""
    if value is None or value != value:
        return "–"
    percent = value * 100
    if 0 < percent < 0.05:
        return "<0.1 %"
    return f"{percent:.1f} %"


def score(value: float | None) -> str:
    """A score in [0, 1] with three digits; "–" where it is unknown."""
    return "–" if value is None or value != value else f"{value:.3f}"


def count(value: float) -> str:
    """A whole number with thousands set apart: 1 223 (narrow no-break space)."""
    return f"{round(value):,}".replace(",", "\u202f")


def plural(number: int, noun: str, nouns: str = "") -> str:
    """ "1 frame", "36 frames", "8 classes"."""
    return f"{count(number)} {noun if number == 1 else nouns or noun + 's'}"


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
