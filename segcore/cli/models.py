"""`segcore models`: the networks, what each costs, and how fast each is here."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.errors import ConfigError
from segcore.models.architectures import ARCHITECTURES, architecture
from segcore.models.measured import Measured, fitting_size
from segcore.settings import Settings


def models(
    size: Annotated[str, typer.Option(help="Width × height of the network's input.")] = "640x352",
    measure: Annotated[bool, typer.Option(help="Measure the time a frame takes here, where it is not known.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="These networks only; may be given several times.")] = None,
    as_lines: LinesFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List the networks: parameters, operations, milliseconds a frame here, licence of the ImageNet weights."""
    wanted = parse_size(size)
    names = only or list(ARCHITECTURES)
    for name in names:
        architecture(name)
    known = Measured(Settings.from_env().home)
    if measure:
        _measure(known, names, wanted, as_lines=as_lines)
    rows = [describe(name, wanted, known) for name in names]
    emit({"size": [wanted[1], wanted[0]], "models": rows}, as_json=as_json, text=_table(rows))


def parse_size(text: str) -> tuple[int, int]:
    """(height, width) of "640x360".

    Raises:
        ConfigError: it is something else.
    """
    found = re.fullmatch(r"(\d{2,4})\s*[x×]\s*(\d{2,4})", text.strip())
    if not found or not all(32 <= int(side) <= 4096 for side in found.groups()):
        raise ConfigError(
            f"Expected WIDTHxHEIGHT, each 32 to 4096. Received: {text!r}.", fix="For example --size 640x360."
        )
    return int(found[2]), int(found[1])


def describe(name: str, size: tuple[int, int], known: Measured) -> dict[str, Any]:
    """What is to be known of one network, at the size nearest to (height, width) that fits it."""
    entry, fitting = architecture(name), fitting_size(name, size)
    return {
        "name": name,
        "title": entry.title,
        "summary": entry.summary,
        "recommended_for": entry.recommended_for,
        "size": [fitting[1], fitting[0]],
        "parameters": entry.parameters,
        "gflops": round(entry.gflops(fitting), 2),
        "ms": known.get(name, fitting),
        "pretrained": entry.pretrained,
        "download": entry.download.url if entry.download and not entry.download.found() else None,
        "encoder_licence": entry.encoder_licence or None,
    }


def _measure(known: Measured, names: list[str], size: tuple[int, int], *, as_lines: bool) -> None:
    from segcore.inference.speed import ask_speed

    missing = [name for name in names if known.get(name, fitting_size(name, size)) is None]
    with stage_bar("Measuring networks", as_lines=as_lines) as on_progress:
        for number, name in enumerate(missing):
            on_progress(number, len(missing))
            fitting = fitting_size(name, size)
            known.put(name, fitting, ask_speed(name, fitting))
        on_progress(len(missing), len(missing))


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'network':<34}{'million':>9}{'GFLOPs':>8}{'ms':>8}  starts from"]
    for row in rows:
        start = "random weights" if not row["pretrained"] else "ImageNet"
        start += " (to be downloaded)" if row["download"] else ""
        ms = "–" if row["ms"] is None else f"{row['ms']:.1f}"
        lines.append(f"{row['name']:<34}{row['parameters'] / 1e6:>9.1f}{row['gflops']:>8.1f}{ms:>8}  {start}")
    return "\n".join(lines)
