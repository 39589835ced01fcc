"""Which object of this frame is which of the frames before: overlap of boxes, expected motion, best assignment.

Regions are not quite objects: one that passes in front cuts an object in two, and two of a class that touch are one
region. So a region that fits into the box an object had while whole is a piece of it, and an object whose place is
inside a region that has grown is still there, and goes on as it went, until the two part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from segcore.knowledge.boxes import area, likeness, overlap
from segcore.knowledge.camera_motion import Drift, drift_of

_REACH = 1.0
_REACH_PER_S = 2.0
"""How far from where it is expected an object may be, in its own size (root of its area), at once and a second."""
_REACH_AT_EDGE = 1.5
"""At the border only a part of it is seen, and next another one: it may be so far away, in its whole length."""
_CHANGE = 4.0
"""From one sighting to the next an object grows or shrinks by no more, unless it comes or goes at the border."""
_NEVER = 1e6
_PIECE_ROOM = 1.2
"""Pieces together are not larger than the whole was, times this."""
_GROWN = 1.15
_STILL_GROWN = 0.8
"""A region that holds two objects is larger than one of them was, times this; while one is behind the other, this."""
_SPECK = 0.25
"""What was only seen at the border and is smaller than another, times this, was a piece of it when they join."""
_JOINED_S = 3.0
"""Objects that are one region for longer are taken to be one."""
_MEMORY_S = 2.0
"""In this time an object's whole size is forgotten to 1/e."""
_SIZE, _SIZE_AFTER_JOINED = 0.2, 0.6
"""How much a change of size counts beside place; more where objects part again, whose places are only expected."""
_STEER_S = 0.1
"""In this time motion follows what is seen to 1 - 1/e."""
_COAST_S = 0.5
"""An unseen object is expected to move on for so long."""

_KNOWN = np.dtype(
    [
        ("number", np.int64),
        ("kind", np.float64),
        ("seen", np.float64),
        ("middle", np.float64, 2),
        ("speed", np.float64, 2),
        ("size", np.float64, 2),
        ("whole", np.float64, 2),
        ("area", np.float64),
        ("last", np.float64),
        ("edge", bool),
        ("inner", bool),
        ("since", np.float64),
        ("held", np.float64, 4),
        ("guest", bool),
    ]
)
"""What is known of an object: its number and class; when it was last seen, or known to be there; middle, speed and size
of its box; the box's size and its area while nothing covered it; its area when last seen, and whether that was at the
border; whether it was ever seen away from it; since when it is one region with another (NaN: it is not), and that
region's box, and whether it is the smaller of the two."""


