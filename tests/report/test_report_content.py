"""What a report says is what the tables say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made_result import CAT, EVIL, NEVER, facts_of, make_result

from segcore.knowledge.scale import Scale
from segcore.report import tables
from segcore.report.charts.of_result import series_of, strips_of
from segcore.report.content import document_of, limits
from segcore.report.document import Document, Paragraph, Pictures, Table
from segcore.report.facts import Facts
from segcore.report.findings import findings
from segcore.report.frames import moments
from segcore.report.pdf import pdf_of
from segcore.report.words import area, listed, square_cm

AREA = 60 * 80


def rows_of(table: Table | None) -> dict[str, list[str]]:
    """First cell → the others, of a table with a head."""
    assert table is not None
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_findings_are_those_of_the_tables(facts: Facts) -> None:
    told = findings(facts)
    assert told[0] == "40 frames (0:04 of video) were segmented, every frame, at 80×60 pixels."
    assert told[1] == f"2 of 3 classes were seen: {EVIL} and {CAT}. Never seen: {NEVER}."
    assert told[2] == f"There throughout: {EVIL}."
    assert told[3] == f"There for a part of the time: {CAT} for 0:02 (1 stay)."
    # the small square takes 100 of 4800 pixels always (2.1 %), the large one 400 (8.3 %) half of the time (4.2 %)
    assert told[4] == (
        f"Largest on average: {CAT}, 4.2 % of the picture. Largest at one moment: {CAT} at 0:01, 8.3 % of the picture."
    )
    assert f"The most at once: {EVIL}: 1, {CAT}: 1." in told[5]
    assert f"1 pair of classes touched. The longest: {EVIL} and {CAT}, 1.0 s in 1 contact, first at 0:02." in told[6]
    assert "overlap the true ones by 75.0 % on average" in told[-1]
    assert f"Its weakest class is {NEVER}, 60.0 %. These are few frames" in told[-1]


def test_the_table_of_classes_is_the_ledgers(facts: Facts) -> None:
    ledger = facts.result.ledger
    table = tables.class_table(facts)
    told = rows_of(table)
    assert list(told) == [EVIL, CAT]
    for class_id, name in ((1, EVIL), (2, CAT)):
        part = ledger[ledger["class_id"] == class_id]
        row = dict(zip(table.head[1:], told[name], strict=True))
        assert row["Mean area"] == f"{part['share'].mean():.1%}".replace("%", " %")
        assert row["Largest"] == f"{part['share'].max():.1%}".replace("%", " %")
        assert row["Sure"] == "80 %"
        bounds = facts.result.areas.query("class_id == @class_id")
        low, high = (f"{(bounds[side] / AREA).mean() * 100:.1f}" for side in ("area_low", "area_high"))
        assert row["95 %, one frame"] == f"{low}–{high} %"
    assert dict(zip(table.head[1:], told[CAT], strict=True))["First"] == "0:01"


def test_centimetres_where_a_scale_is_told(made: Path) -> None:
    scaled = facts_of(made, scale=Scale(0.5))
    row = dict(zip(tables.class_table(scaled).head[1:], rows_of(tables.class_table(scaled))[EVIL], strict=True))
    assert row["Largest"] == "25 cm²"  # 100 pixels of a quarter of a square centimetre
    assert any("one plane" in text for text in limits(scaled))
    assert series_of(scaled)[0].values.max() == pytest.approx(25, rel=1e-6)
    assert "cm²" in findings(scaled)[4]


def test_events_and_counts(facts: Facts) -> None:
    events = tables.event_table(facts)
    assert events is not None
    assert [[cell.text for cell in row] for row in events.rows] == [
        ["1.00 s", CAT, "appears", "", ""],
        ["2.00 s", EVIL, "touches", CAT, "1.00 s"],
        ["3.00 s", CAT, "disappears", "", ""],
    ]
    assert rows_of(tables.count_table(facts))[EVIL][:2] == ["1", "1"]
    assert rows_of(tables.score_table(facts))["All classes, mean"] == ["0.750", "0.700–0.800"]


def test_long_lists_of_events_name_the_rest(facts: Facts) -> None:
    assert facts.known is not None
    one = facts.known.events.query("kind == 'touches' and track == 0")
    crowded = replace(facts)
    vars(crowded)["known"] = replace(facts.known, events=pd.concat([one] * 50))
    table = tables.event_table(crowded)
    assert table is not None
    assert len(table.rows) == tables.MOST_EVENTS
    assert table.note.startswith("10 more are not shown here. ")


def test_charts_show_what_the_tables_hold(facts: Facts) -> None:
    small, large = series_of(facts)
    assert small.values == pytest.approx([100 / AREA] * 40)
    assert large.values.max() == pytest.approx(400 / AREA)
    assert small.low is not None
    assert (small.low <= small.values).all()
    assert [(name, [(round(a, 6), round(b, 6)) for a, b in stays]) for name, _, stays in strips_of(facts)] == [
        (EVIL, [(0.0, 4.0)]),
        (CAT, [(1.0, 3.0)]),
    ]


def test_frames_are_spread_and_show_the_classes(facts: Facts) -> None:
    chosen = moments(facts.result.ledger, 4)
    assert [one.index // 10 for one, _ in chosen] == [0, 1, 2, 3]
    assert chosen[1][1] == [EVIL, CAT]
    assert len(moments(facts.result.ledger, 100)) == 40


def test_a_report_has_pictures_and_the_warnings_of_the_job(document: Document) -> None:
    assert document.title == "<b>.mp4"
    sections = {section.title: section.blocks for section in document.sections}
    assert len(sections) == 8
    (stills, legend) = sections["The video"]
    assert isinstance(stills, Pictures)
    assert len(stills.pictures) == 6
    assert isinstance(legend, Table)
    assert "<i>Careful</i>." in str(sections["What to keep in mind"])
    assert "segcore segment" in str(sections["How it was made"])


def test_a_bare_result_has_a_report_too(facts: Facts, tmp_path: Path) -> None:
    """Older results: no objects, no areas, no masks; its network's run is gone and its video too."""
    make_result(tmp_path, masks=False, overlay=False)
    for kind in ("objects", "contacts", "tracks", "events", "areas"):
        (tmp_path / f"{kind}.parquet").unlink()
    bare = facts_of(tmp_path, network=None)
    document = document_of(bare)
    sections = {section.title: section.blocks for section in document.sections}
    assert "Objects and events" not in sections
    assert sections["The video"] == [
        Paragraph("The video with its classes drawn is not beside this result.", small=True)
    ]
    assert "is not known here" in findings(bare)[-1]
    assert len(tables.class_table(bare).head) == len(tables.class_table(facts).head) - 1


def test_where_nothing_was_seen_the_report_says_so(tmp_path: Path) -> None:
    make_result(tmp_path, empty=True)
    nothing = facts_of(tmp_path)
    assert findings(nothing)[1] == "None of the 3 classes was seen."
    document = document_of(nothing)
    assert "Each class" not in [section.title for section in document.sections]
    assert pdf_of(document).startswith(b"%PDF-")


def test_a_video_that_cannot_be_read_is_told(made: Path, tmp_path: Path) -> None:
    for path in made.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "overlay.mp4").write_bytes(b"\x00" * 100)
    (blocks,) = (s.blocks for s in document_of(facts_of(tmp_path), []).sections if s.title == "The video")
    assert isinstance(blocks[0], Paragraph)
    assert blocks[0].text.startswith("Frames cannot be shown: ")


@pytest.mark.parametrize(
    ("value", "said"), [(0.1234, "0.123 cm²"), (12.34, "12.3 cm²"), (999.4, "999 cm²"), (1234.4, "1\u202f234 cm²")]
)
def test_square_centimetres(value: float, said: str) -> None:
    assert square_cm(value) == said
    assert area(value / 10, 10.0) == said


def test_lists_in_words() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed("abc")] == ["", "a", "a and b", "a, b and c"]
