"""Numbers and times as a report says them: 0:41, 12.3 MB, 4.2 %. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from segcore.knowledge.scale import Scale


def clock(seconds: float | None) -> str:
    """A duration as a clock shows it: 0:41, 12:03, 1:02:03; "–" where it is unknown."""
    if seconds is None or seconds != seconds or seconds < 0:
        return "–"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


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


def area(value: float | None, cm2: float | None = None) -> str:
    """A share of the picture as such, or in cm²: "4.2 % of the picture", "12.3 cm²".

    Args:
        value: the share; None or NaN gives "–".
        cm2: of the whole picture; None: not known.
    """
    if value is None or value != value:
        return "–"
    return f"{share(value)} of the picture" if cm2 is None else square_cm(value * cm2)


def length(pixels: float, scale: Scale | None) -> str:
    """A length on the frame: 84 px, or 12.1 cm; "–" where it is unknown."""
    if pixels != pixels:
        return "–"
    return f"{pixels * scale.cm_per_pixel:.3g} cm" if scale else f"{pixels:.0f} px"


def square_cm(value: float) -> str:
    """Square centimetres with three digits that count: 0.123 cm², 12.3 cm², 1 234 cm²."""
    if value >= 1000:
        return f"{count(value)} cm²"
    return f"{value:.3g} cm²"


def listed(items: Iterable[str]) -> str:
    """ "a, b and c"."""
    parts = list(items)
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
