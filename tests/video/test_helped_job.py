"""A video on several workers comes out as on one, whatever the video, whatever becomes of the helpers."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chunked import Shades, film, job, outcome
from helped import ThreadCrew, helped, plain_help

from segcore.errors import Cancelled, ConfigError
from segcore.video.chunks.shelf import Shelf
from segcore.video.config import SegmentConfig
from segcore.video.progress import SegmentProgress
from segcore.video.segment import segment
from segcore.video.spans.lease import Task

EVEN = [40 * n for n in range(60)]
UNEVEN = np.cumsum([33 + n * n * 7 % 90 for n in range(60)]).tolist()
FILMS: dict[str, tuple[list[int], dict[str, Any]]] = {
    "uneven.mkv": (UNEVEN, {"g": "12", "bf": "2"}),
    "gap.mp4": (EVEN[:20] + [9000 + t for t in EVEN[20:]], {"g": "12", "bf": "2"}),
    "open.ts": (EVEN, {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "fields.mp4": (EVEN, {"g": "12", "bf": "2", "interlaced": True}),
    "one_key_frame.mp4": (EVEN, {"g": "600", "bf": "2"}),
    "mpeg4.avi": (EVEN, {"codec": "mpeg4", "g": "12"}),
}


class Slow(Shades):
    """A hundredth of a second a call, so that helpers have something to do."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(0.03)
        return super().predict(frames)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("plain") / "plain.mp4", EVEN, g="12", bf="2")


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(found["ledger"], wanted["ledger"])
    assert {k: v for k, v in found.items() if k != "ledger"} == {k: v for k, v in wanted.items() if k != "ledger"}


@pytest.mark.parametrize("name", FILMS)
def test_with_a_helper_it_is_what_it_is_without(name: str, tmp_path: Path) -> None:
    pts, options = FILMS[name]
    video = film(tmp_path / name, pts, **options)
    result, crew = helped(video, tmp_path, Slow(), chunk_frames=7)
    assert crew.tasks
    same(outcome(result), outcome(job(video, tmp_path / "whole", chunk_frames=10_000)))
