"""Events on drawn videos of 20 frames a second, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from drawn_video import blank, disc, knowledge

from segcore.knowledge.contact_edges import contact_edges, contact_matrix
from segcore.knowledge.events import EVENT_SCHEMA, event_table
from segcore.knowledge.frame_times import FrameTimes


def of_kind(events: pd.DataFrame, kind: str, *, tracks: bool) -> list[tuple[int, int]]:
    rows = events[(events["kind"] == kind) & ((events["track"] > 0) == tracks)]
    return list(zip(rows["frame"].tolist(), rows["end_frame"].tolist(), strict=True))


def test_what_comes_and_goes_is_told_and_what_is_there_all_the_time_is_not() -> None:
    def video() -> Iterator[np.ndarray]:
        for i in range(60):
            labels = disc(blank(), 2, 120, 60, 10)
            yield disc(labels, 1, 40, 60, 10) if 15 <= i < 45 else labels

    events = knowledge(video())[0].events
    for tracks in (False, True):
        assert of_kind(events, "there", tracks=tracks) == [(0, 59), (15, 44)]
        assert of_kind(events, "appears", tracks=tracks) == [(15, 15)]
        assert of_kind(events, "disappears", tracks=tracks) == [(45, 45)]
    cat = events[(events["kind"] == "there") & (events["class"] == "cat")].iloc[0]
    assert (cat["time_s"], cat["end_s"], cat["seconds"]) == pytest.approx((0.75, 2.25, 1.5))


def test_flicker_makes_no_events() -> None:
    random = np.random.default_rng(3)

    def video() -> Iterator[np.ndarray]:
        for i in range(100):
            labels = blank()
            if 20 <= i < 80 and i % 9 != 4:
                disc(labels, 1, 60, 60, 14)
                labels[random.random(labels.shape) < 0.05] = 0
            disc(labels, 2, random.uniform(0, 160), random.uniform(0, 120), 2)
            yield labels

    events = knowledge(video())[0].events
    assert of_kind(events, "there", tracks=False) == of_kind(events, "there", tracks=True) == [(20, 79)]
    assert set(events["class"]) == {"cat"}
    assert set(events["kind"]) == {"there", "appears", "disappears"}


def passing() -> Iterator[np.ndarray]:
    """A disc of 8 pixels passes a box of 30 and behind it: it touches it from frame 22 to 37 and from 52 to 67."""
    for i in range(90):
        labels = disc(blank(), 1, 9.5 + 1.5 * i, 60, 8)
        labels[40:80, 60:90] = 3
        yield labels


def test_an_object_that_passes_behind_another_is_covered_and_stays_itself() -> None:
    found, _ = knowledge(passing())
    assert found.tracks["class"].tolist() == ["cat", "box"]
    (row,) = found.events[found.events["kind"] == "covered"].to_dict("records")
    seen = found.objects[found.objects["class"] == "cat"]["frame"]
    missing = sorted(set(range(90)) - set(seen))
    assert (row["frame"], row["end_frame"]) == (missing[0], missing[-1])
    assert (row["class"], row["other"], row["track"], row["other_track"]) == ("cat", "box", 1, 2)


def test_touches_are_found_for_classes_and_for_objects() -> None:
    found, times = knowledge(passing())
    contacts = found.contacts[(found.contacts["track"] > 0) & (found.contacts["other_track"] > 0)]
    frames = contacts["frame"].to_numpy()
    split = int(np.flatnonzero(np.diff(frames) > 1)[0])
    assert frames[split + 1] - frames[split] > 10  # half a second and more: two contacts
    for tracks in (False, True):
        spans = of_kind(found.events, "touches", tracks=tracks)
        assert [(a, b) for a, b in spans] == [(frames[0], frames[split]), (frames[split + 1], frames[-1])]
    row = found.events[found.events["kind"] == "touches"].iloc[0]
    assert (row["class"], row["other"], row["other_class_id"]) == ("cat", "box", 3)
    assert row["value"] == found.contacts["length"][frames <= frames[split]].max()
    edges = contact_edges(found.events, found.contacts)
    assert edges[["class", "other", "times"]].to_numpy().tolist() == [["cat", "box", 2]]
    assert edges["seconds"][0] == pytest.approx(len(frames) * times.step)
    assert edges["border"][0] == pytest.approx(contacts["length"].mean(), rel=1e-6)
    assert edges["longest_s"][0] == max(found.events.query("kind == 'touches' and track == 0")["seconds"])
    matrix = contact_matrix(edges, ["cat", "dog", "box"])
    assert matrix.loc["cat", "box"] == matrix.loc["box", "cat"] == edges["seconds"][0]
    assert matrix.loc["dog"].sum() == 0


def test_where_nothing_happens_the_table_has_its_columns_and_types() -> None:
    table = event_table([], FrameTimes([0, 1], [0.0, 0.1]))
    assert table.columns.tolist() == EVENT_SCHEMA.names
    assert table["frame"].dtype == np.int32
    assert contact_edges(table).empty
    assert contact_matrix(contact_edges(table), ["cat"]).to_numpy().tolist() == [[0.0]]
