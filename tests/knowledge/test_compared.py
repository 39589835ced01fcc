"""Two results beside each other, on a few frames that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.knowledge.agreement import agreement, translated
from segcore.knowledge.compared import (
    Measured,
    class_differences,
    class_measures,
    frame_differences,
    paired,
    same_video,
    worst,
)
from segcore.knowledge.frame_times import FrameTimes


def ledger(shares: list[list[float]], names: tuple[str, ...], times: list[float] | None = None) -> pd.DataFrame:
    """A row of shares a frame, in the order of the names; a frame has 100 pixels."""
    seconds = times or [float(frame) for frame in range(len(shares))]
    rows = [
        (frame, seconds[frame], i, names[i], round(100 * share), share, int(share > 0), 0.5 if share else np.nan)
        for frame, found in enumerate(shares)
        for i, share in enumerate(found)
    ]
    columns = ["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]
    return pd.DataFrame(rows, columns=columns)


ONE = ledger([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.7, 0.3, 0.0]], ("background", "mouse", "bear"))
OTHER = ledger([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]], ("background", "mouse"))


def test_what_each_class_does() -> None:
    tracks = pd.DataFrame({"class": ["mouse", "mouse"]})
    rows = [("there", 0, "mouse", ""), ("touches", 0, "mouse", "bear"), ("touches", 1, "mouse", "bear")]
    rows += [("appears", 0, "bear", "")]
    events = pd.DataFrame(rows, columns=["kind", "track", "class", "other"])
    stability = pd.DataFrame({"class": ["mouse", "mouse", "bear"], "flicker": [0.1, 0.3, np.nan]})
    found = class_measures(Measured(ONE, tracks, events, stability))
    assert found.loc["mouse"].to_dict() == pytest.approx(
        {"seconds": 3, "mean_share": 0.2, "tracks": 2, "events": 1, "flicker": 0.2, "confidence": 0.5}
    )
    assert found.loc["bear", ["seconds", "mean_share", "tracks", "events"]].tolist() == [0, 0, 0, 2]
    assert found.loc["background", ["tracks", "events"]].isna().all()
    assert class_measures(Measured(ONE))[["tracks", "events", "flicker"]].isna().all(axis=None)


def test_classes_are_matched_by_name() -> None:
    table = class_differences(Measured(OTHER), Measured(ONE))
    assert table.index.tolist() == ["background", "mouse", "bear"]
    assert table.loc["mouse", "mean_share"].tolist() == pytest.approx([0.8 / 3, 0.2, 0.2 - 0.8 / 3])
    assert np.isnan(table.loc["bear", ("seconds", "one")])


def test_how_far_areas_are_apart_frame_by_frame() -> None:
    frames = frame_differences(ONE, OTHER)
    assert frames["differs"].tolist() == pytest.approx([0.0, 0.1, 0.3])
    assert frames["class"].tolist()[1:] == ["mouse", "mouse"], "the background is what the others leave"
    assert frames["change"].tolist()[1:] == pytest.approx([-0.1, 0.3])
    extra = ledger([[0.5, 0.0, 0.5]], ("background", "mouse", "bear"))
    assert frame_differences(OTHER, extra)["differs"].tolist() == pytest.approx([0.5]), "a class that one lacks is 0"


def test_frames_are_matched_by_time() -> None:
    every = FrameTimes(range(6), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    third = FrameTimes([0, 3], [0.2, 0.5])
    assert [places.tolist() for places in paired(every, third)] == [[2, 5], [0, 1]]
    assert [places.tolist() for places in paired(third, every)] == [[0, 1], [2, 5]]
    later = FrameTimes(range(2), [10.0, 10.1])
    assert [len(places) for places in paired(every, later)] == [0, 0]
    assert [len(places) for places in paired(every, FrameTimes([], []))] == [0, 0]
    single = FrameTimes([0], [0.3])
    assert [places.tolist() for places in paired(every, single)] == [[3], [0]]


@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60), min_size=1))
def test_of_frames_of_one_video_just_the_common_ones_are_matched(mine: set[int], its: set[int]) -> None:
    one, other = (FrameTimes(sorted(s), [n / 30 for n in sorted(s)]) for s in (mine, its))
    a, b = paired(one, other)
    assert one.frames[a].tolist() == other.frames[b].tolist() == sorted(mine & its)


def test_of_bad_frames_close_together_only_the_worst_is_named() -> None:
    frames = pd.DataFrame({"time_s": [0.0, 0.1, 0.2, 0.9, 1.0], "differs": [0.1, 0.5, 0.4, 0.0, 0.2]})
    assert worst(frames)["time_s"].tolist() == [0.1, 1.0]
    assert worst(frames, apart_s=0.0, count=3)["differs"].tolist() == [0.5, 0.4, 0.2]
    assert worst(frames.iloc[3:4]).empty


def test_one_video_by_its_bytes_not_its_name() -> None:
    video = {"bytes": 10, "width": 4, "height": 3, "duration_s": 1.0, "codec": "h264"}
    assert same_video({"video": video | {"name": "a.mp4"}}, {"video": video | {"name": "1a2b3c4d-a.mp4"}})
    assert not same_video({"video": video}, {"video": video | {"bytes": 11}})
    assert not same_video({}, {})


def test_how_far_two_labellings_agree() -> None:
    one = np.array([[0, 0, 1, 1]], np.uint8)
    other = np.array([[0, 1, 1, 255]], np.uint8)
    found = agreement(one, other, 3)
    assert found.pixels == pytest.approx(2 / 3)
    assert found.miou == pytest.approx((1 / 2 + 1 / 2) / 2)
    assert np.isnan(agreement(np.full((1, 2), 255, np.uint8), one[:, :2], 3).miou)


def test_labels_of_another_network_by_the_names_of_classes() -> None:
    table, classes = translated(["background", "mouse", "bear"], ["background", "bear", "cup"])
    assert table[[0, 1, 2, 255]].tolist() == [0, 2, 3, 255]
    assert classes == 4
