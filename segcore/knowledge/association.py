"""Which object of this frame is which of the frames before: overlap of boxes, expected motion, best assignment.

Regions are not quite objects: one that passes in front cuts an object in two, and two of a class that touch are one
region. So a region that fits into the box an object had while whole is a piece of it, and an object whose place is
inside a region that has grown is still there, and goes on as it went, until the two part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import exp

import numpy as np
from scipy.optimize import linear_sum_assignment

_REACH = 1.0
_REACH_PER_S = 2.0
"""How far from where it is expected an object may be, in its own size (root of its area), at once and a second."""
_CHANGE = 4.0
"""From one sighting to the next an object grows or shrinks by no more than this, unless it comes or goes at the border."""
_NEVER = 1e6
_PIECE_ROOM = 1.2
"""Pieces together are not larger than the whole was, times this."""
_GROWN = 1.15
_STILL_GROWN = 0.8
"""A region that holds two objects is larger than one of them was, times this; while one is behind the other, this."""
_JOINED_S = 3.0
"""Objects that are one region for longer are taken to be one."""
_MEMORY_S = 2.0
"""In this time an object's whole size is forgotten to 1/e."""
_STEER_S = 0.1
"""In this time motion follows what is seen to 1 - 1/e."""
_COAST_S = 0.5
"""An unseen object is expected to move on for so long."""

Boxes = np.ndarray
"""(n, 4) float64: left, top, right, bottom."""


def _floats(*shape: int) -> np.ndarray:
    return field(default_factory=lambda: np.zeros(shape))  # type: ignore[return-value]


@dataclass
class _Objects:
    """What is known of the objects that may be seen again, one a row.

    Attributes:
        number: which track. kind: class. seen: when it was last seen or known to be there.
        middle, speed, size: of its box, pixels and pixels a second. whole: the box's size while nothing covered it.
        area: the same of its pixels. last: its area when last seen. edge: whether it was at the border then. inner: whether it was ever seen away from it. since: when it became one region with another, NaN where it is none.
    """

    number: np.ndarray = _floats(0)
    kind: np.ndarray = _floats(0)
    seen: np.ndarray = _floats(0)
    middle: np.ndarray = _floats(0, 2)
    speed: np.ndarray = _floats(0, 2)
    size: np.ndarray = _floats(0, 2)
    whole: np.ndarray = _floats(0, 2)
    area: np.ndarray = _floats(0)
    last: np.ndarray = _floats(0)
    edge: np.ndarray = _floats(0)
    inner: np.ndarray = _floats(0)
    since: np.ndarray = _floats(0)

    def keep(self, which: np.ndarray) -> None:
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name)[which])

    def add(self, more: _Objects) -> None:
        for f in fields(self):
            setattr(self, f.name, np.concatenate([getattr(self, f.name), getattr(more, f.name)]))


