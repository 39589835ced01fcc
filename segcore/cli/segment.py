"""`segcore segment`: videos in, their overlays and ledgers out; also what the engine starts for a queued video run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from segcore.batches.making import create_run
from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag
from segcore.cli.video_preview import preview_of
from segcore.cli.video_run import OUT_TAG, remembered_out, report, segment_in_run
from segcore.cli.video_settings import check_video, hidden_ids, parse_region, read_config
from segcore.errors import ConfigError
from segcore.runs.store import RunStore
from segcore.settings import Settings


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
    precision: Annotated[str, typer.Option(help="auto, float32, bfloat16 or int8.")] = "auto",
    fps: Annotated[float, typer.Option(help="Pictures a second, of a folder or a ZIP.")] = 25.0,
    smooth: Annotated[bool, typer.Option("--smooth", help="Smooth labels over time; scored before and after.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(help="So many work on it side by side: idle workers of the scheduler, else this machine's cores."),
    ] = None,
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
        given = read_config(store.config(found.id) | ({"workers": workers} if workers else {}))
        result = segment_in_run(store, found, given, quiet=run is not None, out=out or remembered_out(found))
        emit(report(result, found.id), as_json=as_json)
        return
    fields: dict[str, Any] = {"start_s": start, "end_s": end, "backend": backend, "fps": fps, "smooth": smooth}
    fields |= {"refine": refine, "also": also or [], "speed": speed, "precision": precision}
    fields |= {"style": style, "opacity": opacity, "thickness": thickness, "names": names, "legend": legend}
    fields |= {"hidden": hidden_ids(store, network, hide or []), "side_by_side": side_by_side}
    fields |= {"workers": workers or 1, "run": network, "every": every, "region": parse_region(region)}
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
    check_video(config)
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
