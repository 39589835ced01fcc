"""What a run and a command line say of a video's progress."""

from __future__ import annotations

from segcore.cli.video_run import as_run_progress
from segcore.runs.records import Progress
from segcore.video.progress import SegmentProgress


def test_while_frames_are_segmented() -> None:
    progress = SegmentProgress(120, 400, 14.2, 20.0, helpers=1)
    assert as_run_progress(progress) == Progress(
        stage="segmenting", done=120, total=400, unit="frames", rate=14.2, eta_s=20, note="2 workers"
    )


def test_while_parts_are_joined_no_frame_is_taken_back() -> None:
    told = as_run_progress(SegmentProgress(400, 400, 0.0, 5.0, joined=0.4))
    assert (told.stage, told.share, told.rate, told.eta_s, told.note) == ("joining", 1.0, None, 5.0, "40 % joined")
