"""`segcore dataset check|split|classes`: look a dataset over, split it anew, change its classes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from segcore.classes import safe_colors
from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets import mapping as edit
from segcore.datasets.dataset import Dataset, Split
from segcore.datasets.health import Finding, balance
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError, DatasetError
from segcore.settings import Settings

Name = Annotated[str, typer.Argument(help="Name of a dataset.")]


def check(
    name: Name,
    measure: Annotated[bool, typer.Option("--measure", help="Look at every frame anew first.")] = False,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Look a dataset over: sizes, split, classes, labels, duplicates, files that were left out."""
    store = DatasetStore(Settings.from_env())
    if measure:
        with stage_bar("Measuring", as_lines=as_lines) as on_progress:
            store.measure(name, on_progress)
    findings, rows, report = store.health(name), balance(store.open(name)), store.report(name)
    lines = [_line(finding) for finding in findings]
    lines += [f"{r.pixel_share:>8.2%}  in {r.frames} frames  {r.name}" for r in rows]
    lines += [f"left out: {p.file}: {p.fault}" for p in report.problems]
    result = {
        "name": name,
        "findings": [f.as_dict() for f in findings],
        "classes": [asdict(r) for r in rows],
        "problems": [p.as_dict() for p in report.problems],
    }
    emit(result, as_json=as_json, text="\n".join(lines))


def _line(finding: Finding) -> str:
    said = ". ".join(text.rstrip(".") for text in (finding.title, finding.detail, finding.advice) if text)
    shown = ", ".join(finding.stems[:3]) + (" …" if len(finding.stems) > 3 else "")
    return f"{finding.level:>7}  {said}" + (f" ({shown})" if shown else "")


def split(
    name: Name,
    val_share: Annotated[float, typer.Option(help="Share of frames to validate on.")] = 0.2,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another choice of frames.")] = 0,
    block: Annotated[int | None, typer.Option(help="Neighbours that stay on one side; chosen if left out.")] = None,
    gap: Annotated[int | None, typer.Option(help="Frames left out between the sides; chosen if left out.")] = None,
    groups: Annotated[
        str | None, typer.Option(help="Pattern of file names: frames with the same match stay together; '' forgets.")
    ] = None,
    folds: Annotated[int | None, typer.Option(help="Cut the dataset into so many folds.")] = None,
    fold: Annotated[int | None, typer.Option(help="Which fold is validated on, from 1.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Split a dataset anew: what resembles each other stays on one side."""
    if fold is not None and folds is None:
        raise ConfigError("--fold: of how many?", fix="Add --folds K.")
    made = DatasetStore(Settings.from_env()).split_again(
        name,
        val_share=val_share,
        seed=seed,
        block=block,
        gap=gap,
        groups_pattern=groups,
        fold=(fold or 1, folds) if folds is not None else None,
    )
    emit({"name": name, **asdict(made)}, as_json=as_json, text=_told(name, made))


def _told(name: str, made: Split) -> str:
    text = f"{name}: {len(made.train)} frames to train on, {len(made.val)} to validate on"
    if made.left_out:
        text += f", {len(made.left_out)} between them left out (gap {made.gap})"
    return f"{text}\nvalidation: {', '.join(made.val[:12])}{' …' if len(made.val) > 12 else ''}"


def classes(
    name: Name,
    rename: Annotated[list[str] | None, typer.Option(metavar="OLD=NEW", help="Another name. Repeat for more.")] = None,
    merge: Annotated[list[str] | None, typer.Option(metavar="A,B=INTO", help="Make A and B part of INTO.")] = None,
    drop: Annotated[list[str] | None, typer.Option(metavar="A", help="Ignore the pixels of A.")] = None,
    color: Annotated[list[str] | None, typer.Option(metavar="A=#rrggbb", help="Another colour.")] = None,
    background: Annotated[str | None, typer.Option(metavar="A", help="Make A class 0, the background.")] = None,
    order: Annotated[str | None, typer.Option(metavar="A,B,…", help="All that are left, in their new order.")] = None,
    safe: Annotated[bool, typer.Option("--safe-colors", help="Colours that every eye can tell apart.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last change back.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show or change the classes of a dataset; mask files stay as they are, and every change can be taken back.

    Classes are given by name or id, as they are before the command.
    """
    store = DatasetStore(Settings.from_env())
    dataset = store.open(name)
    changes = [*(rename or []), *(merge or []), *(drop or []), *(color or []), background, order, safe or None]
    if undo and any(changes):
        raise ConfigError("--undo stands alone.", fix="Take the change back first, then change.")
    if undo and not store.undo_classes(name):
        raise DatasetError(f"{name}: no change of classes to take back.")
    if not undo:
        mapping = _cut(dataset, merge or [], drop or [], background, order)
        store.set_mapping(name, _dressed(dataset, mapping, color or [], rename or [], safe=safe))
    changed = store.open(name)
    shares = [row.pixel_share for row in balance(changed)]
    rows = [f"{c.id:>3}  {c.color}  {share:>7.2%}  {c.name}" for c, share in zip(changed.classes, shares, strict=True)]
    result = {"name": name, "classes": changed.classes.model_dump(), "target": changed.mapping.target}
    emit(result | {"can_undo": store.can_undo(name)}, as_json=as_json, text="\n".join(rows))


def _cut(
    dataset: Dataset, merges: list[str], drops: list[str], background: str | None, order: str | None
) -> ClassMapping:
    """Merged, dropped, reordered; classes keep their names here, so that names find them."""
    mapping = dataset.mapping
    for text in merges:
        gone, into = _pair(text, "--merge A,B=INTO")
        ids = [_place(dataset, mapping, part) for part in gone.split(",")]
        mapping = edit.merge(mapping, ids, _place(dataset, mapping, into))
    for text in drops:
        mapping = edit.drop(mapping, _place(dataset, mapping, text))
    if background:
        mapping = edit.background(mapping, _place(dataset, mapping, background))
    if order:
        mapping = edit.reorder(mapping, [_place(dataset, mapping, part) for part in order.split(",")])
    return mapping


def _dressed(
    dataset: Dataset, mapping: ClassMapping, colors: list[str], renames: list[str], *, safe: bool
) -> ClassMapping:
    """Coloured, then renamed."""
    if safe:
        mapping = edit.repaint(mapping, safe_colors(len(mapping.classes)))
    for text in colors:
        which, value = _pair(text, "--color A=#rrggbb")
        mapping = edit.recolor(mapping, _place(dataset, mapping, which), value)
    pairs = [_pair(text, "--rename OLD=NEW") for text in renames]
    places = [(_place(dataset, mapping, old), new) for old, new in pairs]
    names = mapping.classes.names
    for place, new in places:
        names[place] = new
    return edit.rename_all(mapping, names)


def _pair(text: str, expected: str) -> tuple[str, str]:
    left, equals, right = text.rpartition("=")
    if not (left and equals and right):
        raise ConfigError(f"Expected {expected}. Received: {text!r}.", fix=f"Example: {expected}.")
    return left.strip(), right.strip()


def _place(dataset: Dataset, mapping: ClassMapping, text: str) -> int:
    """The present id of a class that is given by its name or id before the command."""
    name = text.strip()
    before = dataset.classes.names
    if name not in before and name.isdigit() and int(name) < len(before):
        name = before[int(name)]
    if name not in mapping.classes.names:
        gone = " any more" if name in before else ""
        raise DatasetError(f"There is no class {name!r}{gone}.", fix=f"There are: {', '.join(mapping.classes.names)}.")
    return mapping.classes.names.index(name)