class Association:
    """Goes through a video's frames in order and numbers its objects from 0.

    Args:
        gap_s: objects unseen for longer are forgotten.

    Attributes:
        pieces: by object that was not seen by itself since it became one region with another: the one of the two that
            was only seen at the border until then, so that it may have been a piece of the other, and that other.
    """

    def __init__(self, gap_s: float) -> None:
        self.pieces: dict[int, tuple[int, int]] = {}
        self._gap_s = gap_s
        self._known = _Objects()
        self._next = 0

    def step(self, second: float, regions: np.ndarray) -> np.ndarray:
        """Take a frame.

        Args:
            second: its time.
            regions: (n, 7) float64: class, left, top, width, height, area, whether at the border of the picture.

        Returns:
            (n,) int64, the object of each region.
        """
        known = self._known
        known.keep(second - known.seen <= self._gap_s + 1e-9)
        boxes = np.column_stack([regions[:, 1:3], regions[:, 1:3] + regions[:, 3:5]])
        waited = second - known.seen
        middle = known.middle + known.speed * np.minimum(waited, _COAST_S)[:, None]
        expected = np.column_stack([middle - known.size / 2, middle + known.size / 2])
        owner = _match(known, expected, waited, regions, boxes, self._gap_s)
        joined = self._joined(second, expected, regions, boxes, owner)
        _pieces(known, regions, boxes, owner, joined)
        self._go_on(second, middle, boxes, joined)
        self._see(second, regions, boxes, owner, joined)
        return self._numbers(second, regions, boxes, owner)

    def _joined(
        self, second: float, expected: Boxes, regions: np.ndarray, boxes: Boxes, owner: np.ndarray
    ) -> dict[int, int]:
        """Objects that are one region with another: each with the region that holds it, hosts too."""
        known, joined = self._known, {}
        owned = np.flatnonzero(owner >= 0)
        for lost in np.setdiff1d(np.arange(len(known.number)), owner):
            if second - known.since[lost] > _JOINED_S:
                continue
            grown = _GROWN if np.isnan(known.since[lost]) else _STILL_GROWN
            large = regions[owned, 5] > grown * known.area[owner[owned]]
            hosts = owned[large & (regions[owned, 0] == known.kind[lost])]
            inside = _overlap(expected[[lost]], boxes[hosts])[0] / max(_area(expected[[lost]])[0], 1e-9)
            if inside.max(initial=0) >= 0.5:
                region = int(hosts[inside.argmax()])
                guest, host = sorted((int(lost), int(owner[region])), key=lambda thing: float(known.area[thing]))
                owner[region] = host
                joined[guest] = joined[host] = region
                self._note_piece(guest, host)
        return joined

    def _note_piece(self, guest: int, host: int) -> None:
        known = self._known
        for piece, whole in ((guest, host), (host, guest)):
            if not known.inner[piece]:
                self.pieces[int(known.number[guest])] = int(known.number[piece]), int(known.number[whole])
                return

    def _go_on(self, second: float, middle: np.ndarray, boxes: Boxes, joined: dict[int, int]) -> None:
        """Joined objects move as they did, within the region that holds them."""
        known = self._known
        for thing, region in joined.items():
            half = np.minimum(known.size[thing], boxes[region, 2:] - boxes[region, :2]) / 2
            known.middle[thing] = np.clip(middle[thing], boxes[region, :2] + half, boxes[region, 2:] - half)
            known.seen[thing] = second
            known.since[thing] = np.fmin(known.since[thing], second)

    def _see(self, second: float, regions: np.ndarray, boxes: Boxes, owner: np.ndarray, joined: dict[int, int]) -> None:
        """Bring what is known of the objects that were seen up to date."""
        known = self._known
        for thing in np.unique(owner[owner >= 0]):
            if int(thing) in joined:
                continue
            mine = owner == thing
            low, high = boxes[mine, :2].min(0), boxes[mine, 2:].max(0)
            passed = max(second - known.seen[thing], 1e-6)
            steer, forget = 1 - exp(-passed / _STEER_S), exp(-passed / _MEMORY_S)
            middle, size = (low + high) / 2, high - low
            known.speed[thing] += steer * ((middle - known.middle[thing]) / passed - known.speed[thing])
            known.middle[thing], known.size[thing], known.seen[thing] = middle, size, second
            known.whole[thing] = np.maximum(size, known.whole[thing] * forget)
            known.area[thing] = max(regions[mine, 5].sum(), known.area[thing] * forget)
            known.last[thing], known.edge[thing] = regions[mine, 5].sum(), regions[mine, 6].max()
            known.since[thing] = np.nan
            known.inner[thing] = max(known.inner[thing], 1 - regions[mine, 6].max())
            self.pieces.pop(int(known.number[thing]), None)

    def _numbers(self, second: float, regions: np.ndarray, boxes: Boxes, owner: np.ndarray) -> np.ndarray:
        """The answer; regions that nobody owns are new objects."""
        new = np.flatnonzero(owner < 0)
        numbers = np.arange(self._next, self._next + len(new))
        self._next += len(new)
        answer = np.empty(len(owner), np.int64)
        answer[owner >= 0] = self._known.number[owner[owner >= 0]]
        answer[new] = numbers
        size = boxes[new, 2:] - boxes[new, :2]
        middle = (boxes[new, :2] + boxes[new, 2:]) / 2
        seen, still, never = np.full(len(new), second), np.zeros((len(new), 2)), np.full(len(new), np.nan)
        kind, area, edge = regions[new, 0], regions[new, 5], regions[new, 6]
        self._known.add(_Objects(numbers, kind, seen, middle, still, size, size, area, area, edge, 1 - edge, never))
        return answer


