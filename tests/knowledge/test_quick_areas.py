"""The quick summaries of a ledger say what plain loops say, whatever the order of its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_areas import plain_shares, plain_stays, plain_summary

from segcore.knowledge.areas import as_grid, presence, share_over_time, summarise
from segcore.knowledge.compared import frame_differences
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.tracks import positions

NAMES = ["background", "cat", "dog"]


@st.composite
def ledgers(draw: st.DrawFn) -> pd.DataFrame:
    """Some frames, numbered and timed with gaps, of up to three classes; perhaps shuffled."""
    count, classes = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    steps = draw(st.lists(st.sampled_from([1, 2, 7]), min_size=count, max_size=count))
    frames = np.cumsum(steps)
    times = np.cumsum(draw(st.lists(st.sampled_from([0.04, 0.1, 0.5]), min_size=count, max_size=count)))
    pixels = np.array(
        draw(st.lists(st.sampled_from([0, 0, 1, 30]), min_size=count * classes, max_size=count * classes))
    )
    table = pd.DataFrame(
        {
            "frame": np.repeat(frames, classes).astype(np.int32),
            "time_s": np.repeat(times, classes),
            "class_id": np.tile(np.arange(classes), count).astype(np.int16),
            "class": NAMES[:classes] * count,
            "pixels": pixels,
            "share": pixels / 100,
            "objects": (pixels > 0).astype(np.int32),
            "confidence": np.where(pixels > 0, 0.5 + pixels / 100, np.nan).astype(np.float32),
        }
    )
    if draw(st.booleans()):
        table = table.iloc[draw(st.permutations(range(len(table))))].reset_index(drop=True)
    return table


def same(found: pd.DataFrame, plain: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, plain, check_dtype=False, rtol=1e-6, atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(ledgers(), st.sampled_from([0.0, 0.05]), st.sampled_from([0.0, 0.3, 0.5]))
def test_they_say_what_plain_loops_say(ledger: pd.DataFrame, min_share: float, min_s: float) -> None:
    by_time = ledger.sort_values(["frame", "class_id"])  # of equally large moments the first counts
    same(summarise(by_time), plain_summary(by_time))
    same(presence(ledger, min_share=min_share, min_s=min_s), plain_stays(ledger, min_share=min_share, min_s=min_s))
    same(share_over_time(ledger), plain_shares(ledger))


@settings(max_examples=80, deadline=None)
@given(ledgers(), ledgers())
def test_differences_are_half_the_sum_of_what_shares_differ_by(one: pd.DataFrame, other: pd.DataFrame) -> None:
    found = frame_differences(one, other)
    a, b = plain_shares(one), plain_shares(other)
    for row in found.to_dict("records"):
        mine, its = a.loc[row["time_s"]], b.iloc[int(np.abs(b.index.to_numpy() - row["time_s"]).argmin())]
        names = sorted({*mine.index, *its.index})
        apart = [abs(float(its.get(name, 0.0)) - float(mine.get(name, 0.0))) for name in names]
        assert abs(row["differs"] - sum(apart) / 2) < 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 9)), max_size=12))
def test_positions_are_what_a_plain_loop_gives(cells: list[tuple[int, int, int]]) -> None:
    rows = [
        (frame, frame / 10, track, 1 + track, f"class {track}", 10 + n, 0.1, 5.0 + n, 2.0 * n, n, 1, 4, 2, 0.9, n > 8)
        for n, (frame, track, _) in enumerate(cells)
    ]
    names = ["frame", "time_s", "track", "class_id", "class", "pixels", "share", "x", "y", "left", "top", "width"]
    objects = pd.DataFrame(rows, columns=[*names, "height", "confidence", "at_border"])
    found = positions(objects)
    keys = sorted({(track, frame) for frame, track, _ in cells if track})
    assert list(zip(found["track"].tolist(), found["frame"].tolist(), strict=True)) == keys
    for one, (track, frame) in zip(found.to_dict("records"), keys, strict=True):
        part = [row for row in objects.to_dict("records") if (row["track"], row["frame"]) == (track, frame)]
        area = sum(row["pixels"] for row in part)
        assert (one["pixels"], one["class"], one["at_border"]) == (
            area,
            f"class {track}",
            any(r["at_border"] for r in part),
        )
        assert abs(one["x"] - sum(row["x"] * row["pixels"] for row in part) / area) < 1e-9
        assert (one["left"], one["right"]) == (
            min(r["left"] for r in part),
            max(r["left"] + r["width"] for r in part),
        )


def test_a_ledger_is_a_grid_only_as_jobs_write_it() -> None:
    frames, ids = [0, 0, 2, 2, 5, 5], [0, 1, 0, 1, 0, 1]
    table = pd.DataFrame({"frame": frames, "class_id": ids})
    assert as_grid(table) == (3, 2)
    assert as_grid(table.iloc[:0]) is None
    assert as_grid(table.iloc[:5]) is None
    assert as_grid(table.iloc[[1, 0, 2, 3, 4, 5]]) is None
    assert as_grid(table.iloc[[2, 3, 0, 1, 4, 5]]) is None
    assert as_grid(table.iloc[[0, 0, 2, 2]]) is None
    assert as_grid(table.iloc[[0, 3, 4, 1]]) is None


def test_times_of_a_ledger_are_in_order_of_frames() -> None:
    times = FrameTimes.of_ledger(pd.DataFrame({"frame": [4, 4, 1, 1, 2], "time_s": [0.4, 0.4, 0.1, 0.1, 0.2]}))
    assert times.frames.tolist() == [1, 2, 4]
    assert times.starts.tolist() == [0.1, 0.2, 0.4]
