"""`segcore segment`: videos in, their overlays and ledgers out; also what the engine starts for a queued video run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from segcore.batches.making import create_run
from segcore.cli.report import JsonFlag, console, emit
from segcore.cli.stage_bar import LinesFlag
from segcore.cli.video_preview import preview_of
from segcore.errors import ConfigError
from segcore.models.spec import MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.runs.records import Progress, Run
from segcore.runs.store import RunStore
from segcore.settings import Settings

COMPUTE_TAG = "segcore.compute"
OUT_TAG = "segcore.out"
"""The folder that a command line named for the results of a run."""

if TYPE_CHECKING:
    from segcore.runs.writer import RunWriter
    from segcore.video.config import SegmentConfig
    from segcore.video.progress import SegmentProgress
    from segcore.video.segment import SegmentResult


def segment(
    videos: Annotated[
        list[Path] | None, typer.Argument(metavar="VIDEO...", help="Videos, or folders or ZIPs of numbered pictures.")
    ] = None,
    network: Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a training run.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder for overlay.mp4, ledger and summary.")] = None,
    style: Annotated[str, typer.Option(help="notebook, contour, fill, both or mask.")] = "notebook",
    opacity: Annotated[float, typer.Option(help="Of filled regions, 0 to 1.")] = 0.45,
    thickness: Annotated[int | None, typer.Option(help="Of lines, pixels; by the frame's height if not given.")] = None,
    hide: Annotated[
        list[str] | None, typer.Option(metavar="CLASS", help="Name or id of a class not to draw; may be repeated.")
    ] = None,
    names: Annotated[bool, typer.Option(help="Name each object where it is.")] = False,
    legend: Annotated[bool, typer.Option(help="Name the classes in the upper left corner.")] = False,
    side_by_side: Annotated[bool, typer.Option(help="The source at the left, the drawn frame at the right.")] = False,
    refine: Annotated[
        bool, typer.Option(help="Borders follow the frame's own edges, for small objects; slower.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            help="Also write: frames or masks (each frame in a ZIP), mask_video (lossless, class ids), "
            "alpha_overlay (WebM, transparent); may be repeated."
        ),
    ] = None,
    start: Annotated[float, typer.Option(help="Seconds; leave out what is before.")] = 0.0,
    end: Annotated[float | None, typer.Option(help="Seconds; leave out what is after.")] = None,
    speed: Annotated[str, typer.Option(help="standard, or fast: see `segcore bench --speeds`.")] = "standard",
    backend: Annotated[str, typer.Option(help="auto, openvino or tensorflow.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    fps: Annotated[float, typer.Option(help="Pictures a second, of a folder or a ZIP.")] = 25.0,
    smooth: Annotated[bool, typer.Option("--smooth", help="Smooth labels over time; scored before and after.")] = False,
    every: Annotated[int, typer.Option(help="Segment only each so-many-th frame.")] = 1,
    region: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", help="Look only at this part of the frame, in pixels.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only some frames spread over it, within seconds: preview.jpg and .json.")
    ] = False,
    settings: Annotated[str | None, typer.Option(hidden=True, help="All settings as JSON, as config.json has.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run from its last finished chunk.")] = None,
    run: Annotated[str | None, typer.Option(hidden=True, help="A queued run, as the engine starts it.")] = None,
    progress_json: LinesFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Segment every frame of a video, or of several, with a trained network."""
    store = RunStore(Settings.from_env())
    if run or resume:
        found = store.get(run or resume or "")
        if found.kind != "segment":
            raise ConfigError(f"{found.name} is not a video.", fix="Name a run of `segcore segment`.")
        if resume:
            store.requeue(found.id)
        given = read_config(store.config(found.id))
        result = segment_in_run(store, found, given, quiet=run is not None, out=out or _remembered(found))
        emit(report(result, found.id), as_json=as_json)
        return
    fields: dict[str, Any] = {"start_s": start, "end_s": end, "backend": backend, "fps": fps, "smooth": smooth}
    fields |= {"refine": refine, "also": also or [], "speed": speed, "precision": precision}
    fields |= {"style": style, "opacity": opacity, "thickness": thickness, "names": names, "legend": legend}
    fields |= {"hidden": _hidden(store, network, hide or []), "side_by_side": side_by_side}
    fields |= {"run": network, "every": every, "region": parse_region(region)}
    if settings:
        fields = json.loads(settings)
        videos = [Path(fields["video"])]
    if not videos or not fields["run"] or out is None:
        raise ConfigError("Expected a video, a training run and --out.", fix="segcore segment VIDEO RUN --out DIR")
    configs = [read_config(fields | {"video": str(video.absolute())}) for video in videos]
    if len(configs) > 1:
        _alone("--name", name)
        _alone("--preview", preview)
        from segcore.cli.segment_many import segment_many

        segment_many(store, configs, out, as_json=as_json)
        return
    (config,) = configs
    _check_video(config)
    if preview:
        emit(preview_of(store, config, out, as_lines=progress_json), as_json=as_json)
        return
    made = create_run(store, config, name=name)
    store.set_tags(made.id, {OUT_TAG: str(out.absolute())})
    result = segment_in_run(store, made, config, quiet=False, out=out)
    emit(report(result, made.id), as_json=as_json)


