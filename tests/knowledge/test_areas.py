"""Summaries of a ledger of ten frames, one a second, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segcore.knowledge.areas import presence, share_over_time, summarise

CAT = [0, 0, 10, 20, 0, 30, 0, 0, 0, 40]


@pytest.fixture
def ledger() -> pd.DataFrame:
    rows = []
    for frame, pixels in enumerate(CAT):
        for class_id, name, count in ((0, "background", 100 - pixels), (1, "cat", pixels), (2, "dog", 0)):
            rows.append(
                (frame, float(frame), class_id, name, count, count / 100, int(count > 0), 0.8 if count else np.nan)
            )
    return pd.DataFrame(
        rows, columns=["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]
    )


def test_share_over_time(ledger: pd.DataFrame) -> None:
    shares = share_over_time(ledger)
    assert shares.columns.tolist() == ["background", "cat", "dog"]
    assert shares["cat"].tolist() == pytest.approx([c / 100 for c in CAT])
    half = share_over_time(ledger, max_points=5)
    assert half.index.tolist() == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert half["cat"].tolist() == pytest.approx([0, 0.15, 0.15, 0, 0.2])


def test_presence(ledger: pd.DataFrame) -> None:
    cat = presence(ledger).query("class_id == 1")
    assert cat[["start_s", "end_s", "frames"]].to_numpy().tolist() == [[2, 4, 2], [5, 6, 1], [9, 10, 1]]
    joined = presence(ledger, min_s=1.5).query("class_id == 1")
    assert joined[["start_s", "end_s", "seconds"]].to_numpy().tolist() == [[2, 6, 4]]
    large = presence(ledger, min_share=0.15).query("class_id == 1")
    assert large.start_s.tolist() == [3, 5, 9]
    assert presence(ledger).query("class_id == 2").empty


def test_summary(ledger: pd.DataFrame) -> None:
    table = summarise(ledger).set_index("class")
    cat, dog = table.loc["cat"], table.loc["dog"]
    assert (cat.frames, cat.seconds, cat.first_s, cat.last_s, cat.max_s) == (4, 4, 2, 9, 9)
    assert (cat.mean_share, cat.max_share, cat.confidence) == pytest.approx((0.1, 0.4, 0.8))
    assert dog.frames == 0
    assert pd.isna(dog.first_s)


def test_one_frame_is_enough(ledger: pd.DataFrame) -> None:
    one = ledger[ledger.frame == 2]
    assert summarise(one).frames.tolist() == [1, 1, 0]
    assert presence(one).start_s.tolist() == [2, 2]
