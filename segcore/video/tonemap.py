"""From high dynamic range to standard range, as a table of colours.

PQ and HLG pictures (ITU-R BT.2100) are brought to linear light, compressed by the curve of ITU-R BT.2390-11 §5.4 so
that reference white (203 cd/m², ITU-R BT.2408) is white, moved from BT.2020 to BT.709 primaries and encoded for a
BT.1886 display. The largest of the three channels decides, so that hues stay.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Hdr = Literal["pq", "hlg"]

WHITE_NITS = 203.0
PEAK_NITS = 1000.0
"""What is taken as the brightest of a source; its own mastering data is rarely there."""

SIDE = 33
_DISPLAY_GAMMA = 2.4
_TO_BT709 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
"""Linear BT.2020 to linear BT.709 (ITU-R BT.2087)."""


def pq_to_nits(signal: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084: signal in [0, 1] → cd/m², up to 10 000."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = np.clip(signal, 0, 1) ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def nits_to_pq(nits: np.ndarray) -> np.ndarray:
    """The way back."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = (np.maximum(nits, 0) / 10_000) ** m1
    return np.asarray(((c1 + c2 * power) / (1 + c3 * power)) ** m2)


def hlg_to_nits(signal: np.ndarray) -> np.ndarray:
    """ARIB STD-B67 on a display of 1000 cd/m², system gamma 1.2: (..., 3) in [0, 1] → (..., 3) cd/m²."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    signal = np.clip(signal, 0, 1)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
    return np.asarray(PEAK_NITS * scene * np.maximum(luminance, 1e-9)[..., None] ** 0.2)


def compressed(nits: np.ndarray) -> np.ndarray:
    """The EETF of BT.2390: straight below a knee, then a spline that brings the source's peak to white.

    Args:
        nits: cd/m², any shape.

    Returns:
        cd/m², at most `WHITE_NITS`, never falling where `nits` rises.
    """
    top = float(nits_to_pq(np.array(PEAK_NITS)))
    white = float(nits_to_pq(np.array(WHITE_NITS))) / top
    given = np.clip(nits_to_pq(nits) / top, 0, 1)
    knee = 1.5 * white - 0.5
    t = (given - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * white
    return pq_to_nits(np.where(given < knee, given, spline) * top)


def to_standard(rgb: np.ndarray, kind: Hdr) -> np.ndarray:
    """Signals of BT.2100 → signals of BT.709.

    Args:
        rgb: (..., 3) float in [0, 1].
        kind: the transfer of the source.

    Returns:
        (..., 3) float in [0, 1].
    """
    nits = pq_to_nits(rgb) if kind == "pq" else hlg_to_nits(rgb)
    brightest = nits.max(axis=-1, keepdims=True)
    scale = np.divide(compressed(brightest), brightest, out=np.ones_like(brightest), where=brightest > 0)
    linear = (nits * scale / WHITE_NITS) @ _TO_BT709.T
    return np.clip(linear, 0, 1) ** (1 / _DISPLAY_GAMMA)


def cube(kind: Hdr) -> str:
    """The table in the .cube format, for FFmpeg's `lut3d`: red runs fastest."""
    steps = np.linspace(0, 1, SIDE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    table = to_standard(np.stack([red, green, blue], axis=-1).reshape(-1, 3), kind)
    rows = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table)
    return f"LUT_3D_SIZE {SIDE}\n{rows}\n"
