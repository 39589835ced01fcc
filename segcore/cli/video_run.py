"""The work of a video run, in this process: its files become the run's."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segcore.cli.report import console
from segcore.errors import JobError
from segcore.inference.int8 import INT8_TAG
from segcore.models.spec import SHA256_TAG
from segcore.runs.records import Progress, Run
from segcore.runs.store import RunStore

COMPUTE_TAG = "segcore.compute"
"""How the network of a run is computed, which a later attempt keeps."""
OUT_TAG = "segcore.out"
"""The folder that a command line named for the results of a run."""

if TYPE_CHECKING:
    from segcore.inference.compute import Compute
    from segcore.runs.writer import RunWriter
    from segcore.video.config import SegmentConfig
    from segcore.video.progress import SegmentProgress
    from segcore.video.segment import SegmentResult
    from segcore.video.spans.crew import Crew


def segment_in_run(
    store: RunStore, run: Run, config: SegmentConfig, *, quiet: bool, out: Path | None = None
) -> SegmentResult:
    """Do the work of a run in this process; its files become the run's, and stay in `out` where that is given.

    Finished chunks lie in the run's work folder, where it goes on after a kill; the store tidies it.
    """
    from segcore.cli.video_crew import crew_for

    config = config.model_copy(
        update={"run": store.get(config.run).id}
    )  # as the run keeps it, for who goes on or helps
    folder = out or store.work(run.id) / "result"
    with store.writer(run.id) as writer, ExitStack() as helping:
        crew, fault = None, []
        try:
            crew = crew_for(store.settings, run.id, config.workers)
        except JobError as error:  # it is done all the same, alone
            fault = [f"Nobody helped: {error}"]
        if crew is not None:
            helping.callback(crew.close)
        result = _segment(store, config, writer, crew, folder, quiet=quiet)
        result = replace(result, warnings=[*result.warnings, *fault])
        _keep(writer, result)
    _tell(result)
    return result


def _segment(
    store: RunStore, config: SegmentConfig, writer: RunWriter, crew: Crew | None, folder: Path, *, quiet: bool
) -> SegmentResult:
    from segcore.cli.validation import validation_confusions
    from segcore.cli.video_network import network_for
    from segcore.cli.video_progress import VideoBar
    from segcore.video.load import LOAD_TAG
    from segcore.video.outputs.previews import PREVIEW_FILE
    from segcore.video.segment import segment as segment_video

    writer.progress(Progress(stage="loading the network", done=0, unit="frames"))
    parent = store.get(config.run)
    predictor, trial = network_for(store, parent.id, as_before(store.get(writer.run_id), config))
    writer.set_tags({"segcore.device": predictor.backend, COMPUTE_TAG: trial.chosen.model_dump_json()})
    writer.flush()  # helpers read it
    with VideoBar(config.video.name, quiet=quiet) as bar:

        def tell(progress: SegmentProgress) -> None:
            bar.show(progress)
            writer.progress(as_run_progress(progress))
            writer.set_tags({LOAD_TAG: progress.load.model_dump_json()})

        result = segment_video(
            config,
            predictor,
            folder,
            work=store.work(writer.run_id),
            answers=answers_of(parent, trial.chosen),
            on_progress=tell,
            on_preview=lambda picture: writer.put_file(PREVIEW_FILE, picture),
            watched=writer.watched,
            should_stop=lambda: writer.asked() == "cancel",
            should_end=lambda: writer.asked() == "stop",
            crew=crew,
            provenance=_provenance(parent, writer.run_id) | {"trial": trial.model_dump(mode="json")},
            validation=validation_confusions(store, parent.id),
        )
        writer.set_tags({LOAD_TAG: result.load.model_dump_json()})
    if result.summary["stopped_early"]:
        writer.set_reason("Stopped early; what was done is kept.")
    return result


def _tell(result: SegmentResult) -> None:
    for warning in result.warnings:
        console.print(f"Note: {warning}", highlight=False)
    if result.load.words:
        console.print(result.load.words, highlight=False)


def answers_of(parent: Run, compute: Compute) -> dict[str, str]:
    """What decides the answers of a training's network that is computed in this way, by names for people."""
    made = f" {parent.tags.get(INT8_TAG, '')}" if compute.precision == "int8" else ""
    return {
        "the network's weights": parent.tags.get(SHA256_TAG, ""),
        "how the network is computed": f"{compute.backend} {compute.precision}{made}",
    }


def as_before(run: Run, config: SegmentConfig) -> SegmentConfig:
    """The settings with what an earlier attempt computed by: its chunks and those to come are of one kind."""
    text = run.tags.get(COMPUTE_TAG)
    if not text:
        return config
    return config.model_copy(update={key: json.loads(text)[key] for key in ("backend", "precision")})


def as_run_progress(progress: SegmentProgress) -> Progress:
    """As a run tells it; while parts are joined, all frames stay done, so that no bar goes back."""
    if progress.joined is not None:
        note = f"{100 * progress.joined:.0f} % joined"
        done = progress.frames
        return Progress(stage="joining", done=done, total=done, unit="frames", eta_s=progress.eta_s, note=note)
    return Progress(
        stage="segmenting",
        done=progress.frames,
        total=progress.total or None,
        unit="frames",
        rate=progress.fps,
        eta_s=progress.eta_s,
        note=f"{progress.helpers + 1} workers" if progress.helpers else "",
    )


def _keep(writer: RunWriter, result: SegmentResult) -> None:
    """Make the results files and metrics of the run."""
    for path in result.files:
        writer.put_file(path.name, path)
    stages = {f"stage/{stage.name}_ms": stage.ms for stage in result.load.stages}
    stages |= {f"stage/{stage.name}_busy": stage.busy for stage in result.load.stages}
    totals = {"video/frames": float(result.frames), "video/seconds": result.seconds, "video/fps": result.fps}
    writer.log(totals | stages, step=0)
    if result.warnings:
        writer.set_tags({"segcore.warnings": " ".join(result.warnings)})


def _provenance(parent: Run, run_id: str) -> dict[str, Any]:
    return {
        "run": run_id,
        "network": {
            "run": parent.id,
            "name": parent.name,
            "weights_sha256": parent.tags.get(SHA256_TAG),
            "dataset": parent.dataset,
            "dataset_hash": parent.tags.get("segcore.dataset_hash"),
            "int8": json.loads(parent.tags.get(INT8_TAG, "null")),
        },
    }


def remembered_out(run: Run) -> Path | None:
    """The folder that was named for its results when the run was made."""
    return Path(run.tags[OUT_TAG]) if run.tags.get(OUT_TAG) else None


def report(result: SegmentResult, run_id: str) -> dict[str, Any]:
    """What a program is told of a result."""
    return {
        "run": run_id,
        "frames": result.frames,
        "seconds": result.seconds,
        "fps": result.fps,
        "stages": result.stages,
        "bottleneck": result.load.words,
        "overlay": str(result.overlay),
        "ledger": str(result.ledger),
        "csv": str(result.csv),
        "summary": str(result.summary_file),
        "files": [str(path) for path in result.files],
        "warnings": result.warnings,
    }
