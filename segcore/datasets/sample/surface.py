"""Procedural surfaces of the sample scene: smooth noise, a wooden table, textures of balls. Colours in [0, 1]."""

from __future__ import annotations

import cv2
import numpy as np

PLANK = 158
"""Width of a plank of the table in pixels."""


def noise(height: int, width: int, cell: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Smooth random values.

    Args:
        height: of the result.
        width: of the result.
        cell: (down, across) distance in pixels over which values change.
        rng: source of randomness.

    Returns:
        (height, width) float32, mean about 0.5, within [0, 1].
    """
    grid = rng.random((max(2, int(height / cell[0]) + 2), max(2, int(width / cell[1]) + 2)), np.float32)
    return np.clip(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def fractal(height: int, width: int, cell: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Noise of four scales, each half as strong and twice as fine; (height, width) float32 in [0, 1]."""
    total = np.zeros((height, width), np.float32)
    for octave in range(4):
        total += noise(height, width, (cell[0] / 2**octave, cell[1] / 2**octave), rng) / 2**octave
    return total / 1.875


def mix(first: np.ndarray | tuple[float, ...], second: np.ndarray | tuple[float, ...], share: np.ndarray) -> np.ndarray:
    """Blend two colours, or pictures of colours, by share (H, W) in [0, 1]; (H, W, 3) float32."""
    part = share[..., None]
    return np.asarray(first, np.float32) * (1 - part) + np.asarray(second, np.float32) * part


def table(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A table of pale planks with grain, rings and joints; (height, width, 3) float32."""
    wood = np.empty((height, width, 3), np.float32)
    for top in range(0, height, PLANK):
        wood[top : top + PLANK] = _plank(min(PLANK, height - top), width, rng)
    return np.clip(wood, 0, 1)


def _plank(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    rows = np.arange(height, dtype=np.float32)[:, None]
    bend = 60 * noise(height, width, (70, 420), rng) + 14 * noise(height, width, (25, 120), rng)
    rings = 0.5 + 0.5 * np.sin((rows + bend) * 0.33 + rng.uniform(0, 6))
    fibre = noise(height, width, (1.3, 60), rng) * 0.6 + noise(height, width, (2.6, 170), rng) * 0.4
    tone = rng.uniform(-0.05, 0.05) + 0.10 * (fractal(height, width, (80, 300), rng) - 0.5)
    color = mix((0.66, 0.50, 0.36), (0.83, 0.69, 0.52), 0.35 + 0.45 * rings * fibre + 0.25 * fibre)
    color = color + tone[..., None] + rng.uniform(-0.015, 0.015, 3).astype(np.float32)
    edge = np.minimum(rows, height - 1 - rows)
    return color * (1 - 0.55 * np.exp(-edge / 1.6) + 0.06 * np.exp(-((edge - 5) ** 2) / 6))[..., None]


def orange_peel(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """The skin of an orange unrolled: rows from pole to pole, columns around; (height, width, 3) float32."""
    pores = cv2.GaussianBlur(rng.random((height, width), np.float32), (0, 0), 1.2)
    pores = np.clip((pores - 0.5) * 5 + 0.5, 0, 1)
    skin = mix((0.97, 0.47, 0.04), (1.0, 0.62, 0.12), fractal(height, width, (70, 70), rng))
    skin = skin * (0.86 + 0.2 * pores)[..., None]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None] + np.zeros((1, width), np.float32)
    turn = np.linspace(0, 2 * np.pi, width, dtype=np.float32)[None]
    star = np.clip((0.075 + 0.022 * np.cos(5 * turn) - rows) * 60, 0, 1)
    skin = mix(skin, (0.30, 0.36, 0.12), star)
    return mix(skin, (0.45, 0.30, 0.12), np.clip((rows - 0.972) * 60, 0, 1))


def glass_swirl(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A violet marble's swirls unrolled; (height, width, 3) float32."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = columns / width * 2 * np.pi
    sway = 1.4 * np.sin(turn + 2.0) + 0.5 * np.sin(3 * turn)
    bands = np.sin(rows / height * 9 + sway + 2.5 * noise(height, width, (60, 90), rng))
    color = mix((0.24, 0.08, 0.50), (0.50, 0.22, 0.82), 0.5 + 0.5 * bands)
    return mix(color, (0.93, 0.86, 1.0), np.clip((bands - 0.80) * 8, 0, 1))
