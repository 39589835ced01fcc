"""Tracks on drawn videos: identity through motion, gaps, pieces, joined regions and noise."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, sin

import numpy as np
import pandas as pd
import pytest
from drawn_video import FPS, SIZE, blank, disc, knowledge, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.knowledge.association import Association
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.tracks import TrackSettings, find_tracks, path_length, positions


def test_one_object_is_one_track_with_its_way() -> None:
    found, _ = knowledge(disc(blank(), 1, 30 + 2 * i, 60, 9) for i in range(40))
    (track,) = found.tracks.to_dict("records")
    assert (track["track"], track["class"], track["first_frame"], track["last_frame"]) == (1, "cat", 0, 39)
    assert (track["frames"], track["seconds"]) == (40, pytest.approx(2))
    assert track["path"] == pytest.approx(78, abs=2)
    assert track["pixels"] == pytest.approx(np.pi * 81, rel=0.05)
    assert track["confidence"] == pytest.approx(0.8)


def test_short_gaps_are_bridged_and_long_ones_are_not() -> None:
    def video(gap: int) -> Iterator[np.ndarray]:
        for i in range(60 + gap):
            yield blank() if 30 <= i < 30 + gap else disc(blank(), 2, 20 + i, 50, 8)

    assert len(knowledge(video(int(0.9 * FPS)))[0].tracks) == 1
    assert len(knowledge(video(int(1.5 * FPS)))[0].tracks) == 2


def test_what_is_seen_too_shortly_is_no_track_and_keeps_its_rows() -> None:
    found, _ = knowledge(disc(blank(), 1, 50, 50, 9 if i < 4 else 0) for i in range(20))
    assert found.tracks.empty
    assert found.objects["track"].tolist() == [0] * 4


def test_ids_are_kept_in_order_of_appearance() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(40):
            labels = disc(blank(), 3, 120, 90, 8)
            yield disc(labels, 1, 40, 30, 8) if i >= 10 else labels

    tracks = knowledge(video())[0].tracks
    assert tracks[["track", "class", "first_frame"]].to_numpy().tolist() == [[1, "box", 0], [2, "cat", 10]]


def test_an_object_cut_in_two_by_another_is_one() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(60):
            labels = blank()
            labels[50:62, 30:130] = 1
            yield disc(labels, 2, 80, 10 + 2 * i, 12)

    found, _ = knowledge(video())
    assert found.tracks["class"].tolist() == ["cat", "dog"]
    pieces = found.objects[found.objects["class"] == "cat"].groupby("frame").size()
    assert pieces.max() == 2
    assert (found.objects["track"] > 0).all()
    at = positions(found.objects)
    whole = at[at["class"] == "cat"]
    assert whole["frame"].tolist() == list(range(60))
    assert (whole["right"] - whole["left"] == 100).all()


def test_an_object_that_comes_in_in_pieces_is_one() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(40):
            labels, low = (
                blank(),
                -40 + 2 * i,
            )  # a U upside down would come with its bow first; this comes with its ends
            labels[max(0, low) : max(0, low + 30), 60:70] = 1
            labels[max(0, low) : max(0, low + 30), 100:110] = 1
            labels[max(0, low) : max(0, low + 10), 60:110] = 1
            yield labels

    found, _ = knowledge(video())
    assert len(found.tracks) == 1
    assert found.objects.groupby("frame").size().max() == 2


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 6.28), st.floats(0.5, 2.2), st.floats(40, 75), st.floats(-0.3, 0.3))
def test_discs_of_a_class_that_cross_keep_their_ids(turn: float, angle: float, speed: float, late: float) -> None:
    """Two discs meet in the middle under an angle, are one region for a while, and part; each goes on as it went."""
    ways = [(turn, 0.0), (turn + angle, late)]

    def places(i: int) -> list[tuple[float, float]]:
        far = [(i / FPS - 1 - delay) * speed for _, delay in ways]
        return [(80 + f * cos(a), 60 + f * sin(a)) for f, (a, _) in zip(far, ways, strict=True)]

    def video() -> Iterator[np.ndarray]:
        for i in range(2 * FPS + 1):
            labels = blank()
            for x, y in places(i):
                disc(labels, 1, x, y, 7)
            yield labels

    objects, _, times = rows_of(video())
    apart = [i for i in range(2 * FPS + 1) if np.hypot(*np.subtract(*places(i))) > 18]
    if not apart or apart[0] > 8 or apart[-1] < 2 * FPS - 4:
        return  # one behind the other all the time
    objects["track"] = find_tracks(objects, times)
    seen = [set(), set()]  # type: list[set[int]]
    for i in apart:
        rows = objects[objects["frame"] == i]
        for number, (x, y) in enumerate(places(i)):
            near = np.hypot(rows["x"] - x, rows["y"] - y)
            if near.min() < 3:
                seen[number].add(int(rows["track"].iloc[int(near.argmin())]))
    assert seen in ([{1}, {2}], [{2}, {1}])


def panned(labels: np.ndarray, i: int, pace: float) -> tuple[np.ndarray, float]:
    """Boxes that lie still, seen by a camera that pans once the first second is over."""
    moved = pace * max(0, i - FPS)
    for x in range(12, 320, 22):
        disc(labels, 3, x - moved, 12 + 14 * (x % 4), 5)
    return labels, moved


def test_who_is_hidden_moves_with_the_camera() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(60):
            labels, moved = panned(blank(), i, pace=6)
            yield labels if 0.9 * FPS <= i < 1.8 * FPS else disc(labels, 1, 130 - moved, 100, 7)

    found, _ = knowledge(video())
    assert (found.tracks["class"] == "cat").sum() == 1


def test_a_sliver_that_becomes_one_region_with_its_object_is_forgotten() -> None:
    """Else both wait to part again, and what comes in at the border next is taken for the object."""
    association, second = Association(gap_s=1.0), iter(np.arange(100) / 10)

    def step(*rows: tuple[float, ...]) -> list[int]:
        return association.step(float(next(second)), np.array(rows, np.float64)).tolist()

    def whole(left: float) -> tuple[float, ...]:
        return 1, left, 40, 30, 54, 900, left <= 0

    assert step((1, 20, 40, 30, 30, 700, 0)) == [0]
    assert step((1, 0, 40, 30, 30, 700, 1)) == [0]
    assert step((1, 0, 40, 30, 30, 700, 1), (1, 0, 90, 20, 4, 60, 1)) == [0, 1]
    for left in range(0, 150, 15):
        assert step(whole(left)) == [0]
    assert association.pieces == {1: (1, 0)}
    assert step(whole(150), (1, 0, 50, 6, 20, 90, 1)) == [0, 2]


def test_a_speckle_does_not_take_the_place_of_an_object_that_flickers() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(60):
            labels = disc(blank(), 1, 60 + i / 2, 60, 15)
            if i % 7 == 3:
                labels = disc(blank(), 1, 62 + i / 2, 60, 3)
            yield labels

    tracks = knowledge(video())[0].tracks
    assert tracks["frames"].max() >= 51
    assert len(tracks) == 1


def test_a_video_of_few_pictures_a_second() -> None:
    objects, _, _ = rows_of(disc(blank(), 1, 20 + 10 * i, 60, 12) for i in range(10))
    objects["time_s"] = objects["frame"] * 1.0
    times = FrameTimes(range(10), range(10))
    assert set(find_tracks(objects, times)) == {1}


def test_rows_may_come_in_any_order_and_frames_need_not_begin_at_zero() -> None:
    objects, _, times = rows_of(disc(disc(blank(), 1, 30 + i, 60, 9), 1, 130 - i, 20, 9) for i in range(30))
    plain = find_tracks(objects, times)
    order = np.random.default_rng(0).permutation(len(objects))
    late = FrameTimes(times.frames * 5 + 100, times.starts)
    mixed = objects.iloc[order].assign(frame=lambda rows: rows["frame"] * 5 + 100)
    assert find_tracks(mixed, late).tolist() == plain[order].tolist()


def test_no_objects_give_empty_tables() -> None:
    found, _ = knowledge(blank() for _ in range(5))
    assert [len(t) for t in (found.objects, found.contacts, found.tracks, found.events)] == [0, 0, 0, 0]


def test_settings_say_what_a_gap_is() -> None:
    objects, _, times = rows_of(blank() if 20 <= i < 25 else disc(blank(), 1, 50, 50, 9) for i in range(50))
    assert find_tracks(objects, times, TrackSettings(gap_s=0.1)).max() == 2
    assert find_tracks(objects, times, TrackSettings(gap_s=0.1, min_s=1.1)).tolist() == [0] * 20 + [1] * 25


def test_trembling_is_no_way() -> None:
    still = np.column_stack([np.tile([10, 10.4], 500), np.full(1000, 5.0), np.full(1000, 400.0)])
    assert path_length(still) == 0
    assert path_length(np.array([[0, 0, 400], [3, 4, 400], [3, 10, 400]], float)) == pytest.approx(11)
    assert path_length(np.zeros((0, 3))) == 0


def test_positions_weigh_pieces_by_area() -> None:
    rows = {
        "track": [1, 1, 0], "frame": [3, 3, 3], "time_s": [0.1] * 3, "class_id": [1] * 3, "class": ["cat"] * 3,
        "pixels": [30, 10, 99], "share": [0.3, 0.1, 0.9], "x": [10.0, 50.0, 0.0], "y": [4.0, 8.0, 0.0],
        "left": [5.0, 45.0, 0.0], "top": [1.0, 6.0, 0.0], "width": [10.0, 10.0, 1.0], "height": [6.0, 4.0, 1.0],
        "confidence": [1.0, 0.6, 0.0], "at_border": [False, True, False],
    }  # fmt: skip
    (at,) = positions(pd.DataFrame(rows)).to_dict("records")
    assert (at["x"], at["y"], at["pixels"], at["confidence"]) == pytest.approx((20, 5, 40, 0.9))
    assert (at["left"], at["right"], at["top"], at["bottom"], at["at_border"]) == (5, 55, 1, 10, True)
    assert SIZE == (120, 160)