@dataclass(frozen=True)
class _Regions:
    """The regions of a frame: class (n,), boxes (n, 4), area (n,), whether at the border (n,)."""

    second: float
    kind: np.ndarray
    boxes: np.ndarray
    area: np.ndarray
    edge: np.ndarray


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
        self._known = np.zeros(0, _KNOWN)
        self._next = 0
        self._second = 0.0
        self._drift: Drift | None = None

    def step(self, second: float, rows: np.ndarray) -> np.ndarray:
        """Take a frame.

        Args:
            second: its time.
            rows: (n, 7) float64, one a region: class, left, top, width, height, area, whether at the border.

        Returns:
            (n,) int64, the object of each region.
        """
        boxes = np.column_stack([rows[:, 1:3], rows[:, 1:3] + rows[:, 3:5]])
        regions = _Regions(second, rows[:, 0], boxes, rows[:, 5], rows[:, 6] > 0)
        self._known = self._known[second - self._known["seen"] <= self._gap_s + 1e-9]
        taken_for_one = self._known["guest"] & (second - self._known["since"] > _JOINED_S)
        self._known = self._known[~taken_for_one]
        waited = second - self._known["seen"]
        owner = self._match(self._expected(waited, self._drift, second), waited, regions)
        self._follow_camera(regions, owner)
        expected = self._expected(waited, None, second)
        joined = self._joined(expected, regions, owner)
        self._give_pieces(regions, owner, joined)
        self._go_on((expected[:, :2] + expected[:, 2:]) / 2, regions, joined)
        self._see(regions, owner, joined)
        return self._numbers(regions, owner)

    def _expected(self, waited: np.ndarray, drift: Drift | None, second: float) -> np.ndarray:
        """Boxes where the objects should be by now."""
        known = self._known
        middle = known["middle"] + known["speed"] * np.minimum(waited, _COAST_S)[:, None]
        if drift is not None:
            middle = middle + drift.at(known["middle"]) * (second - self._second)
        return np.column_stack([middle - known["size"] / 2, middle + known["size"] / 2])

    def _follow_camera(self, regions: _Regions, owner: np.ndarray) -> None:
        """Find out how the camera moved since the last frame, and move with it what is known."""
        known, passed = self._known, regions.second - self._second
        single = np.flatnonzero((owner >= 0) & ~regions.edge)
        things = owner[single]
        good = (known["seen"][things] == self._second) & ~known["edge"][things] & np.isnan(known["since"][things])
        single, things = single[good], things[good]
        middle = (regions.boxes[single, :2] + regions.boxes[single, 2:]) / 2
        drift = drift_of(known["middle"][things], (middle - known["middle"][things]) / max(passed, 1e-6))
        before, now = self._drift or Drift(), drift or Drift()
        if (self._drift is None) != (drift is None):  # what objects do by themselves is another share of it
            known["speed"] += before.at(known["middle"]) - now.at(known["middle"])
        known["middle"] += now.at(known["middle"]) * passed
        self._drift, self._second = drift, regions.second

    def _match(self, expected: np.ndarray, waited: np.ndarray, regions: _Regions) -> np.ndarray:
        """The object that each region is, at most one region an object: (n,) int64, -1 where none."""
        known, owner = self._known, np.full(len(regions.area), -1)
        if not len(owner) or not len(known):
            return owner
        like = likeness(expected, regions.boxes)
        reach = np.sqrt(known["area"]) * (_REACH + _REACH_PER_S * waited)
        far = np.where(known["edge"], np.maximum(reach, _REACH_AT_EDGE * known["whole"].max(1)), reach)
        growth = regions.area / known["last"][:, None]
        near = like.distance <= np.where(regions.edge, far[:, None], reach[:, None])
        near |= like.within > 0.5
        near &= (growth >= 1 / _CHANGE) | regions.edge
        near &= (growth <= _CHANGE) | known["edge"][:, None]
        held = ~np.isnan(known["since"])
        if held.any():
            near[held] |= likeness(known["held"][held], regions.boxes).within > 0.5
        possible = near & (known["kind"][:, None] == regions.kind)
        size_counts = np.where(held, _SIZE_AFTER_JOINED, _SIZE)[:, None]
        unlike = 1 - like.diou + size_counts * np.abs(np.log(growth)) + 0.5 * (waited / self._gap_s)[:, None]
        things, found = linear_sum_assignment(np.where(possible, unlike, _NEVER))
        good = possible[things, found]
        owner[found[good]] = things[good]
        return owner

    def _joined(self, expected: np.ndarray, regions: _Regions, owner: np.ndarray) -> dict[int, int]:
        """Objects that are one region with another, each with that region; the larger object becomes its owner."""
        known, joined = self._known, {}
        owned = np.flatnonzero(owner >= 0)
        unowned = np.ones(len(known), bool)
        unowned[owner[owned]] = False
        for lost in np.flatnonzero(unowned):
            since = known["since"][lost]
            if regions.second - since > _JOINED_S:
                continue
            grown = _GROWN if np.isnan(since) else _STILL_GROWN
            large = regions.area[owned] > grown * known["area"][owner[owned]]
            hosts = owned[large & (regions.kind[owned] == known["kind"][lost])]
            inside = overlap(expected[[lost]], regions.boxes[hosts])[0] / max(area(expected[[lost]])[0], 1e-9)
            if inside.max(initial=0) >= 0.5:
                region = int(hosts[inside.argmax()])
                guest, host = sorted((int(lost), int(owner[region])), key=lambda thing: float(known["area"][thing]))
                owner[region] = host
                self._note_piece(guest, host)
                speck = not known["inner"][guest] and known["area"][guest] < _SPECK * known["area"][host]
                if known["inner"][[guest, host]].any() and not speck:
                    joined[guest] = joined[host] = region
                else:  # what was coming in as two pieces is one object, and there is nothing to wait for
                    known["seen"][guest] = -np.inf
        return joined

    def _note_piece(self, guest: int, host: int) -> None:
        known = self._known
        for piece, whole in ((guest, host), (host, guest)):
            if not known["inner"][piece]:
                self.pieces[int(known["number"][guest])] = int(known["number"][piece]), int(known["number"][whole])
                return

    def _give_pieces(self, regions: _Regions, owner: np.ndarray, joined: dict[int, int]) -> None:
        """Give regions without an owner to the objects that they are pieces of; changes `owner`."""
        known = self._known
        for region in np.flatnonzero(owner < 0):
            for thing in np.unique(owner[owner >= 0]):
                if known["kind"][thing] != regions.kind[region] or int(thing) in joined:
                    continue
                mine = np.append(np.flatnonzero(owner == thing), region)
                size = regions.boxes[mine, 2:].max(0) - regions.boxes[mine, :2].min(0)
                fits = (size <= _PIECE_ROOM * known["whole"][thing]).all()
                if fits and regions.area[mine].sum() <= _PIECE_ROOM * known["area"][thing]:
                    owner[region] = thing
                    break

    def _go_on(self, middle: np.ndarray, regions: _Regions, joined: dict[int, int]) -> None:
        """Joined objects move as they did, within the region that holds them."""
        known = self._known
        hosts = {
            region: max((t for t in joined if joined[t] == region), key=lambda t: known["area"][t])
            for region in joined.values()
        }
        for thing, region in joined.items():
            known["guest"][thing] = thing != hosts[region]
            low, high = regions.boxes[region, :2], regions.boxes[region, 2:]
            half = np.minimum(known["size"][thing], high - low) / 2
            known["middle"][thing] = np.clip(middle[thing], low + half, high - half)
            known["seen"][thing] = regions.second
            known["since"][thing] = np.fmin(known["since"][thing], regions.second)
            known["held"][thing] = regions.boxes[region]

    def _see(self, regions: _Regions, owner: np.ndarray, joined: dict[int, int]) -> None:
        """Bring what is known of the objects that were seen up to date."""
        seen = owner >= 0
        for thing in joined:
            seen &= owner != thing
        mine = np.flatnonzero(seen)
        things, place = np.unique(owner[mine], return_inverse=True)
        low, high = np.full((len(things), 2), np.inf), np.full((len(things), 2), -np.inf)
        np.minimum.at(low, place, regions.boxes[mine, :2])
        np.maximum.at(high, place, regions.boxes[mine, 2:])
        areas = np.bincount(place, regions.area[mine], len(things))
        edge = np.bincount(place, regions.edge[mine], len(things)) > 0
        now = self._known[things]
        passed = np.maximum(regions.second - now["seen"], 1e-6)[:, None]
        steer, forget = 1 - np.exp(-passed / _STEER_S), np.exp(-passed / _MEMORY_S)
        middle, size = (low + high) / 2, high - low
        now["speed"] += steer * ((middle - now["middle"]) / passed - now["speed"])
        now["middle"], now["size"], now["seen"], now["since"] = middle, size, regions.second, np.nan
        now["guest"] = False
        now["whole"] = np.maximum(size, now["whole"] * forget)
        now["area"] = np.maximum(areas, now["area"] * forget[:, 0])
        now["last"], now["edge"], now["inner"] = areas, edge, now["inner"] | ~edge
        self._known[things] = now
        for number in now["number"].tolist():
            self.pieces.pop(number, None)

    def _numbers(self, regions: _Regions, owner: np.ndarray) -> np.ndarray:
        """The answer; regions that nobody owns are new objects."""
        new = np.flatnonzero(owner < 0)
        if not len(new):
            return self._known["number"][owner]
        known = np.zeros(len(new), _KNOWN)
        known["number"] = np.arange(self._next, self._next + len(new))
        known["kind"], known["seen"], known["since"] = regions.kind[new], regions.second, np.nan
        low, high = regions.boxes[new, :2], regions.boxes[new, 2:]
        known["middle"] = (low + high) / 2
        known["size"] = known["whole"] = high - low
        known["area"] = known["last"] = regions.area[new]
        known["edge"] = regions.edge[new]
        known["inner"] = ~known["edge"]
        answer = np.empty(len(owner), np.int64)
        answer[owner >= 0] = self._known["number"][owner[owner >= 0]]
        answer[new] = known["number"]
        self._next += len(new)
        self._known = np.concatenate([self._known, known])
        return answer
