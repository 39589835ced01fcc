"""Segmenting a video: decode → scale → network → draw and measure → encode, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segcore.classes import ClassTable
from segcore.errors import Cancelled, ConfigError
from segcore.inference.predictor import Predictor
from segcore.knowledge.corrected_areas import AreaModel, learn_areas
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE
from segcore.memory import settled
from segcore.temporary import PASSING, passing
from segcore.video.assignment import Assignment
from segcore.video.chunks.identity import identity
from segcore.video.chunks.shelf import Shelf
from segcore.video.chunks.whole import Whole
from segcore.video.config import SegmentConfig
from segcore.video.job import region_of
from segcore.video.load import Load
from segcore.video.making import Making
from segcore.video.outputs.areas_files import write_areas
from segcore.video.outputs.overlay_video import OVERLAY_FILE
from segcore.video.outputs.previews import POSTER_FILE
from segcore.video.outputs.stability_files import stability_facts
from segcore.video.products import Track, products
from segcore.video.progress import JoiningMeter, SegmentProgress
from segcore.video.source import open_source
from segcore.video.spans.crew import Crew
from segcore.video.summary import SUMMARY_FILE, write_summary

_ASK_S = 0.1


@dataclass(frozen=True)
class SegmentResult:
    """What a video job made.

    Attributes:
        seconds: of work, from the first frame read to the finished files.
        fps: frames a second of work.
        stages: milliseconds a frame of each stage's own work (they overlap, so the sum is more than 1000 / fps).
        load: the same with how busy each stage and thread was; of what was done after a resume.
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
    work: Path | None = None,
    answers: Mapping[str, str] | None = None,
    on_progress: Callable[[SegmentProgress], None] = lambda _: None,
    on_preview: Callable[[bytes], None] = lambda _: None,
    watched: Callable[[], bool] = lambda: False,
    should_stop: Callable[[], bool] = lambda: False,
    should_end: Callable[[], bool] = lambda: False,
    crew: Crew | None = None,
    provenance: Mapping[str, Any] | None = None,
    validation: np.ndarray | None = None,
) -> SegmentResult:
    """Segment a video into out/{overlay.mp4, ledger.parquet, ledger.csv, summary.json, poster.jpg}.

    Args:
        config: what to do.
        predictor: the network.
        out: folder; files of an earlier result are replaced when this one is complete.
        work: folder of finished chunks; where it holds some of this very job, the work goes on after them. None: a
            passing one.
        answers: what decides the network's answers, by names for people ("the network's weights"); where one is not
            what it was, the work does not go on.
        on_progress: called about twice a second, from the thread that called this.
        on_preview: called with the newest overlay frame as JPEG, from a thread of its own.
        watched: whether somebody looks at these: then they come twice a second, else every 5 seconds.
        should_stop: polled ten times a second; True cancels.
        should_end: likewise; True ends the work early and makes a result of what is done.
        crew: who may make some of its chunks; None: nobody.
        provenance: what the summary says of the origin: run, weights' SHA-256, dataset's hash.
        validation: (n, C, C) pixels of each validation image of the network, rows are the truth: areas come with error
            bars then.

    Raises:
        ConfigError: a class that is to be hidden is none of the network's.
        VideoError: the video cannot be read.
        ConfigError: `work` holds chunks, and the video or another thing is not what it was when they were made.
        Cancelled: `should_stop` said so, or `should_end` before the first frame; nothing is left in `out`.
    """
    unknown = [class_id for class_id in config.hidden if class_id not in range(len(predictor.classes))]
    if unknown:
        raise ConfigError(f"Expected ids of classes to hide, 0 to {len(predictor.classes) - 1}. Received: {unknown}.")
    with ExitStack() as opened, settled():
        reader = opened.enter_context(
            open_source(config.video, start_s=config.start_s, end_s=config.end_s, fps=config.fps)
        )
        info, region = reader.info, region_of(config, reader.info)
        shelf = Shelf(work or _passing(out, opened))
        shelf.belongs_to(identity(config, info) | dict(answers or {}))
        ask = _asking(should_stop)
        meter = JoiningMeter(on_progress, ask)
        track = Track(info, config.start_s, config.end_s, meter.look)
        made = products(config, info, predictor.classes, region, track, on_preview, watched, meter.step)
        assignment = Assignment(config, predictor, reader, region, shelf, made)
        predictor.prepare(assignment.network_size)
        started = time.monotonic()
        making = Making(assignment, crew, ask)
        making.run(on_progress, should_stop, should_end)
        whole = Whole.of(shelf, stopped=making.stopped)
        if whole.stopped:
            track.end_s = float(whole.last_pts * info.time_base) + config.every / info.fps
        meter.begin(whole.frames, making.load())
        files = whole.join(made, out, meter.look)
        areas = None if validation is None else learn_areas(validation)
        if areas:
            files += write_areas(out, predictor.classes, areas)
        reader.damage = whole.damage
        load = making.load()
        stages = {stage.name: stage.ms for stage in load.stages}
        summary = write_summary(
            out / SUMMARY_FILE,
            config=config.model_dump(mode="json"),
            reader=reader,
            predictor=predictor,
            seen=assignment.seen,
            whole=whole,
            seconds=making.seconds_before + time.monotonic() - started,
            stages=stages,
            load=load.model_dump(mode="json"),
            sound=track,
            ledger=out / PARQUET_FILE,
            notes=making.notes,
            provenance=dict(provenance or {}) | _sureness(config, out, predictor.classes, areas),
        )
    return SegmentResult(
        frames=whole.frames,
        seconds=summary["seconds"],
        fps=summary["fps"],
        stages=stages,
        load=load,
        warnings=summary["warnings"],
        folder=out,
        files=(*files, out / SUMMARY_FILE),
        summary=summary,
    )


def _asking(should_stop: Callable[[], bool]) -> Callable[[], None]:
    """Raises `Cancelled` where that is said; asked at most ten times a second, however often it is called."""
    asked_at = 0.0

    def ask() -> None:
        nonlocal asked_at
        if time.monotonic() - asked_at < _ASK_S:
            return
        asked_at = time.monotonic()
        if should_stop():
            raise Cancelled("The video was cancelled; nothing was kept.")

    return ask


def _sureness(config: SegmentConfig, out: Path, classes: ClassTable, areas: AreaModel | None) -> dict[str, Any]:
    """What the summary says of how steady labels were, and of what areas are corrected by."""
    facts: dict[str, Any] = {}
    if config.stability or config.smooth:
        facts["stability"] = stability_facts(out, classes, smooth=config.smooth)
    if areas:
        facts["areas"] = {"validation_images": areas.images, "corrected": areas.correction != "none"}
    return facts


def _passing(out: Path, opened: ExitStack) -> Path:
    """A work folder beside the results, which goes when the work is over."""
    out.mkdir(parents=True, exist_ok=True)
    return opened.enter_context(passing(f".{PASSING}", out))
