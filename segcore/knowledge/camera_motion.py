"""How the camera moves, by what most objects do in the picture: the rest moves by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST = 5
"""Of fewer objects nobody can tell what the camera does and what they do themselves."""
_ROUNDS = 6
_STEADY = 5.0
"""Pixels a second: what a middle jitters by anyway."""


@dataclass(frozen=True)
class Drift:
    """Velocity of what lies still, at each place of the picture: a shift, a turn and a zoom.

    Attributes:
        shift: pixels a second at the picture's upper left corner, x + iy.
        turn: change of that by pixel, a second: the real part zooms, the imaginary part turns.
    """

    shift: complex = 0j
    turn: complex = 0j

    def at(self, places: np.ndarray) -> np.ndarray:
        """Of (n, 2) places: (n, 2) float64, pixels a second."""
        velocity = self.turn * _complex(places) + self.shift
        return np.column_stack([velocity.real, velocity.imag])


def drift_of(places: np.ndarray, velocities: np.ndarray) -> Drift | None:
    """The drift that most objects follow; None where there are too few of them to tell.

    Least absolute deviations, by least squares that are weighed anew some times: objects that move by themselves do not
    count, as long as they are fewer.

    Args:
        places: (n, 2) float64, where they were, pixels.
        velocities: (n, 2) float64, pixels a second.
    """
    if len(places) < FEWEST:
        return None
    where, velocity = _complex(places), _complex(velocities)
    weight = np.ones(len(where))
    turn = shift = 0j
    for _ in range(_ROUNDS):
        total = weight.sum()
        middle, common = weight @ where / total, weight @ velocity / total
        arm = where - middle
        weighed = weight * arm.conj()
        turn = weighed @ (velocity - common) / max((weighed @ arm).real, 1e-9)
        shift = common - turn * middle
        weight = 1 / np.maximum(np.abs(velocity - turn * where - shift), _STEADY)
    return Drift(complex(shift), complex(turn))


def _complex(pairs: np.ndarray) -> np.ndarray:
    return pairs[:, 0] + 1j * pairs[:, 1]
