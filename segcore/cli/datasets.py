"""`segcore dataset …`: import, list, check, export and delete datasets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from segcore.cli.dataset_export import export
from segcore.cli.dataset_frames import frames
from segcore.cli.dataset_import import add, draft, import_
from segcore.cli.report import JsonFlag, emit
from segcore.datasets.health import balance, check
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

app = typer.Typer(name="dataset", help="Import, list, check and export labelled frames.", no_args_is_help=True)

app.command("import")(import_)
app.command("draft")(draft)
app.command("add")(add)
app.command("frames")(frames)
app.command("export")(export)

Name = Annotated[str, typer.Argument(help="Name of a dataset.")]


def _store() -> DatasetStore:
    return DatasetStore(Settings.from_env())


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
