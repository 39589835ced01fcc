"""The helper's side of a job: one span of its chunks, made by the same stages and laid onto the same shelf."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from segcore.errors import ConfigError
from segcore.inference.predictor import Predictor
from segcore.memory import settled
from segcore.video.assignment import Assignment
from segcore.video.chunks.identity import identity
from segcore.video.chunks.resume import FrameNotThere
from segcore.video.chunks.shelf import Shelf
from segcore.video.config import SegmentConfig
from segcore.video.job import Job, opened, region_of
from segcore.video.load import Load
from segcore.video.products import Track, products
from segcore.video.spans.lease import BEAT_S, Hold, Task


def help_with(
    config: SegmentConfig,
    task: Task,
    open_network: Callable[[], Predictor],
    work: Path,
    answers: Mapping[str, str],
) -> None:
    """Make the chunks of a task.

    Args:
        config: of the job.
        task: what to make.
        open_network: opens the job's network; called when it is sure that the job can be helped with.
        work: the job's work folder.
        answers: as of `segment`.

    Raises:
        ConfigError: the job's files are not here, or not the same.
        VideoError: the video cannot be read.
        Cancelled: the task is not wanted any more.
    """
    if not work.is_dir():
        raise ConfigError(
            f"The job's folder {work} is not here.", fix="All workers need the same SEGCORE_HOME, on a shared disk."
        )
    hold = Hold(work, task.id)
    with opened(config, config.start_s) as reader:
        info, region, shelf = reader.info, region_of(config, reader.info), Shelf(work, hold.check)
        other = shelf.differences(identity(config, info) | dict(answers))
        if other:
            raise ConfigError(f"Another here than where the job is: {', '.join(other)}.")
        predictor = open_network()
        track = Track(info, config.start_s, config.end_s)
        made = products(config, info, predictor.classes, region, track, lambda _: None)
        assignment = Assignment(config, predictor, reader, region, shelf, made)
        predictor.prepare(assignment.network_size)
        with settled():
            _run(Job(assignment, task.span), hold)


def _run(job: Job, hold: Hold) -> None:
    hold.check()
    hold.say(0, Load())
    told_at = time.monotonic()

    def look() -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= BEAT_S:
            told_at = time.monotonic()
            hold.say(job.done, job.load())

    try:
        job.run(look, hold.lost)
    except FrameNotThere:
        hold.say(0, job.load(), "not_there")
    else:
        hold.say(job.done, job.load(), "done")
