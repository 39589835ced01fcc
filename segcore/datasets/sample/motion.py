"""Where everything of the sample scene is at a time: objects on the table, leaves in the wind, the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np


@dataclass(frozen=True)
class Pose:
    """A place on the table (pixels from its middle), a heading (radians), the height above the table (pixels)
    and a size factor."""

    x: float
    y: float
    angle: float = 0.0
    above: float = 0.0
    size: float = 1.0
    turn: np.ndarray | None = None


@dataclass(frozen=True)
class Actor:
    """One object: its sprite, its class, and its pose over time in seconds. Later actors lie over earlier ones."""

    sprite: str
    class_name: str
    pose: Callable[[float], Pose]
    still: bool = False


@dataclass(frozen=True)
class Camera:
    """What the camera sees: middle (table pixels), zoom and turn (radians)."""

    x: float
    y: float
    zoom: float
    angle: float


def camera_at(t: float) -> Camera:
    """A hand-held camera that wanders over the table."""
    shake_x = 2.2 * sin(t * 5.1) + 1.3 * sin(t * 8.7 + 1)
    shake_y = 1.9 * sin(t * 4.6 + 2) + 1.2 * sin(t * 9.4)
    return Camera(
        x=270 * sin(2 * pi * t / 14.5 - 0.6) + shake_x,
        y=135 * sin(2 * pi * t / 10.3 + 0.9) + shake_y,
        zoom=1.04 + 0.16 * sin(2 * pi * t / 11.7 + 0.4),
        angle=radians(5.5 * sin(2 * pi * t / 9.1) + 0.35 * sin(t * 6.3)),
    )


def actors() -> list[Actor]:
    """All objects from the lowest to the highest."""
    still = [
        ("notebook", "notebook", -350, -200, -11),
        ("notebook dark", "notebook", 395, 205, 9),
        ("pencil", "pencil", -350, -215, -38),
        ("pencil", "pencil", 100, -60, -24),
        ("pencil", "pencil", 640, -250, 68),
        ("leaf", "leaf", -40, 255, 25),
        ("leaf", "leaf", 520, -120, 200),
        ("leaf", "leaf", -640, 60, 110),
        ("mug", "mug", 60, -330, 35),
        ("mug", "mug", -560, 320, 150),
        ("mug", "mug", 150, 200, 15),
    ]
    lying = [Actor(s, c, _still(x, y, radians(a)), still=True) for s, c, x, y, a in still]
    marbles = [Actor("marble", "marble", _rolling(21, *line)) for line in _MARBLES]
    oranges = [Actor("orange", "orange", _rolling(46, *line)) for line in _ORANGES]
    cars = [
        Actor("toy car", "toy car", _driving(60, 70, 590, 265, 12.5, 0.4)),
        Actor("toy car", "toy car", _driving(-150, 110, 115, 70, -9.5, 2.0)),
    ]
    flying = [Actor("leaf", "leaf", _flying(*wind)) for wind in _WINDS]
    return [*lying[:-3], *marbles, *cars, *lying[-3:], *oranges, *flying]


_MARBLES = ((-120, -70, 75, 20, 7.3, 0.3), (150, 60, 100, 20, 8.9, 2.0), (-385, 45, 15, 45, 6.1, 4.0))
_ORANGES = ((370, -10, 90, 60, 13.0, 0.5), (-300, 400, 110, 20, 15.0, 1.0), (330, -290, 110, -24, 12.0, 3.0))
_WINDS = ((0.0, 17.0, -120.0), (9.0, 17.0, 160.0), (4.0, 13.0, 20.0))


def _still(x: float, y: float, angle: float) -> Callable[[float], Pose]:
    return lambda _: Pose(x, y, angle)


def _rolling(
    radius: float, x: float, y: float, dx: float, dy: float, period: float, phase: float
) -> Callable[[float], Pose]:
    """A ball rolling to and fro on a line from (x − dx, y − dy) to (x + dx, y + dy)."""
    length = float(np.hypot(dx, dy))
    axis = np.array([-dy, dx, 0.0]) / length

    def pose(t: float) -> Pose:
        way = sin(2 * pi * t / period + phase)
        return Pose(x + dx * way, y + dy * way, turn=_TILT @ _rotation(axis, -way * length / radius))

    return pose


def _rotation(axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotation about a unit axis, (3, 3)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + sin(angle) * cross + (1 - cos(angle)) * (cross @ cross)


_TILT = _rotation(np.array([1.0, 0.0, 0.0]), 0.7)


def _driving(x: float, y: float, rx: float, ry: float, period: float, phase: float) -> Callable[[float], Pose]:
    """A car on an oval; a negative period drives the other way round."""

    def pose(t: float) -> Pose:
        way = 2 * pi * t / period + phase
        heading = np.arctan2(ry * cos(way) * np.sign(period), -rx * sin(way) * np.sign(period))
        return Pose(x + rx * cos(way), y + ry * sin(way), float(heading))

    return pose


def _flying(start: float, period: float, y: float) -> Callable[[float], Pose]:
    """A leaf that the wind carries from the left to the right over everything, again and again."""

    def pose(t: float) -> Pose:
        way = ((t - start) / period) % 1.0
        above = 46 + 18 * sin(way * 17)
        x = -900 + 1800 * way + 50 * sin(way * 19)
        return Pose(x, y + 70 * sin(way * 9 + start), way * 9 + 0.6 * sin(way * 21), above, 1.0 + above / 500)

    return pose
