"""SIGKILL at any moment: what is finished stays, the rest is made again, and nothing tells afterwards."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from chunked import film, job, outcome
from killed_video import CHUNK

from segcore.video.chunks.shelf import Shelf

SCRIPT = Path(__file__).parent / "killed_video.py"


def test_killed_at_random_moments_and_resumed(tmp_path: Path) -> None:
    video = film(tmp_path / "b.mp4", [40 * n for n in range(150)], g="10", bf="3")
    out, work, dice, kept = tmp_path / "out", tmp_path / "work", random.Random(4), [0]
    for _ in range(4):
        with subprocess.Popen([sys.executable, str(SCRIPT), *map(str, (video, out, work))]) as child:
            wait_for_chunks(work, kept[-1] + 2, child)
            time.sleep(dice.uniform(0, 0.08))
            child.kill()
        kept.append(len(list(work.glob("chunk-*"))))
        assert not list(out.glob("*"))
    assert kept == sorted(set(kept)), "each attempt went on after the last one"
    assert kept[-1] < 150 // CHUNK
    found, wanted = outcome(job(video, out, work=work, chunk_frames=CHUNK)), outcome(job(video, tmp_path / "whole"))
    pd.testing.assert_frame_equal(found["ledger"], wanted["ledger"])
    assert (found["times"], found["csv"], found["warnings"]) == (wanted["times"], wanted["csv"], wanted["warnings"])
    assert not list(work.glob(".chunk-*"))
    assert len(Shelf(work).records()) == 150 // CHUNK


def wait_for_chunks(work: Path, count: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while len(list(work.glob("chunk-*"))) < count:
        assert child.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
