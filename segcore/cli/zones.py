"""`segcore results zones`: what objects did in zones and at lines, from the stored tables, not from the video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.errors import ConfigError
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from segcore.knowledge.drawing import Drawing
    from segcore.results import Result

_TOLD = ("dwell", "crossings")
_NEEDED = ("ledger.parquet", "objects.parquet", "tracks.parquet", "summary.json")


def zones(
    result: Annotated[str, typer.Argument(help="Id or name of a segmented video; or a result's folder or ZIP.")],
    file: Annotated[Path, typer.Argument(help="zones.json: zones, lines, thresholds, as the Results page exports it.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables, as Parquet and CSV.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the zones with the run: its page shows them.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Find who was in which zone and crossed which line, and when it was large or fast."""
    from segcore.knowledge.drawing import ZONES_FILE
    from segcore.knowledge.table_files import table_files, write_tables
    from segcore.knowledge.zone_tables import drawn_tables

    drawing = _read(file)
    store = None if Path(result).exists() else RunStore(Settings.from_env())
    opened = _opened(result, store)
    events = opened.drawing_events(drawing)
    tables = drawn_tables(events)
    if keep:
        if store is None:
            raise ConfigError(
                "--keep needs a run. Received: a folder or ZIP.", fix=f"Put {ZONES_FILE} beside its tables."
            )
        store.annotate(store.get(result).id, ZONES_FILE, drawing.at(opened.size).as_json())
    if out:
        write_tables(out, tables)
    files = table_files(out, list(tables)) if out else ()
    rows = {name: tables[name][0].to_dict("records") for name in _TOLD}
    found: dict[str, Any] = {"events": len(events), **rows, "files": [str(path) for path in files]}
    emit(found, as_json=as_json, text=_told([tables[name][0] for name in _TOLD]))


def _read(file: Path) -> Drawing:
    from segcore.knowledge.drawing import LARGEST_FILE, read_drawing

    if not file.is_file() or file.stat().st_size > LARGEST_FILE:
        raise ConfigError(
            f"Expected a file with zones of at most {LARGEST_FILE // 1_000_000} MB. There is none at {file}.",
            fix="Export one on the page of a result, or write it by docs/results.md.",
        )
    return read_drawing(file.read_bytes())


def _opened(result: str, store: RunStore | None) -> Result:
    """A result by its path, or by the name of its run."""
    from segcore.results import load

    if store is None:
        return load(result)
    run = store.get(result)
    there = [store.file(run.id, name) for name in _NEEDED if store.has_file(run.id, name)]
    return load(there[0].parent if there else store.folder(run.id) or Path(result))


def _told(tables: list[pd.DataFrame]) -> str:
    """For people: the two small tables."""
    parts = [table.round(2).to_string(index=False) for table in tables if len(table)]
    return "\n\n".join(parts) or "Nothing was in a zone or crossed a line."
