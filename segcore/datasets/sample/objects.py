"""The objects of the sample scene, seen from above: colour, outline and surface normals of each.

Outlines are signed distances in pixels (negative inside), so that edges are smooth and masks exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.datasets.sample.surface import fractal, glass_swirl, mix, noise, orange_peel

DETAIL = 1.5
"""Sprite pixels per pixel of the table."""

Grid = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Sprite:
    """One object lying flat.

    `color` (H, W, 3) in [0, 1], `alpha` (H, W) in [0, 1], `normal` (H, W, 2) the sideways parts of the unit
    normal, all float32; `gloss` 0..1; `lift` the height in table pixels that throws the shadow. A ball's
    `skin` is its unrolled colour; it is drawn anew as the ball rolls.
    """

    color: np.ndarray
    alpha: np.ndarray
    normal: np.ndarray
    gloss: float
    lift: float
    skin: np.ndarray | None = None


def make_sprites(rng: np.random.Generator) -> dict[str, Sprite]:
    """All sprites by name; cars and notebooks come in two looks of the same class."""
    return {
        "mug": mug(rng),
        "notebook": notebook(rng, (0.05, 0.36, 0.40)),
        "notebook dark": notebook(rng, (0.10, 0.16, 0.36)),
        "pencil": pencil(),
        "orange": ball(46, orange_peel(256, 512, rng), gloss=0.35),
        "leaf": leaf(rng),
        "marble": ball(21, glass_swirl(256, 512, rng), gloss=1.0),
        "toy car": toy_car(),
    }


def _grid(width: float, height: float) -> Grid:
    """Coordinates in table pixels around the middle of a sprite with room at its edges."""
    w, h = int((width + 12) * DETAIL), int((height + 12) * DETAIL)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return (x - (w - 1) / 2) / DETAIL, (y - (h - 1) / 2) / DETAIL


def _box(x: np.ndarray, y: np.ndarray, width: float, height: float | np.ndarray, radius: float) -> np.ndarray:
    """Signed distance to a rounded rectangle around the origin."""
    dx, dy = np.abs(x) - width / 2 + radius, np.abs(y) - height / 2 + radius
    return np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - radius


def _inside(distance: np.ndarray) -> np.ndarray:
    """Coverage in [0, 1] of a shape, its border one sprite pixel soft."""
    return np.clip(0.5 - distance * DETAIL, 0, 1)


def _normal(height: np.ndarray, soft: float = 1.0) -> np.ndarray:
    """Sideways parts of the unit normals of a height map in table pixels; (H, W, 2)."""
    smooth = cv2.GaussianBlur(height.astype(np.float32), (0, 0), soft * DETAIL)
    slope_y, slope_x = np.gradient(smooth, 1 / DETAIL)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    return np.dstack([-slope_x / length, -slope_y / length]).astype(np.float32)


def _dome(distance: np.ndarray, width: float, height: float) -> np.ndarray:
    """A height that rises like a quarter circle over `width` pixels from the border."""
    rise = np.clip(-distance / width, 0, 1)
    return height * np.sqrt(1 - (1 - rise) ** 2)


def _flat(color: tuple[float, float, float], like: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.asarray(color, np.float32), (*like.shape, 3)).copy()


def mug(rng: np.random.Generator) -> Sprite:
    """A white mug of coffee with a handle (whose hole shows the table)."""
    x, y = _grid(178, 132)
    x = x + 20
    radius = np.hypot(x, y)
    handle = np.abs(np.hypot((x - 66) / 1.15, y) - 25) - 6.5
    outline = np.minimum(radius - 60, handle)
    rim = np.abs(radius - 55) - 5
    color = _flat((0.93, 0.91, 0.86), x)
    swirl = fractal(x.shape[0], x.shape[1], (40, 40), rng)
    coffee = mix((0.17, 0.08, 0.03), (0.55, 0.34, 0.16), np.clip((swirl - 0.42) * 3, 0, 1) ** 2)
    coffee = mix(coffee, (0.62, 0.42, 0.22), np.exp(-((radius - 46) ** 2) / 8) * 0.7)
    shade = 1 - 0.55 * np.clip((-(x + y) / 65 + 0.1), 0, 1) * np.clip((radius - 20) / 28, 0, 1)
    color = mix(color, coffee * shade[..., None], _inside(radius - 49.5))
    height = np.maximum(_dome(rim, 5, 7), _dome(handle, 6.5, 6))
    return Sprite(color, _inside(outline), _normal(height), gloss=0.7, lift=30)


def notebook(rng: np.random.Generator, cover: tuple[float, float, float]) -> Sprite:
    """A spiral notebook with a paper label and an elastic band."""
    x, y = _grid(232, 170)
    outline = _box(x, y, 226, 164, 9)
    weave = noise(x.shape[0], x.shape[1], (2.2, 2.2), rng)
    color = _flat(cover, x) * (0.82 + 0.3 * weave)[..., None]
    label = _box(x - 18, y + 22, 92, 52, 4)
    lines = _inside(np.abs((y + 22) % 13 - 6.5) - 0.9) * _inside(_box(x - 18, y + 22, 74, 34, 1))
    color = mix(color, (0.93, 0.90, 0.80), _inside(label))
    color = mix(color, (0.45, 0.50, 0.62), lines * 0.8)
    color = mix(color, (0.88, 0.36, 0.30), _inside(np.abs(x - 88) - 4))
    hole = np.hypot(np.abs(x + 98) - 6, (y + 6) % 12 - 6)
    wire = np.maximum(np.abs((y + 6) % 12 - 6) - 2.2, np.abs(x + 104) - 9)
    spiral = np.maximum(wire, np.abs(y) - 74)
    color = mix(color, (0.03, 0.04, 0.05), _inside(np.maximum(hole - 3, np.abs(y) - 74)) * 0.8)
    color = mix(color, (0.80, 0.82, 0.85), _inside(spiral))
    height = _dome(outline, 5, 5) + 0.8 * _inside(label) + _dome(spiral, 2.2, 3) + _inside(np.abs(x - 88) - 4)
    return Sprite(color, _inside(np.minimum(outline, spiral)), _normal(height, 0.7), gloss=0.18, lift=8)


def pencil() -> Sprite:
    """A yellow six-sided pencil with eraser, metal ring, wooden cone and tip."""
    x, y = _grid(228, 22)
    half = np.clip((112 - x) / 3.4, 0, 9)
    outline = np.maximum(np.abs(y) - half, _box(x, y, 224, 18, 3))
    facet = np.clip(np.round(y / 6), -1, 1)
    color = _flat((0.98, 0.79, 0.08), x) * (1 - 0.16 * facet)[..., None]
    wave = 82 + 2.5 * np.abs(np.sin(y * 0.5))
    color = mix(color, (0.88, 0.68, 0.44), _inside(wave - x))
    color = mix(color, (0.13, 0.13, 0.15), _inside(102 - x))
    color = mix(color, (0.72, 0.74, 0.78), _inside(x + 82) * (0.75 + 0.25 * (np.sin(x * 1.3) > 0)))
    color = mix(color, (0.93, 0.47, 0.52), _inside(x + 97))
    color = mix(color, (0.10, 0.30, 0.20), _inside(_box(x + 38, y, 46, 3, 1)))
    height = np.sqrt(np.maximum(81 - (facet * 6) ** 2 * 0.9 - 0.25 * y**2, 0))
    return Sprite(color, _inside(outline), _normal(np.minimum(height, half * 1.1), 0.8), gloss=0.5, lift=9)


def leaf(rng: np.random.Generator) -> Sprite:
    """A green leaf with a stalk, veins and a toothed edge."""
    x, y = _grid(150, 84)
    along = np.clip((x + 50) / 116, 0, 1)
    body = 34 * np.maximum(np.sin(np.pi * along**0.8), 0) ** 0.85 * (1 + 0.03 * np.sin(x * 0.75))
    bend = 6 * np.sin(along * 3)
    across = y + bend
    outline = np.where((x > -50) & (x < 66), np.abs(across) - body, 9.0)
    stalk = np.maximum(np.abs(across + 2 * along) - 2.1, np.abs(x + 56) - 16)
    vein = np.abs((x - np.abs(across) * 0.85 + 60) % 15 - 7.5)
    tone = fractal(x.shape[0], x.shape[1], (40, 40), rng)
    color = mix((0.10, 0.40, 0.09), (0.36, 0.66, 0.16), 0.25 + 0.55 * tone + 0.2 * along)
    color = mix(color, (0.62, 0.80, 0.36), np.exp(-(vein**2) / 1.2) * 0.55)
    color = mix(color, (0.74, 0.84, 0.46), np.exp(-(across**2) / 2.2))
    color = mix(color, (0.46, 0.50, 0.20), _inside(stalk))
    height = 8 * (np.abs(across) / 34) ** 0.8 + 0.9 * np.cos((x - np.abs(across) * 0.85 + 60) * 2 * np.pi / 15)
    return Sprite(color, _inside(np.minimum(outline, stalk)), _normal(height), gloss=0.28, lift=7)


def toy_car() -> Sprite:
    """A red toy car with white stripes, windows, lights and wheels; it looks to the right."""
    x, y = _grid(140, 78)
    body = _box(x, y, 128, 58 - 0.0009 * x**2, 20)
    wheels = np.minimum(_box(np.abs(x + 2) - 38, np.abs(y) - 29, 26, 10, 3), body)
    color = _flat((0.86, 0.06, 0.08), x)
    color = mix(color, (0.97, 0.96, 0.94), _inside(np.abs(np.abs(y) - 6.5) - 3))
    cabin = _box(x + 8, y, 70, 46, 13)
    color = mix(color, (0.07, 0.11, 0.16), _inside(cabin))
    roof = _box(x + 12, y, 38, 40, 9)
    color = mix(color, _flat((0.90, 0.09, 0.10), x), _inside(roof))
    color = mix(color, (0.97, 0.96, 0.94), _inside(np.maximum(np.abs(np.abs(y) - 6.5) - 3, roof)))
    color = mix(color, (1.0, 0.95, 0.66), _inside(np.hypot(x - 56, np.abs(y) - 18) - 5.5))
    color = mix(color, (0.45, 0.02, 0.03), _inside(_box(x + 60, np.abs(y) - 18, 5, 12, 2)))
    color = mix(color, (0.07, 0.07, 0.08), _inside(-body))
    height = _dome(body, 16, 14) + _dome(cabin, 11, 12)
    return Sprite(color, _inside(wheels), _normal(height, 1.2), gloss=0.9, lift=22)


def ball(radius: float, skin: np.ndarray, gloss: float) -> Sprite:
    """A ball whose skin turns as it rolls."""
    x, y = _grid(2 * radius, 2 * radius)
    distance = np.hypot(x, y)
    scale = np.minimum(1, 0.999 / np.maximum(distance / radius, 1e-6)) / radius
    normal = np.dstack([x * scale, y * scale]).astype(np.float32)
    color = np.zeros((*x.shape, 3), np.float32)
    return Sprite(color, _inside(distance - radius), normal, gloss, lift=1.1 * radius, skin=skin)


def roll(sprite: Sprite, turn: np.ndarray) -> np.ndarray:
    """The colours of a ball in a given attitude.

    Args:
        sprite: with a skin.
        turn: (3, 3) rotation from the table's axes (x right, y down, z up) to the ball's.

    Returns:
        (H, W, 3) float32.
    """
    if sprite.skin is None:
        return sprite.color
    flat = sprite.normal
    up = np.sqrt(np.maximum(1 - flat[..., 0] ** 2 - flat[..., 1] ** 2, 0))
    point = np.dstack([flat, up]) @ turn.T.astype(np.float32)
    height, width = sprite.skin.shape[:2]
    across = (np.arctan2(point[..., 1], point[..., 0]) / (2 * np.pi) + 0.5) * (width - 1)
    down = np.arccos(np.clip(point[..., 2], -1, 1)) / np.pi * (height - 1)
    return cv2.remap(sprite.skin, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
