"""Objects are numbered alike whether all frames are there or still come; frames that are others are noticed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segcore.knowledge import tracks
from segcore.knowledge.association import Association
from segcore.knowledge.numbering import FrameRows, Numbering
from segcore.knowledge.tracks import find_tracks
from tests.knowledge.drawn_video import FPS, crossing, rows_of

GAP_S = 1.0


def sights(seed: int) -> list[FrameRows]:
    """Frames with up to six boxes of two classes that come and go."""
    rng = np.random.default_rng(seed)
    frames = []
    for i in range(40):
        there = np.flatnonzero(rng.random(6) > 0.3) if i else np.arange(6)
        left = 10 + 30 * there + 0.5 * i
        side = np.full(len(there), 20.0)
        rows = np.column_stack([there % 2, left, 15 * there, side, side, side**2, there == 0])
        frames += [(i / FPS, rows.astype(np.float64))] if len(there) else []
    return frames


@pytest.mark.parametrize("taken", [0, 1, 17, 40])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_taken_while_they_came_changes_nothing(seed: int, taken: int) -> None:
    frames = sights(seed)
    association = Association(GAP_S)
    wanted = np.concatenate([association.step(*frame) for frame in frames])
    ahead = Numbering(GAP_S)
    for frame in frames[:taken]:
        ahead.step(frame)
    assert len(ahead) == taken
    assert not association.pieces, "nothing becomes one in the end"
    for _ in range(2):  # the second time it begins anew
        found = ahead.over(frames)
        assert found is not None
        assert found.tolist() == wanted.tolist()


def test_other_frames_are_noticed() -> None:
    frames = sights(0)
    later = [(second + 1, rows) for second, rows in frames]
    moved = [(second, rows + np.array([0, 1e-9, 0, 0, 0, 0, 0])) for second, rows in frames]
    for others in (later, moved, frames[1:], frames[:9]):
        ahead = Numbering(GAP_S)
        for frame in frames[:10]:
            ahead.step(frame)
        assert ahead.over(others) is None
    assert Numbering(GAP_S).over([]).tolist() == []


def test_tracks_that_were_found_ahead_are_those_of_all_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    objects, _, times = rows_of(crossing(2))
    wanted = find_tracks(objects, times)
    right, short, wrong = (Numbering(gap_s) for gap_s in (GAP_S, 0.5, GAP_S))
    for frame, rows in objects.groupby("frame"):
        columns = rows[[name for name in tracks.TRACK_COLUMNS if name not in ("frame", "object")]]
        sight = (float(times.starts[frame]), columns.to_numpy(np.float64))
        for ahead in (right, short):
            ahead.step(sight)
        wrong.step((sight[0], sight[1] + 0.25))
    steps: list[float] = []
    step = Association.step
    monkeypatch.setattr(Association, "step", lambda *args: steps.append(args[1]) or step(*args))
    for ahead, count in ((right, 0), (short, len(right)), (wrong, len(right))):
        steps.clear()
        assert find_tracks(objects, times, ahead=ahead).tolist() == wanted.tolist()
        assert len(steps) == count
    assert len(pd.unique(wanted)) > 2
