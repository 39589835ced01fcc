"""Text and JSON of unknown make: of bounded size, UTF-8, and with an error that names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from segcore.errors import DatasetError

TEXT_BYTES = 16 << 20
JSON_BYTES = 512 << 20


def read_text(path: Path, limit: int = TEXT_BYTES) -> str:
    """A UTF-8 text, with or without a byte-order mark.

    Raises:
        DatasetError: too large, or not UTF-8.
    """
    size = path.stat().st_size
    if size > limit:
        raise DatasetError(
            f"{path.name}: {size / 1e6:.0f} MB of text, expected at most {limit / 1e6:.0f} MB.",
            fix="Split the dataset into smaller ones.",
        )
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name}: not UTF-8 text.", fix="Save it as UTF-8.") from error


def read_json(path: Path, limit: int = JSON_BYTES) -> dict[str, Any]:
    """A JSON object; NaN and infinite numbers, which JSON does not have, are refused.

    Raises:
        DatasetError: too large, not JSON, nested too deep, or no object.
    """
    try:
        data = json.loads(read_text(path, limit), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        if isinstance(error, DatasetError):
            raise
        what = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise DatasetError(f"{path.name}: not valid JSON ({what}).", fix="Export it again.") from error
    if not isinstance(data, dict):
        raise DatasetError(
            f"{path.name}: expected a JSON object. Received: {type(data).__name__}.", fix="Export it again."
        )
    return data


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")
