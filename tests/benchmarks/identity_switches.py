"""How often objects of the sample scene change their number, a minute: run by hand.

    python tests/benchmarks/identity_switches.py [--seconds 60] [--from 0]

Labels are the scene's truth at half its size. A switch: an object that is a region by itself (no other of its class in
its box; the largest region, where it is in pieces) has another number than when it last was, and was never out of sight
for more than a second since. The baselines in the same run: nothing is known of the camera's motion; then also, size
counts as little after a meeting as at any other time, and what is seen at the border may not be farther from its last
place than elsewhere.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from segcore.datasets.sample.motion import actors
from segcore.datasets.sample.scene import CLASSES, HEIGHT, WIDTH, sample_scene
from segcore.datasets.sample.video import FIRST_S
from segcore.knowledge import association, camera_motion
from segcore.knowledge.components import MIN_SHARE
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tracks import find_tracks, positions

FPS = 30
CLASS_OF = np.array([0, *(CLASSES.names.index(actor.class_name) for actor in actors())], np.uint8)


def scene(start_s: float, frames: int) -> tuple[np.ndarray, pd.DataFrame]:
    """(n, 270, 480) uint8, which object the pixels show; and the object table of its labels."""
    rows, shown = ObjectRows(CLASSES), []
    sure = np.full((HEIGHT // 2, WIDTH // 2), 230, np.uint8)
    for number in range(frames):
        shown.append(sample_scene().actors_at(FIRST_S + start_s + number / FPS)[::2, ::2].astype(np.uint8))
        labels = CLASS_OF[shown[-1]]
        rows.append(number, number / FPS, find_objects(labels, sure, (HEIGHT, WIDTH), len(CLASSES)))
    return np.stack(shown), rows.tables()[0]


def switches(shown: np.ndarray, objects: pd.DataFrame) -> list[tuple[float, str]]:
    """(second, class) of each switch."""
    times = FrameTimes(range(len(shown)), np.arange(len(shown)) / FPS)
    at = positions(objects.assign(track=find_tracks(objects, times))).sort_values(["frame", "pixels"])
    there = np.stack([np.bincount(frame.ravel(), minlength=len(CLASS_OF)) for frame in shown])
    seen = np.maximum.accumulate(np.where(there >= MIN_SHARE * shown[0].size, np.arange(len(shown))[:, None], -1))
    numbers = {(row.frame, actor): row.track for row in at.itertuples() if (actor := _alone(row, shown[row.frame]))}
    found, last = [], {}
    for (frame, actor), track in numbers.items():
        before = last.get(actor)
        last[actor] = frame, track
        if before and before[1] != track:
            gaps = np.arange(before[0], frame + 1) - seen[before[0] : frame + 1, actor]
            if gaps.max() <= FPS:
                found.append((frame / FPS, CLASSES.names[CLASS_OF[actor]]))
    return found


def _alone(row: object, frame: np.ndarray) -> int:
    """The object that a row is of; 0 where another of its class is in its box."""
    top, bottom, left, right = (int(getattr(row, side) / 2) for side in ("top", "bottom", "left", "right"))
    box = frame[top:bottom, left:right]
    inside = np.unique(box[CLASS_OF[box] == row.class_id])  # type: ignore[attr-defined]
    return int(inside[0]) if len(inside) == 1 else 0


def main() -> None:
    """Print the switches of both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--from", type=float, default=0, dest="start")
    asked = parser.parse_args()
    shown, objects = scene(asked.start, round(asked.seconds * FPS))
    now = association._SIZE_AFTER_JOINED, association._REACH_AT_EDGE
    plain, never = (association._SIZE, 0.0), 10**9
    ways = (
        ("as it is", now, camera_motion.FEWEST),
        ("no camera", now, never),
        ("nor size, nor border", plain, never),
    )
    for name, (weight, reach), fewest in ways:
        association._SIZE_AFTER_JOINED, association._REACH_AT_EDGE = weight, reach
        camera_motion.FEWEST = fewest
        found = switches(shown, objects)
        told = ", ".join(f"{second:.1f} s {kind}" for second, kind in found)
        print(f"{name}: {60 * len(found) / asked.seconds:.1f} a minute ({told})")


if __name__ == "__main__":
    main()
