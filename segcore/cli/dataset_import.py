"""`segcore dataset import|draft|add`: labelled frames in, looked at first where wanted, mended as allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.dataset import ImportReport
from segcore.datasets.drafts import Draft, Drafts
from segcore.datasets.repairs import Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError
from segcore.settings import Settings

_SWITCHES = ("near-colors", "unknown-ignore", "resize-masks", "turn-masks")
_VALUES = ("mask-suffix", "image-suffix", "encoding")

Mends = Annotated[
    list[str] | None,
    typer.Option(
        "--mend",
        metavar="WHAT",
        help=f"Allow a repair: {', '.join(_SWITCHES)}, {', '.join(f'{v}=…' for v in _VALUES)}. Repeat for more.",
    ),
]
RepairsFile = Annotated[Path | None, typer.Option("--repairs", help="A JSON file with repairs and a class mapping.")]
Format = Annotated[str | None, typer.Option("--format", help="Format; recognised if left out.")]


def import_(
    path: Annotated[Path | None, typer.Argument(help="Folder or ZIP of labelled frames, in any known format.")] = None,
    name: Annotated[str, typer.Option("--name", help="What the dataset will be called.")] = "",
    format_name: Format = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the whole import if any file is bad.")] = False,
    mend: Mends = None,
    repairs: RepairsFile = None,
    draft: Annotated[str | None, typer.Option("--draft", help="Import what a draft shows, instead of a path.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Import the built-in sample scene.")] = False,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Import a folder or a ZIP of labelled frames: all of it or nothing."""
    if (path is not None) + (draft is not None) + sample != 1:
        raise ConfigError(
            "Expected either a path, --draft or --sample.", fix="Example: segcore dataset import FOLDER --name N."
        )
    if not name and not sample:
        raise ConfigError("Expected a name for the dataset.", fix="Add --name NAME.")
    store = DatasetStore(Settings.from_env())
    allowed = repairs_of(repairs, mend)
    with stage_bar("Importing", as_lines=as_lines) as on_progress:
        if sample:
            report = store.import_sample(name or "sample-scene", on_progress)
        elif draft is not None:
            report = store.import_draft(draft, name, allowed, strict=strict, on_progress=on_progress)
        else:
            report = store.import_path(
                path or "", name, format=format_name, strict=strict, repairs=allowed, on_progress=on_progress
            )
    emit(report.as_dict(), as_json=as_json, text=summary(report))


def draft(
    path: Annotated[Path | None, typer.Argument(help="Folder or ZIP to look at.")] = None,
    draft_id: Annotated[str | None, typer.Option("--id", help="Look at this draft again.")] = None,
    filename: Annotated[str, typer.Option("--filename", help="What to call it; the path's name if left out.")] = "",
    format_name: Format = None,
    mend: Mends = None,
    repairs: RepairsFile = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Look at labelled frames without importing them: format, classes with examples, problems, possible repairs."""
    if (path is None) == (draft_id is None):
        raise ConfigError("Expected either a path or --id.", fix="Example: segcore dataset draft FOLDER.")
    drafts = Drafts(Settings.from_env())
    allowed = repairs_of(repairs, mend)
    with stage_bar("Looking", as_lines=as_lines) as on_progress:
        if draft_id is not None:
            found = drafts.revise(draft_id, format=format_name, repairs=allowed, on_progress=on_progress)
        else:
            found = drafts.create(
                path or Path(), filename, format=format_name, repairs=allowed, on_progress=on_progress
            )
    emit(found.model_dump(mode="json"), as_json=as_json, text=_told(found))


def add(
    name: Annotated[str, typer.Argument(help="Dataset that takes the frames.")],
    path: Annotated[Path, typer.Argument(help="Folder or ZIP of labelled frames, in any known format.")],
    format_name: Format = None,
    images: Annotated[Path | None, typer.Option("--images", help="Where the images are, if PATH has none.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace frames of the same name.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Add nothing if any file is bad.")] = False,
    mend: Mends = None,
    repairs: RepairsFile = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Take further labelled frames into a dataset: classes go by their names; all of it or nothing."""
    store = DatasetStore(Settings.from_env())
    with stage_bar("Adding", as_lines=as_lines) as on_progress:
        report = store.add(
            name,
            path,
            format=format_name,
            repairs=repairs_of(repairs, mend),
            images=images,
            replace=replace,
            strict=strict,
            on_progress=on_progress,
        )
    emit(report.as_dict(), as_json=as_json, text=f"{report.added} frames added\n{summary(report)}")


def repairs_of(file: Path | None, mends: list[str] | None) -> Repairs | None:
    """The repairs of a file and of `--mend`; None where neither is given.

    Raises:
        ConfigError: unknown, or not what was expected.
    """
    if file is None and not mends:
        return None
    try:
        base = Repairs.model_validate_json(file.read_bytes()) if file else Repairs()
        return Repairs.model_validate(base.model_dump() | _asked(mends or []))
    except OSError as error:
        raise ConfigError(f"--repairs: {file} cannot be read ({error.strerror}).", fix="Check the path.") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
        raise ConfigError(f"Repairs: {faults}.", fix="See segcore dataset import --help.") from error


def _asked(mends: list[str]) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for mend in mends:
        key, equals, value = mend.partition("=")
        if (key not in _VALUES) if equals else (key not in _SWITCHES):
            known = ", ".join([*_SWITCHES, *(f"{v}=…" for v in _VALUES)])
            raise ConfigError(f"--mend: unknown repair {mend!r}.", fix=f"Known: {known}.")
        asked[key.replace("-", "_")] = value if equals else True
    return asked


def summary(report: ImportReport) -> str:
    """What came out of an import, for people."""
    lines = [f"{report.name}: {report.pairs} labelled frames, {len(report.classes)} classes", report.evidence]
    lines += [f"  {c.id:>3}  {c.color}  {c.name}" for c in report.classes]
    lines += [f"mended: {text}" for text in report.repaired]
    if report.problems:
        lines.append(f"{len(report.problems)} files were left out:")
        lines += [f"  {p.file}: {p.fault}. {p.fix}" for p in report.problems]
    return "\n".join(lines)


def _told(draft: Draft) -> str:
    lines = [f"{draft.filename}: draft {draft.id}"]
    if draft.format is None:
        lines += ["It can be read in several ways; choose one with --format:"]
        return "\n".join([*lines, *(f"  {c.format}: {c.evidence}" for c in draft.candidates)])
    lines.append(f"{draft.format}: {draft.evidence}; {draft.frames} frames")
    lines += [f"  {c.id:>3}  {c.color}  {c.share:>7.2%}  in {c.frames} frames  {c.name}" for c in draft.legend]
    lines += [f"note: {note}" for note in (*draft.notes, *([draft.split] if draft.split else []))]
    lines += [f"offer: {o.title}. {o.detail}" for o in draft.offers]
    lines += [f"left out: {p.file}: {p.fault}. {p.fix}" for p in draft.problems]
    return "\n".join([*lines, *([f"{draft.error} {draft.fix}"] if draft.error else [])])