def _match(
    known: _Objects, expected: Boxes, waited: np.ndarray, regions: np.ndarray, boxes: Boxes, gap_s: float
) -> np.ndarray:
    """The object that each region is, at most one region an object: (n,) int64, -1 where none."""
    owner = np.full(len(boxes), -1)
    if not len(boxes) or not len(expected):
        return owner
    near, distance, within = _likeness(expected, boxes)
    reach = np.sqrt(known.area) * (_REACH + _REACH_PER_S * waited)
    possible = (known.kind[:, None] == regions[:, 0]) & ((distance <= reach[:, None]) | (within > 0.5))
    growth = regions[:, 5] / known.last[:, None]
    possible &= (growth >= 1 / _CHANGE) | (regions[:, 6] > 0)
    possible &= (growth <= _CHANGE) | (known.edge[:, None] > 0)
    cost = np.where(possible, 1 - near + 0.5 * (waited / gap_s)[:, None] + 0.2 * np.abs(np.log(growth)), _NEVER)
    things, found = linear_sum_assignment(cost)
    good = possible[things, found]
    owner[found[good]] = things[good]
    return owner


def _pieces(known: _Objects, regions: np.ndarray, boxes: Boxes, owner: np.ndarray, joined: dict[int, int]) -> None:
    """Give regions without an owner to the objects that they are pieces of; changes `owner`."""
    for region in np.flatnonzero(owner < 0):
        for thing in np.unique(owner[owner >= 0]):
            mine = owner == thing
            if known.kind[thing] != regions[region, 0] or int(thing) in joined:
                continue
            low = np.minimum(boxes[mine, :2].min(0), boxes[region, :2])
            high = np.maximum(boxes[mine, 2:].max(0), boxes[region, 2:])
            area = regions[mine, 5].sum() + regions[region, 5]
            if (high - low <= _PIECE_ROOM * known.whole[thing]).all() and area <= _PIECE_ROOM * known.area[thing]:
                owner[region] = thing
                break


def _likeness(first: Boxes, second: Boxes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each of n boxes with each of m: distance-IoU (Zheng et al. 2020, https://arxiv.org/abs/1911.08287),
    distance of their middles, share of the smaller one that is inside the other; each (n, m)."""
    both, areas, others = _overlap(first, second), _area(first)[:, None], _area(second)
    iou = both / np.maximum(areas + others - both, 1e-9)
    around = np.maximum(first[:, None, 2:], second[:, 2:]) - np.minimum(first[:, None, :2], second[:, :2])
    apart = (first[:, None, :2] + first[:, None, 2:] - second[:, :2] - second[:, 2:]) / 2
    distance = np.hypot(apart[..., 0], apart[..., 1])
    return (
        iou - distance**2 / np.maximum((around**2).sum(-1), 1e-9),
        distance,
        both / np.maximum(np.minimum(areas, others), 1e-9),
    )


def _overlap(first: Boxes, second: Boxes) -> np.ndarray:
    sides = np.minimum(first[:, None, 2:], second[:, 2:]) - np.maximum(first[:, None, :2], second[:, :2])
    return np.maximum(sides, 0).prod(-1)


def _area(boxes: Boxes) -> np.ndarray:
    return (boxes[:, 2:] - boxes[:, :2]).prod(-1)
