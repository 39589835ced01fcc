"""`segcore dataset …`: all commands about labelled frames; the larger ones stand beside this file."""

from __future__ import annotations

from typing import Annotated

import typer

from segcore.cli.dataset_edit import check, classes, split
from segcore.cli.dataset_export import export
from segcore.cli.dataset_frames import frames
from segcore.cli.dataset_import import add, draft, import_
from segcore.cli.report import JsonFlag, emit
from segcore.datasets.store import DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.upkeep.bin import DAYS, Bin

app = typer.Typer(name="dataset", help="Import, check, change and export labelled frames.", no_args_is_help=True)

app.command("import")(import_)
app.command("draft")(draft)
app.command("add")(add)
app.command("frames")(frames)
app.command("export")(export)
app.command("check")(check)
app.command("split")(split)
app.command("classes")(classes)

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


@app.command("delete")
def delete_(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Put a dataset into the bin; runs trained on it stay."""
    if not yes and not as_json:
        typer.confirm(f"Delete dataset {name!r}?", abort=True)
    bin_id = Bin(_store(), RunStore(Settings.from_env())).delete_dataset(name)
    text = f"In the bin: {name}. To take it back within {DAYS} days: segcore bin restore {bin_id}"
    emit({"name": name, "deleted": True, "bin": bin_id}, as_json=as_json, text=text)
