"""Segmenting a video: decode → scale → network → draw and measure → encode, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segcore.errors import ConfigError
from segcore.inference.predictor import Predictor
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE
from segcore.video.config import SegmentConfig
from segcore.video.job import Job
from segcore.video.load import Load
from segcore.video.outputs.overlay_video import OVERLAY_FILE
from segcore.video.outputs.previews import POSTER_FILE
from segcore.video.progress import SegmentProgress
from segcore.video.source import open_source
from segcore.video.summary import SUMMARY_FILE, write_summary


@dataclass(frozen=True)
class SegmentResult:
    """What a video job made.

    Attributes:
        seconds: of work, from the first frame read to the finished files.
        fps: frames a second of work.
        stages: milliseconds a frame of each stage's own work (they overlap, so the sum is more than 1000 / fps).
        load: the same with how busy each stage and thread was.
        folder: where it lies.
        files: all that was made.
        summary: what summary.json holds.
    """

    frames: int
    seconds: float
    fps: float
    stages: dict[str, float]
    load: Load
    warnings: list[str]
    folder: Path
    files: tuple[Path, ...]
    summary: dict[str, Any]

    @property
    def overlay(self) -> Path:
        """The video."""
        return self.folder / OVERLAY_FILE

    @property
    def ledger(self) -> Path:
        """The ledger as Parquet."""
        return self.folder / PARQUET_FILE

    @property
    def csv(self) -> Path:
        """The ledger as CSV."""
        return self.folder / CSV_FILE

    @property
    def poster(self) -> Path:
        """A still of the video."""
        return self.folder / POSTER_FILE

    @property
    def summary_file(self) -> Path:
        """What was done and what came out, as JSON."""
        return self.folder / SUMMARY_FILE


def segment(
    config: SegmentConfig,
    predictor: Predictor,
    out: Path,
    *,
    on_progress: Callable[[SegmentProgress], None] = lambda _: None,
    on_preview: Callable[[bytes], None] = lambda _: None,
    watched: Callable[[], bool] = lambda: False,
    should_stop: Callable[[], bool] = lambda: False,
    provenance: Mapping[str, Any] | None = None,
) -> SegmentResult:
    """Segment a video into out/{overlay.mp4, ledger.parquet, ledger.csv, summary.json, poster.jpg}.

    Args:
        config: what to do.
        predictor: the network.
        out: folder; files of an earlier result are replaced when this one is complete.
        on_progress: called about twice a second, from the thread that called this.
        on_preview: called with the newest overlay frame as JPEG, from a thread of its own.
        watched: whether somebody looks at these: then they come twice a second, else every 5 seconds.
        should_stop: polled ten times a second; True cancels.
        provenance: what the summary says of the origin: run, weights' SHA-256, dataset's hash.

    Raises:
        ConfigError: a class that is to be hidden is none of the network's.
        VideoError: the video cannot be read.
        Cancelled: `should_stop` said so; nothing is left in `out`.
    """
    unknown = [class_id for class_id in config.hidden if class_id not in range(len(predictor.classes))]
    if unknown:
        raise ConfigError(f"Expected ids of classes to hide, 0 to {len(predictor.classes) - 1}. Received: {unknown}.")
    with open_source(config.video, start_s=config.start_s, end_s=config.end_s, fps=config.fps) as reader:
        predictor.prepare(predictor.size_for(reader.info.height, reader.info.width))
        job = Job(config, predictor, reader, out, on_preview, watched)
        started = time.monotonic()
        job.run(on_progress, should_stop)
        seconds = time.monotonic() - started
        frames, load = reader.frames_read, job.load(reader.frames_read)
        stages = {stage.name: stage.ms for stage in load.stages}
        summary = write_summary(
            out / SUMMARY_FILE,
            config=config.model_dump(mode="json"),
            reader=reader,
            predictor=predictor,
            frames=frames,
            labelled=job.labelling.frames,
            seconds=seconds,
            stages=stages,
            load=load.model_dump(mode="json"),
            sound=job.sound_note,
            ledger=out / PARQUET_FILE,
            provenance=dict(provenance or {}),
        )
    return SegmentResult(
        frames=frames,
        seconds=summary["seconds"],
        fps=summary["fps"],
        stages=stages,
        load=load,
        warnings=summary["warnings"],
        folder=out,
        files=(*job.files, out / SUMMARY_FILE),
        summary=summary,
    )
