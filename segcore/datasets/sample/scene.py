"""The sample scene: a wooden table with moving things on it, seen by a hand-held camera, with exact masks.

Everything is drawn from formulas, so segcore works in the first minute without any download. Labelled frames
come from the first 24 seconds, the video shows the nine seconds after them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cos, sin
from pathlib import Path

import cv2
import numpy as np
import yaml

from segcore.classes import ClassTable
from segcore.datasets.images import write_index_mask
from segcore.datasets.sample.motion import Actor, Camera, Pose, actors, camera_at
from segcore.datasets.sample.objects import DETAIL, Sprite, make_sprites, roll
from segcore.datasets.sample.surface import table

WIDTH, HEIGHT = 960, 540
LABELLED_FRAMES = 48
LABELLED_EVERY_S = 0.5
CLASSES = ClassTable.of(["background", "mug", "notebook", "pencil", "orange", "leaf", "marble", "toy car"])

_TABLE = (1180, 1760)
_LIGHT = (-0.46, -0.56, 0.69)
_HALF = (-0.25, -0.305, 0.919)
"""Towards the light, and half-way between it and the camera (where things shine); x right, y down, z up."""
_SHADOW_PER_LIFT = (0.62, 0.76)
_SEED = 20240607


Light = tuple[np.ndarray, np.ndarray]
"""What multiplies a sprite's colour, and what is added to it, each (H, W, 3) float32."""


