"""`segcore dataset frames`: choose frames of a video to label, packed for an annotation tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from segcore.classes import ClassTable
from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.stages import enter
from segcore.errors import ConfigError
from segcore.settings import Settings
from segcore.temporary import passing


def frames(
    video: Annotated[Path, typer.Argument(help="A video file, or a folder or a ZIP of pictures.")],
    out: Annotated[Path, typer.Option("--out", help="ZIP to write.")],
    count: Annotated[int, typer.Option(help="How many frames.")] = 30,
    how: Annotated[str, typer.Option(help="even: at equal distances; different: as unlike as can be.")] = "different",
    format_name: Annotated[str, typer.Option("--format", help="cvat or coco.")] = "cvat",
    dataset: Annotated[str | None, typer.Option(help="Dataset whose classes are to be labelled.")] = None,
    class_names: Annotated[str | None, typer.Option("--classes", help="Names after the background: car,road.")] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Choose frames of a video to label, and pack them as a task for CVAT or a COCO tool."""
    from segcore.datasets.formats.tasks import write_task
    from segcore.video.choose import How, choose_frames
    from segcore.video.extract import extract_frames

    way = next((known for known in get_args(How) if known == how), None)
    if way is None:
        raise ConfigError(f"--how: expected even or different. Received: {how!r}.", fix="Leave it out for different.")
    classes = _classes(dataset, class_names)
    with passing() as folder, stage_bar("Looking at the video", as_lines=as_lines) as on_progress:
        enter(on_progress, "looking at the video")
        chosen = choose_frames(video, count, "even" if how == "even" else "different", on_progress=on_progress)
        enter(on_progress, "taking frames out")
        files = extract_frames(video, chosen, folder, on_progress=on_progress)
        enter(on_progress, "packing")
        write_task(files, classes, out, format_name, on_progress=on_progress)  # type: ignore[arg-type]
    found = [
        {"name": f.name, "frame": c.index, "time_s": round(c.time_s, 6)} for f, c in zip(files, chosen, strict=True)
    ]
    text = f"{len(found)} frames of {video.name} to label: {out}"
    emit({"path": str(out), "format": format_name, "frames": found}, as_json=as_json, text=text)


def _classes(dataset: str | None, class_names: str | None) -> ClassTable:
    """The classes to label: of a dataset, or named."""
    if dataset:
        from segcore.datasets.store import DatasetStore

        return DatasetStore(Settings.from_env()).open(dataset).classes
    names = [name.strip() for name in (class_names or "").split(",") if name.strip()]
    if not names:
        raise ConfigError("Expected --dataset or --classes.", fix='Example: --classes "car,road".')
    return ClassTable.of(["background", *(name for name in names if name != "background")])