def _alone(option: str, given: object) -> None:
    """Refuse what makes sense with a single video only."""
    if given:
        raise ConfigError(f"Expected no {option} with several videos.", fix="Name one video, or leave it out.")


def parse_region(text: str | None) -> list[int] | None:
    """ "10,20,300,200" → x, y, width, height.

    Raises:
        ConfigError: not four whole numbers.
    """
    if text is None:
        return None
    parts = text.replace(" ", "").split(",")
    if len(parts) != 4 or not all(part.isdecimal() for part in parts):
        raise ConfigError(f"Expected a region as X,Y,WIDTH,HEIGHT in pixels. Received: {text!r}.")
    return [int(part) for part in parts]


def read_config(data: dict[str, Any]) -> SegmentConfig:
    """Settings of a video job.

    Raises:
        ConfigError: a value is unknown or out of range; every fault is named.
    """
    from segcore.video.config import SegmentConfig

    try:
        return SegmentConfig.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"Video settings: {faults}.") from error


def _hidden(store: RunStore, network: str, words: list[str]) -> list[int]:
    """Ids of a network's classes by their names or ids."""
    if not words:
        return []
    spec = ModelSpec.model_validate_json(store.file(store.get(network).id, MODEL_FILE).read_bytes())
    return [spec.classes.find(word) for word in words]


def _check_video(config: SegmentConfig) -> None:
    """Refuse a bad file, or a region that is not in it, before a run is made for it."""
    from segcore.video.job import region_of
    from segcore.video.source import source_info

    region_of(config, source_info(config.video))


def _remembered(run: Run) -> Path | None:
    """The folder that was named for its results when the run was made."""
    return Path(run.tags[OUT_TAG]) if run.tags.get(OUT_TAG) else None


def segment_in_run(
    store: RunStore, run: Run, config: SegmentConfig, *, quiet: bool, out: Path | None = None
) -> SegmentResult:
    """Do the work of a run in this process; its files become the run's, and stay in `out` where that is given.

    Finished chunks lie in the run's work folder, where it goes on after a kill; the store tidies it.
    """
    with store.writer(run.id) as writer:
        return _segment(store, config, writer, out or store.work(run.id) / "result", quiet=quiet)


def _segment(store: RunStore, config: SegmentConfig, writer: RunWriter, folder: Path, *, quiet: bool) -> SegmentResult:
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
    with VideoBar(config.video.name, quiet=quiet) as bar:

        def tell(progress: SegmentProgress) -> None:
            bar.show(progress)
            writer.progress(_as_run_progress(progress))
            writer.set_tags({LOAD_TAG: progress.load.model_dump_json()})

        result = segment_video(
            config,
            predictor,
            folder,
            work=store.work(writer.run_id),
            answers={
                "the network's weights": parent.tags.get(SHA256_TAG, ""),
                "how it is computed": f"{trial.chosen.backend} {trial.chosen.precision}",
            },
            on_progress=tell,
            on_preview=lambda picture: writer.put_file(PREVIEW_FILE, picture),
            watched=writer.watched,
            should_stop=lambda: writer.asked() == "cancel",
            should_end=lambda: writer.asked() == "stop",
            provenance=_provenance(parent, writer.run_id) | {"trial": trial.model_dump(mode="json")},
            validation=validation_confusions(store, parent.id),
        )
        writer.set_tags({LOAD_TAG: result.load.model_dump_json()})
    _keep(writer, result)
    if result.summary["stopped_early"]:
        writer.set_reason("Stopped early; what was done is kept.")
    for warning in result.warnings:
        console.print(f"Note: {warning}", highlight=False)
    if result.load.words:
        console.print(result.load.words, highlight=False)
    return result


def as_before(run: Run, config: SegmentConfig) -> SegmentConfig:
    """The settings with what an earlier attempt computed by: its chunks and those to come are of one kind."""
    text = run.tags.get(COMPUTE_TAG)
    if not text:
        return config
    return config.model_copy(update={key: json.loads(text)[key] for key in ("backend", "precision")})


def _as_run_progress(progress: SegmentProgress) -> Progress:
    return Progress(
        stage="segmenting",
        done=progress.frames,
        total=progress.total or None,
        unit="frames",
        rate=progress.fps,
        eta_s=progress.eta_s,
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
        },
    }


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
