"""What commands print: for people by rich, for programs as one JSON object on stdout's last line."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from segcore.errors import SegcoreError

JsonFlag = Annotated[bool, typer.Option("--json", help="End stdout with one JSON object.")]

console = Console(stderr=True)
"""For people: progress and tables go to stderr, so that stdout stays readable by programs."""


def emit(result: dict[str, Any], *, as_json: bool, text: str = "") -> None:
    """Print a command's result: as one JSON line, or as text for people.

    Args:
        result: JSON-serialisable.
        as_json: the command's `--json`.
        text: what a person reads; the JSON, indented, where it is empty.
    """
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        typer.echo(text or json.dumps(result, ensure_ascii=False, indent=2))


def report_error(error: SegcoreError) -> None:
    """One line on stderr: what went wrong and how to mend it."""
    typer.echo(f"segcore: {' '.join(str(error).split())}", err=True)
