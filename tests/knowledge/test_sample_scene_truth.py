"""Nine seconds of the sample scene, of which everything is known: what was where, when, touching what.

The truth is taken from the scene's objects (which pixel shows which), never from the code under test. Tolerance: one
frame for times, no identity switch. Leaves are left out where single objects are counted: the wind carries some of them
over others, and two that overlap from the moment they come in are one region, which nobody could count as two.
"""

from __future__ import annotations

from functools import cache
from math import hypot

import numpy as np
import pandas as pd
import pytest

from segcore.datasets.sample.motion import actors
from segcore.datasets.sample.scene import CLASSES, HEIGHT, WIDTH, sample_scene
from segcore.datasets.sample.video import FIRST_S
from segcore.knowledge.components import MIN_SHARE
from segcore.knowledge.events import EventSettings
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import KnowledgeTables, knowledge_of
from segcore.knowledge.tracks import TrackSettings, find_tracks, positions
from segcore.knowledge.zone_events import zone_events
from segcore.knowledge.zones import Zone

FPS, FRAMES = 30, 270
SIZE = (HEIGHT, WIDTH)
GRID = (HEIGHT // 2, WIDTH // 2)
"""As a network sees it: half the frame's size."""
LEAST = MIN_SHARE * GRID[0] * GRID[1]
CLASS_OF = np.array([0, *(CLASSES.names.index(actor.class_name) for actor in actors())], np.uint8)
TIMES = FrameTimes(range(FRAMES), np.arange(FRAMES) / FPS)
LEAF = CLASSES.names.index("leaf")
COUNTED = [a for a in range(1, len(CLASS_OF)) if CLASS_OF[a] != LEAF]


@cache
def shown() -> np.ndarray:
    """(270, 270, 480) uint8, which object the pixels of the sample video show."""
    return np.stack([sample_scene().actors_at(FIRST_S + i / FPS)[::2, ::2] for i in range(FRAMES)])


@cache
def areas() -> np.ndarray:
    """(270, objects + 1) visible pixels."""
    return np.stack([np.bincount(frame.ravel(), minlength=len(CLASS_OF)) for frame in shown()])


@cache
def middles() -> np.ndarray:
    """(270, objects + 1) x of the middle of what is visible, pixels of the frame."""
    across = np.tile(2 * np.arange(GRID[1]) + 1, GRID[0])
    sums = np.stack([np.bincount(frame.ravel(), across, len(CLASS_OF)) for frame in shown()])
    return sums / np.maximum(areas(), 1)


def spoiled(labels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Masks as a bad network gives them: holes, speckles of any class, and classes that are gone for a frame."""
    labels = labels.copy()
    if random.random() < 0.1:
        labels[labels == random.integers(1, len(CLASSES))] = 0
    labels[random.random(labels.shape, np.float32) < 0.02] = 0
    for _ in range(20):
        y, x, side = random.integers(0, GRID[0]), random.integers(0, GRID[1]), random.integers(1, 8)
        labels[y : y + side, x : x + side] = random.integers(1, len(CLASSES))
    return labels


@cache
def known(noise: bool) -> KnowledgeTables:
    random, rows = np.random.default_rng(0), ObjectRows(CLASSES)
    sure = np.full(GRID, 230, np.uint8)
    for number, frame in enumerate(shown()):
        labels = CLASS_OF[frame]
        labels = spoiled(labels, random) if noise else labels
        rows.append(number, number / FPS, find_objects(labels, sure, SIZE, len(CLASSES)))
    return knowledge_of(*rows.tables(), TIMES, SIZE)


def runs(there: np.ndarray, bridge: float) -> list[tuple[int, int]]:
    """First and last frame of each run of True; fewer False between two than `bridge` frames are none."""
    found: list[tuple[int, int]] = []
    for frame in np.flatnonzero(there).tolist():
        if found and frame - found[-1][1] - 1 < bridge:
            found[-1] = (found[-1][0], frame)
        else:
            found.append((frame, frame))
    return found


def near(found: list[tuple[int, int]], truth: list[tuple[int, int]]) -> bool:
    """The same stretches, each begin and end within a frame."""
    return len(found) == len(truth) and all(
        abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in zip(sorted(found), sorted(truth), strict=True)
    )


def spans(events: pd.DataFrame, kind: str, *, tracks: bool = False) -> pd.DataFrame:
    return events[(events["kind"] == kind) & ((events["track"] > 0) == tracks)]


def stays_of_objects() -> list[tuple[int, int, int]]:
    """Of every object that is counted: object, first, last frame of each stay in the picture."""
    there = areas() >= LEAST
    gap = TrackSettings().gap_s * FPS
    return [
        (a, *run) for a in COUNTED for run in runs(there[:, a], gap) if run[1] - run[0] >= TrackSettings().min_s * FPS
    ]


@pytest.mark.parametrize("noise", [False, True])
def test_classes_are_there_when_they_are(noise: bool) -> None:
    settings = EventSettings()
    events = known(noise).events
    for class_id in range(1, len(CLASSES)):
        there = (areas()[:, class_id == CLASS_OF] >= LEAST).any(axis=1)
        truth = [
            run for run in runs(there, settings.bridge_s * FPS) if run[1] - run[0] + 1 >= TrackSettings().min_s * FPS
        ]
        mine = spans(events, "there")
        mine = mine[mine["class_id"] == class_id]
        assert near(list(zip(mine["frame"], mine["end_frame"], strict=True)), truth), CLASSES.names[class_id]
        assert mine["seconds"].sum() == pytest.approx(
            sum(b - a + 1 for a, b in truth) / FPS, abs=2.1 * len(truth) / FPS
        )
        for kind, frames in (
            ("appears", [a for a, _ in truth if a > 0]),
            ("disappears", [b + 1 for _, b in truth if b < FRAMES - 1]),
        ):
            got = spans(events, kind)
            got = got[got["class_id"] == class_id]["frame"].tolist()
            assert near([(f, f) for f in got], [(f, f) for f in frames]), (CLASSES.names[class_id], kind)


@pytest.mark.parametrize("noise", [False, True])
def test_every_stay_of_every_object_is_one_track(noise: bool) -> None:
    tracks = known(noise).tracks
    found = tracks[tracks["class_id"] != LEAF]
    truth = [(int(CLASS_OF[a]), first, last) for a, first, last in stays_of_objects()]
    mine = list(zip(found["class_id"], found["first_frame"], found["last_frame"], strict=True))
    assert len(mine) == len(truth)
    for (kind, first, last), (true_kind, true_first, true_last) in zip(sorted(mine), sorted(truth), strict=True):
        assert kind == true_kind
        assert abs(first - true_first) <= 1
        assert abs(last - true_last) <= 1


@pytest.mark.parametrize("noise", [False, True])
def test_no_object_changes_its_identity(noise: bool) -> None:
    """Looked at where an object's middle shows it and no other of its class touches it."""
    at = positions(known(noise).objects)
    last: dict[int, tuple[int, int]] = {}
    switches = 0
    for row in at.sort_values("frame").itertuples():
        frame = shown()[row.frame]
        actor = int(frame[int(row.y / 2), int(row.x / 2)])
        if CLASS_OF[actor] != row.class_id or actor not in COUNTED:
            continue
        before = last.get(actor)
        hidden = before is not None and row.frame - before[1] > FPS
        switches += before is not None and not hidden and before[0] != row.track
        last[actor] = (row.track, row.frame)
    assert len(last) == len({a for a, _, _ in stays_of_objects()})
    assert switches == 0


@pytest.mark.parametrize("noise", [False, True])
def test_classes_touch_when_they_do(noise: bool) -> None:
    settings = EventSettings()
    least = settings.touch_share * hypot(*SIZE)
    large = [np.where(area >= LEAST, CLASS_OF, 0) for area in areas()]
    lengths = 2 * np.stack([_borders(kinds[frame]) for kinds, frame in zip(large, shown(), strict=True)])
    mine = spans(known(noise).events, "touches")
    pairs = 0
    for one in range(1, len(CLASSES)):
        for other in range(one + 1, len(CLASSES)):
            long = [
                run for run in runs(lengths[:, one, other] > 0, settings.bridge_s * FPS)
                if run[1] - run[0] + 1 >= settings.min_s * FPS
                and lengths[run[0] : run[1] + 1, one, other].max() >= 2 * least
            ]  # fmt: skip
            got = mine[(mine["class_id"] == one) & (mine["other_class_id"] == other)]
            pairs += len(long)
            assert near(list(zip(got["frame"], got["end_frame"], strict=True)), long), (one, other)
    assert pairs >= 3


def _borders(labels: np.ndarray) -> np.ndarray:
    """(C, C) edges between pixels of each two classes, the smaller id first."""
    table = np.zeros((len(CLASSES), len(CLASSES)), int)
    for one, other in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        differ = one != other
        low, high = np.minimum(one[differ], other[differ]), np.maximum(one[differ], other[differ])
        np.add.at(table, (low, high), 1)
    return table


@pytest.mark.parametrize("noise", [False, True])
def test_objects_enter_a_zone_when_their_middle_does(noise: bool) -> None:
    zone = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    events = zone_events(positions(known(noise).objects), TIMES, SIZE, [zone])
    truth = []
    for actor, first, last in stays_of_objects():
        settings = EventSettings()
        inside = middles()[first : last + 1, actor] < WIDTH / 2
        for a, b in runs(inside, settings.bridge_s * FPS):
            if b - a + 1 >= settings.min_s * FPS:
                truth.append((int(CLASS_OF[actor]), a + first, b + first))
    mine = events[(events["kind"] == "in zone") & (events["class_id"] != LEAF)]
    for kind in {k for k, _, _ in truth}:
        got = mine[mine["class_id"] == kind]
        assert near(
            list(zip(got["frame"], got["end_frame"], strict=True)), [(a, b) for k, a, b in truth if k == kind]
        ), CLASSES.names[kind]
    assert len(mine) == len(truth)


def test_a_car_that_was_seen_in_pieces_stays_itself_when_the_pieces_are_long_one() -> None:
    """Two minutes on, a leaf cuts it at the border; the second piece then counts as an object within it."""
    car, begin, count = CLASSES.names.index("toy car"), FIRST_S + 120 + 91, 132
    rows = ObjectRows(CLASSES)
    for number in range(count):
        labels = CLASS_OF[sample_scene().actors_at(begin + number / FPS)[::2, ::2]]
        labels = np.where(labels == car, labels, 0).astype(np.uint8)
        rows.append(number, number / FPS, find_objects(labels, np.full(GRID, 230, np.uint8), SIZE, len(CLASSES)))
    objects = rows.tables()[0]
    tracks = find_tracks(objects, FrameTimes(range(count), np.arange(count) / FPS))
    late = objects["frame"] >= 90
    assert len(set(tracks[late])) == 2
