"""`segcore results`: what a segmented video is good for afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.corrected import corrected
from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.cli.write_report import ResultName, ScaleOption, scale_of
from segcore.cli.zones import zones
from segcore.datasets.stages import enter
from segcore.errors import RunError
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.temporary import passing

if TYPE_CHECKING:
    import pandas as pd

    from segcore.knowledge.proposals import Proposal
    from segcore.runs.records import Run

app = typer.Typer(name="results", help="Segmented videos: what to do with them.", no_args_is_help=True)
app.command()(zones)
app.command()(corrected)


@app.command()
def propose(
    run: Annotated[str, typer.Argument(help="Id or name of a segmented video.")],
    out: Annotated[Path, typer.Option("--out", help="ZIP to write.")],
    count: Annotated[int, typer.Option(min=1, max=500, help="How many frames.")] = 12,
    format_name: Annotated[str, typer.Option("--format", help="cvat or coco.")] = "cvat",
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Pack the frames that are worth labelling next, with the network's answers to begin with."""
    from segcore.knowledge.proposals import propose as choose

    store = RunStore(Settings.from_env())
    found = store.get(run)
    proposals = choose(certainty_table(store, found), count)
    with passing() as folder, stage_bar("Packing", as_lines=as_lines) as on_progress:
        enter(on_progress, "opening the network")
        on_progress(0, 0)
        files = _pack(store, found, proposals, folder, out, format_name, on_progress)
    frames: list[dict[str, Any]] = [
        {"name": file.name, "frame": p.frame, "time_s": round(p.time_s, 6), "doubt": p.doubt, "reasons": p.reasons}
        for p, file in zip(proposals, files, strict=True)
    ]
    text = "\n".join(f"{f['time_s']:8.2f} s  {'; '.join(f['reasons'])}" for f in frames)
    emit({"path": str(out), "format": format_name, "frames": frames}, as_json=as_json, text=f"{text}\n{out}")


@app.command()
def pack(
    result: ResultName,
    out: Annotated[Path, typer.Option("--out", help="ZIP to write.")],
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--with", help="video, report, tables, charts, masks or extras; may be repeated. All, if not given."
        ),
    ] = None,
    cm_per_pixel: ScaleOption = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Pack a segmented video to take along: video, report, tables, charts, masks, and how it was made, as one ZIP."""
    from segcore.parcel import packing
    from segcore.report.opening import open_result

    facts = open_result(RunStore(Settings.from_env()), result, scale_of(cm_per_pixel))
    with stage_bar("Packing", as_lines=as_lines) as on_progress:

        def told(stage: str, done: int, total: int) -> None:
            enter(on_progress, stage)
            on_progress(done, total)

        names = packing.pack(facts, out, packing.checked(facts, parts or None), told)
    told_of = {"result": facts.name, "path": str(out), "bytes": out.stat().st_size, "files": names}
    emit(told_of, as_json=as_json, text=f"{out}, {out.stat().st_size / 1e6:.1f} MB, {len(names)} files")


def certainty_table(store: RunStore, run: Run) -> pd.DataFrame:
    """How sure and steady each frame of a segmented video is.

    Raises:
        RunError: the run kept no such table.
    """
    import pandas as pd

    from segcore.video.outputs.stability_files import CERTAINTY_FILE

    if run.kind != "segment" or not store.has_file(run.id, CERTAINTY_FILE):
        raise RunError(
            f"{run.name} does not say how sure its frames are.",
            fix="Segment the video again; segcore segment keeps it.",
        )
    return pd.read_parquet(store.file(run.id, CERTAINTY_FILE))


def _pack(
    store: RunStore,
    run: Run,
    proposals: list[Proposal],
    folder: Path,
    out: Path,
    format_name: str,
    on_progress: Any,
) -> list[Path]:
    """The frames as files, in the order of the proposals; packed with the network's labels of them."""
    from segcore.cli.video_settings import read_config
    from segcore.corrections.opening import labels_of, numbered
    from segcore.datasets.formats.tasks import write_task
    from segcore.datasets.images import read_image
    from segcore.inference.load import load_predictor
    from segcore.video.extract import extract_frames

    config = read_config(store.config(run.id))
    network = load_predictor(store, config.run, backend=config.backend)
    enter(on_progress, "taking frames out")
    wanted = sorted(numbered(config, [p.time_s for p in proposals]), key=lambda one: one.time_s)
    files = extract_frames(config.video, wanted, folder, fps=config.fps, on_progress=on_progress)
    enter(on_progress, "labelling")
    labels = {}
    for done, file in enumerate(files, 1):
        image = read_image(file)
        labels[file.stem] = labels_of(network, image, config.region)
        on_progress(done, len(files))
    enter(on_progress, "packing")
    write_task(files, network.classes, out, format_name, labels, on_progress)  # type: ignore[arg-type]
    at = {one.time_s: file for one, file in zip(wanted, files, strict=True)}
    return [at[p.time_s] for p in proposals]
