"""Columns are told in one place: it agrees with the files' schemas and with docs/results.md."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from segcore.knowledge import events, ledger, masks, object_table, tracks
from segcore.knowledge.columns import FILES, TABLES, markdown, moments, unit_of
from segcore.video.outputs import areas_files, stability_files

SCHEMAS: dict[str, pa.Schema] = {
    "ledger": ledger._SCHEMA,
    "objects": object_table.OBJECT_SCHEMA,
    "contacts": object_table.CONTACT_SCHEMA,
    "tracks": tracks.TRACK_SCHEMA,
    "events": events.EVENT_SCHEMA,
    "areas": areas_files._SCHEMA,
    "stability": stability_files._OF_CLASSES,
    "masks": pa.schema(masks._FIELDS),
    "certainty": stability_files._OF_FRAMES,
}
DOCS = (Path(__file__).parents[2] / "docs" / "results.md").read_text("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_these_columns_in_these_types(name: str) -> None:
    assert [(c.name, c.type) for c in TABLES[name].columns] == [(f.name, str(f.type)) for f in SCHEMAS[name]]


@pytest.mark.parametrize("name", TABLES)
def test_the_documentation_shows_them(name: str) -> None:
    """Where this fails, put what `segcore.knowledge.columns.markdown` gives into docs/results.md."""
    assert f"## {name}\n" in DOCS
    assert markdown(TABLES[name]) in DOCS


def test_moments_are_times_a_player_can_go_to() -> None:
    assert moments(["class", "time_s", "seconds", "max_s", "duration_s"]) == ["time_s", "max_s"]
    assert (unit_of("share"), unit_of("pixels"), unit_of("mine")) == ("share", "px²", "")
