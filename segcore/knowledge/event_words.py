"""What an event's value says, in words. Pure."""

from __future__ import annotations

from segcore.knowledge.scale import Scale


def detail(kind: str, value: float, scale: Scale | None) -> str:
    """ "with the arrow", "6.7 % of the picture", "2.0 cm/s"; "" where the kind has no value of its own.

    Args:
        kind: of the event.
        value: of the event.
        scale: how long a pixel is; None where no length is known.
    """
    if kind == "crosses":
        return "with the arrow" if value > 0 else "against the arrow"
    if kind == "large":
        return f"{100 * value:.1f} % of the picture"
    if kind == "fast":
        return f"{value * scale.cm_per_pixel:.1f} cm/s" if scale else f"{value:.0f} px/s"
    return ""
