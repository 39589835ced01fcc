"""`segcore dataset …`: import, list, check, export and delete datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from segcore.cli.dataset_export import export
from segcore.cli.dataset_frames import frames
from segcore.cli.report import JsonFlag, console, emit
from segcore.datasets.dataset import ImportReport
from segcore.datasets.health import balance, check
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError
from segcore.settings import Settings

app = typer.Typer(name="dataset", help="Import, list, check and export labelled frames.", no_args_is_help=True)

app.command("frames")(frames)
app.command("export")(export)

Name = Annotated[str, typer.Argument(help="Name of a dataset.")]


def _store() -> DatasetStore:
    return DatasetStore(Settings.from_env())


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; each restart of the count is a new stage."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _summary(report: ImportReport) -> str:
    lines = [f"{report.name}: {report.pairs} labelled frames, {len(report.classes)} classes", report.evidence]
    lines += [f"  {c.id:>3}  {c.color}  {c.name}" for c in report.classes]
    if report.problems:
        lines.append(f"{len(report.problems)} files were left out:")
        lines += [f"  {p.file}: {p.fault}. {p.fix}" for p in report.problems]
    return "\n".join(lines)


@app.command("import")
def import_(
    path: Annotated[
        Path | None, typer.Argument(help="Folder or ZIP with images and masks; leave out with --sample.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What the dataset will be called.")] = "",
    format_name: Annotated[str | None, typer.Option("--format", help="Format; recognised if left out.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the whole import if any file is bad.")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Import the built-in sample scene.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import a folder or a ZIP of labelled frames: all of it or nothing."""
    if (path is None) != sample:
        raise ConfigError("Expected either a path or --sample.", fix="Example: segcore dataset import FOLDER --name N.")
    if not name and not sample:
        raise ConfigError("Expected a name for the dataset.", fix="Add --name NAME.")
    store = _store()
    with _bar("Importing") as on_progress:
        if path is None:
            report = store.import_sample(name or "sample-scene", on_progress)
        else:
            report = store.import_path(path, name, format=format_name, strict=strict, on_progress=on_progress)
    emit(report.as_dict(), as_json=as_json, text=_summary(report))


@app.command("list")
def list_(as_json: JsonFlag = False) -> None:
    """List all datasets."""
    store = _store()
    rows = []
    for name in store.names():
        dataset = store.open(name)
        parts = {"pairs": len(dataset.pairs), "train": len(dataset.part("train")), "val": len(dataset.part("val"))}
        rows.append({"name": name, **parts, "classes": dataset.classes.names, "hash": dataset.content_hash})
    lines = [f"{r['name']}: {r['pairs']} frames ({r['train']} train, {r['val']} val)" for r in rows]
    text = "\n".join(lines) or "No datasets yet. Try: segcore dataset import --sample"
    emit({"datasets": rows}, as_json=as_json, text=text)


@app.command("check")
def check_(name: Name, as_json: JsonFlag = False) -> None:
    """Look a dataset over: sizes, split, balance of classes, files that were left out."""
    store = _store()
    dataset = store.open(name)
    findings, rows, report = check(dataset), balance(dataset), store.report(name)
    lines = [f"{f.level:>7}  {f.title}: {f.detail}" for f in findings]
    lines += [f"{r.pixel_share:>8.2%}  in {r.frames} frames  {r.name}" for r in rows]
    lines += [f"left out: {p.file}: {p.fault}" for p in report.problems]
    result = {
        "name": name,
        "findings": [asdict(f) for f in findings],
        "classes": [asdict(r) for r in rows],
        "problems": [p.as_dict() for p in report.problems],
    }
    emit(result, as_json=as_json, text="\n".join(lines))


@app.command("delete")
def delete_(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete a dataset; runs trained on it stay."""
    if not yes and not as_json:
        typer.confirm(f"Delete dataset {name!r}?", abort=True)
    _store().delete(name)
    emit({"name": name, "deleted": True}, as_json=as_json, text=f"Deleted: {name}")
