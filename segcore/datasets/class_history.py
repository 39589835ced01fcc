"""The class mappings a dataset had before, so that changes can be taken back: class_history.json, the newest last."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from segcore.datasets.mapping import ClassMapping

FILE = "class_history.json"
MOST = 50


class _History(BaseModel):
    before: list[ClassMapping] = []


def past_mappings(root: Path) -> list[ClassMapping]:
    """The mappings that can be gone back to, the newest last; none where the file is missing or damaged."""
    try:
        return _History.model_validate_json((root / FILE).read_text("utf-8")).before
    except (OSError, ValueError, ValidationError):
        return []


def remember(root: Path, before: list[ClassMapping]) -> None:
    """Keep the newest 50."""
    fresh = root / f"{FILE}.new"
    fresh.write_text(_History(before=before[-MOST:]).model_dump_json(), "utf-8")
    fresh.replace(root / FILE)
