"""How far, how fast and how large objects were, in cm where a length is known. Pure."""

from __future__ import annotations

import pandas as pd

from segcore.knowledge.scale import Scale


def length_unit(scale: Scale | None) -> str:
    """ "cm" where a length is known, else "px"; of areas with ² behind it."""
    return "cm" if scale else "px"


def track_measures(tracks: pd.DataFrame, scale: Scale | None) -> pd.DataFrame:
    """Path, speed and area of each object.

    Args:
        tracks: columns of `tracks.TRACK_SCHEMA`.
        scale: how long a pixel is; None where no length is known.

    Returns:
        Index of the tracks; columns path, speed (path over the time from first to last sight) and area (mean while
        seen), in `length_unit`.
    """
    step = scale.cm_per_pixel if scale else 1.0
    path = tracks["path"] * step
    return pd.DataFrame(
        {"path": path, "speed": path / tracks["seconds"].clip(lower=1e-6), "area": tracks["pixels"] * step**2}
    )