class SampleScene:
    """The scene, ready to be drawn at any time."""

    def __init__(self) -> None:
        rng = np.random.default_rng(_SEED)
        self.sprites = make_sprites(rng)
        self._table = (table(*_TABLE, rng) * 255).astype(np.uint8)
        self._shadows = {name: _shadow(sprite) for name, sprite in self.sprites.items()}
        self._looks: dict[tuple[str, float], np.ndarray] = {}
        self._ball_lights: dict[str, Light] = {}
        self._actors = actors()
        self._lens = _lens()
        grain = rng.normal(0, 2.2, (HEIGHT + 64, WIDTH + 64)).astype(np.float32)
        self._grain = cv2.cvtColor(grain, cv2.COLOR_GRAY2RGB)

    def draw(self, t: float) -> tuple[np.ndarray, np.ndarray]:
        """The scene at a time.

        Args:
            t: seconds, from 0.

        Returns:
            image (540, 960, 3) uint8 RGB, labels (540, 960) uint8 ids of `CLASSES`.
        """
        view = _view(camera_at(t))
        corner = np.array([[1, 0, -_TABLE[1] / 2], [0, 1, -_TABLE[0] / 2], [0, 0, 1]])
        image = cv2.warpAffine(
            self._table, (view @ corner)[:2], (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        for actor in self._actors:
            pose = actor.pose(t)
            self._put_shadow(image, actor, pose, view)
            self._put(image, labels, actor, pose, view)
        dx, dy = (int(v) for v in np.random.default_rng(int(t * 1000)).integers(0, 64, 2))
        exposed = cv2.multiply(image, self._lens, dtype=cv2.CV_32F)
        grain = self._grain[dy : dy + HEIGHT, dx : dx + WIDTH]
        return cv2.add(exposed, grain, dtype=cv2.CV_8U), labels

    def actors_at(self, t: float) -> np.ndarray:
        """Which object each pixel shows: (540, 960) uint8, the place in `actors()` + 1, 0 for the table; the truth that
        `draw` paints, by objects instead of classes."""
        view = _view(camera_at(t))
        shown = np.zeros((HEIGHT, WIDTH), np.uint8)
        for number, actor in enumerate(self._actors, 1):
            alpha = cv2.convertScaleAbs(self.sprites[actor.sprite].alpha, alpha=255)
            found = _window(alpha.shape, actor.pose(t), view)
            if found:
                window, matrix = found
                shown[window][_warp(alpha, matrix, window) > 127] = number
        return shown

    def _put_shadow(self, image: np.ndarray, actor: Actor, pose: Pose, view: np.ndarray) -> None:
        lift = self.sprites[actor.sprite].lift * 0.5 + pose.above
        x, y = pose.x + _SHADOW_PER_LIFT[0] * lift, pose.y + _SHADOW_PER_LIFT[1] * lift
        shadow = self._shadows[actor.sprite]
        found = _window(shadow.shape, Pose(x, y, pose.angle, size=pose.size), view)
        if found:
            window, matrix = found
            dark = cv2.convertScaleAbs(_warp(shadow, matrix, window), alpha=0.36 if pose.above else 0.58)
            image[window] = cv2.multiply(image[window], _inverse(dark), scale=1 / 255)

    def _put(self, image: np.ndarray, labels: np.ndarray, actor: Actor, pose: Pose, view: np.ndarray) -> None:
        found = _window(self.sprites[actor.sprite].alpha.shape, pose, view)
        if not found:
            return
        window, matrix = found
        look = _warp(self._look(actor, pose), matrix, window)
        alpha = look[..., 3]
        behind = cv2.multiply(image[window], _inverse(alpha), scale=1 / 255)
        image[window] = cv2.add(behind, look[..., :3])
        labels[window][alpha > 127] = CLASSES.names.index(actor.class_name)

    def _look(self, actor: Actor, pose: Pose) -> np.ndarray:
        """A lit sprite (H, W, 4) uint8, colour times coverage, and coverage; kept for what lies still."""
        sprite = self.sprites[actor.sprite]
        if pose.turn is not None:
            return _lit(roll(sprite, pose.turn), sprite, self._ball_light(actor.sprite))
        if not actor.still:
            return _lit(sprite.color, sprite, _light(sprite, pose.angle))
        key = (actor.sprite, pose.angle)
        if key not in self._looks:
            self._looks[key] = _lit(sprite.color, sprite, _light(sprite, pose.angle))
        return self._looks[key]

    def _ball_light(self, name: str) -> Light:
        """A ball's shape does not turn, so its light stays."""
        if name not in self._ball_lights:
            self._ball_lights[name] = _light(self.sprites[name], 0.0)
        return self._ball_lights[name]


def _view(camera: Camera) -> np.ndarray:
    """(3, 3) from table to screen pixels."""
    c, s = camera.zoom * cos(camera.angle), camera.zoom * sin(camera.angle)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return (
        np.array([[1, 0, WIDTH / 2], [0, 1, HEIGHT / 2], [0, 0, 1]])
        @ turn
        @ np.array([[1, 0, -camera.x], [0, 1, -camera.y], [0, 0, 1]])
    )


Window = tuple[slice, slice]


def _window(shape: tuple[int, ...], pose: Pose, view: np.ndarray) -> tuple[Window, np.ndarray] | None:
    """Where on the screen a sprite lies, and the (2, 3) matrix from its pixels into that window."""
    height, width = shape[:2]
    c, s = pose.size * cos(pose.angle) / DETAIL, pose.size * sin(pose.angle) / DETAIL
    place = np.array([[c, -s, pose.x], [s, c, pose.y], [0, 0, 1]])
    middle = np.array([[1, 0, -(width - 1) / 2], [0, 1, -(height - 1) / 2], [0, 0, 1]])
    matrix = view @ place @ middle
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    left, top = np.maximum(np.floor(corners[:2].min(1)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(corners[:2].max(1)).astype(int) + 1, (WIDTH, HEIGHT))
    if left >= right or top >= bottom:
        return None
    matrix[0, 2] -= left
    matrix[1, 2] -= top
    return (slice(top, bottom), slice(left, right)), matrix[:2]


def _warp(picture: np.ndarray, matrix: np.ndarray, window: Window) -> np.ndarray:
    size = (window[1].stop - window[1].start, window[0].stop - window[0].start)
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def _inverse(share: np.ndarray) -> np.ndarray:
    """255 − share for each of three channels: what is left of what lies behind."""
    return cv2.cvtColor(cv2.bitwise_not(share), cv2.COLOR_GRAY2RGB)


def _light(sprite: Sprite, angle: float) -> Light:
    """Light from the upper left of the table on a sprite lying at an angle."""
    c, s = cos(angle), sin(angle)
    x = c * sprite.normal[..., 0] - s * sprite.normal[..., 1]
    y = s * sprite.normal[..., 0] + c * sprite.normal[..., 1]
    z = np.sqrt(np.maximum(1 - x**2 - y**2, 0))
    diffuse = np.maximum(x * _LIGHT[0] + y * _LIGHT[1] + z * _LIGHT[2], 0)
    shine = np.maximum(x * _HALF[0] + y * _HALF[1] + z * _HALF[2], 0)
    for _ in range(5):
        shine = shine * shine
    factor, added = 110 + 208 * diffuse, sprite.gloss * 165 * shine
    return cv2.cvtColor(factor, cv2.COLOR_GRAY2RGB), cv2.cvtColor(added, cv2.COLOR_GRAY2RGB)


def _lit(color: np.ndarray, sprite: Sprite, light: Light) -> np.ndarray:
    lit = np.minimum(color * light[0] + light[1], 255)
    alpha = cv2.convertScaleAbs(sprite.alpha, alpha=255)
    covered = cv2.multiply(lit, cv2.cvtColor(sprite.alpha, cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)
    return cv2.merge([*cv2.split(covered), alpha])


def _shadow(sprite: Sprite) -> np.ndarray:
    """A soft shadow (H, W) uint8, with room for its blur."""
    padded = np.pad(sprite.alpha * 255, int(10 + sprite.lift * 0.6))
    return cv2.GaussianBlur(padded, (0, 0), 2.5 + sprite.lift * 0.17).astype(np.uint8)


def _lens() -> np.ndarray:
    """Warm light that fades to the corners; (540, 960, 3) float32 factors."""
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
    fade = 1.06 - 0.20 * ((x * 0.9 + 0.15) ** 2 + (y * 0.9 + 0.15) ** 2)
    warm = np.array([1.02, 1.0, 0.965], np.float32)
    return fade[..., None] * warm


@cache
def sample_scene() -> SampleScene:
    """The scene, its textures made once a process."""
    return SampleScene()


def write_labelled_frames(folder: Path, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Draw the labelled frames into a new folder: images/*.jpg, masks/*.png, dataset.yaml."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    scene = sample_scene()
    for i in range(LABELLED_FRAMES):
        image, labels = scene.draw(i * LABELLED_EVERY_S)
        stem = f"frame_{i + 1:04d}"
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(folder / "images" / f"{stem}.jpg"), bgr, [cv2.IMWRITE_JPEG_QUALITY, 93])
        write_index_mask(folder / "masks" / f"{stem}.png", labels)
        if on_progress:
            on_progress(i + 1, LABELLED_FRAMES)
    names = {"names": dict(enumerate(CLASSES.names)), "colors": {c.id: c.color for c in CLASSES}}
    (folder / "dataset.yaml").write_text(yaml.safe_dump(names, sort_keys=False), "utf-8")
