"""`segcore dataset frames`: choose frames of a video to label, packed for an annotation tool."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.progress import Progress

from segcore.classes import ClassTable
from segcore.cli.report import JsonFlag, console, emit
from segcore.errors import ConfigError
from segcore.settings import Settings


def frames(
    video: Annotated[Path, typer.Argument(help="A video file.")],
    out: Annotated[Path, typer.Option("--out", help="ZIP to write.")],
    count: Annotated[int, typer.Option(help="How many frames.")] = 30,
    how: Annotated[str, typer.Option(help="even: at equal distances; different: as unlike as can be.")] = "different",
    format_name: Annotated[str, typer.Option("--format", help="cvat or coco.")] = "cvat",
    dataset: Annotated[str | None, typer.Option(help="Dataset whose classes are to be labelled.")] = None,
    class_names: Annotated[str | None, typer.Option("--classes", help="Names after the background: car,road.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Choose frames of a video to label, and pack them as a task for CVAT or a COCO tool."""
    from segcore.datasets.formats.tasks import write_task
    from segcore.video.choose import How, choose_frames
    from segcore.video.extract import extract_frames

    way = next((known for known in get_args(How) if known == how), None)
    if way is None:
        raise ConfigError(f"--how: expected even or different. Received: {how!r}.", fix="Leave it out for different.")
    classes = _classes(dataset, class_names)
    with tempfile.TemporaryDirectory() as folder, Progress(console=console, transient=True) as bar:
        task = bar.add_task("Looking at the video", total=None)
        chosen = choose_frames(
            video, count, way, on_progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
        files = extract_frames(video, chosen, Path(folder))
        write_task(files, classes, out, format_name)  # type: ignore[arg-type]  # it refuses what it does not know
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
