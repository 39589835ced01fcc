"""What was drawn on a result: kept beside its tables, seen by all who open it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pages.common import cached, state
from segcore.errors import ConfigError, SegcoreError
from segcore.knowledge.drawing import ZONES_FILE, Drawing, read_drawing

Size = tuple[int, int]
"""(height, width) of a result's frames."""


@dataclass(frozen=True)
class Kept:
    """A drawing as it is kept.

    Attributes:
        drawing: empty where nothing was drawn yet.
        version: of the file; "" where there is none.
        error: why the file could not be read; the drawing is empty then.
    """

    drawing: Drawing
    version: str
    error: SegcoreError | None = None


def kept(run_id: str, size: Size) -> Kept:
    """What was drawn on a result."""
    if not cached.runs().has_file(run_id, ZONES_FILE):
        return Kept(_empty(size), "")
    content = cached.runs().file(run_id, ZONES_FILE).read_bytes()
    try:
        return Kept(read_drawing(content).at(size), _version(content))
    except ConfigError as error:
        return Kept(_empty(size), _version(content), error)


def keep(run_id: str, drawing: Drawing) -> str:
    """Keep a drawing with a result, in one step; its version."""
    content = drawing.as_json()
    cached.runs().annotate(run_id, ZONES_FILE, content)
    return _version(content)


def take(run_id: str, size: Size, sent: dict[str, Any]) -> None:
    """Keep what the frame's element sent; what cannot be kept is told by `state.complain`.

    Args:
        run_id: of the result.
        size: of its frames.
        sent: {"run", "edit", "version", "drawing"}: see `frame.draw`.
    """
    if sent.get("run") != run_id:
        return
    now = kept(run_id, size)
    edit = int(sent["edit"])
    if now.version not in (sent["version"], state.drawn(run_id)):
        state.complain("Somebody else changed these zones meanwhile; theirs are shown now. Draw yours once more.")
        state.set_drawn(run_id, now.version, edit)
        return
    fields = now.drawing.model_dump(mode="json") | {k: sent["drawing"][k] for k in ("zones", "lines", "length")}
    try:
        drawing = read_drawing(_json(fields))
    except ConfigError as error:
        state.complain(str(error))
        state.set_drawn(run_id, now.version, edit)
        return
    state.set_drawn(run_id, keep(run_id, drawing), edit)


def change(run_id: str, size: Size, **fields: Any) -> None:
    """Keep the same drawing with other thresholds.

    Raises:
        ConfigError: they do not fit.
    """
    now = kept(run_id, size).drawing.model_dump(mode="json")
    state.set_drawn(run_id, keep(run_id, read_drawing(_json(now | fields))), state.drawn_edit(run_id))


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields)


def _empty(size: Size) -> Drawing:
    return Drawing(width=size[1], height=size[0])


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
