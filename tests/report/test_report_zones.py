"""A report tells of zones, lines and a known length what the page of the result tells; without them, nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_result import CAT, EVIL, facts_of, make_result
from PIL import Image

from segcore.errors import ConfigError
from segcore.knowledge.counted import Counted
from segcore.knowledge.drawing import ZONES_FILE, Drawing, KnownLength
from segcore.knowledge.drawn_columns import DRAWN
from segcore.knowledge.zone_tables import crossings, dwell
from segcore.knowledge.zones import Line, Zone
from segcore.parcel.packing import folder_name, pack
from segcore.report.charts.on_frame import COLORS, width_of
from segcore.report.content import document_of
from segcore.report.document import Block, Paragraph, Picture, Table
from segcore.report.drawn import drawn_blocks, drawn_frame
from segcore.report.facts import Facts
from segcore.report.findings import findings
from segcore.report.opening import open_result
from segcore.runs import RunStore
from segcore.settings import Settings

LEFT = Zone(name="<left> 左", points=((0, 0), (0.6, 0), (0.6, 1), (0, 1)))
GATE = Line(name="gate", start=(0.6, 0), end=(0.6, 1), anchor="foot")
LENGTH = KnownLength(start=(0, 0.5), end=(0.5, 0.5), cm=20)  # 40 pixels of 80: 0.5 cm a pixel
DRAWING = Drawing(width=80, height=60, zones=(LEFT,), lines=(GATE,), length=LENGTH, large=0.05)
TITLE = "Zones, lines and lengths"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result with the drawing beside its tables."""
    made = make_result(tmp_path_factory.mktemp("zones"), masks=False)
    (made / ZONES_FILE).write_bytes(DRAWING.as_json())
    return made


@pytest.fixture(scope="module")
def facts(folder: Path) -> Facts:
    """As `segcore report` opens it."""
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(folder / "home")}))
    return open_result(store, str(folder))


def section(facts: Facts, title: str) -> list[Block]:
    found = [part.blocks for part in document_of(facts, []).sections if part.title == title]
    return list(found[0]) if found else []


def texts(table: Block) -> list[dict[str, str]]:
    assert isinstance(table, Table)
    return [dict(zip(table.head, (cell.text for cell in row), strict=True)) for row in table.rows]


def test_numbers_are_those_of_the_page(facts: Facts) -> None:
    assert facts.drawn is not None
    page = facts.result.drawing_events()
    for table in (dwell, crossings):
        for each in (False, True):
            pd.testing.assert_frame_equal(table(facts.drawn, each=each), table(page, each=each))


def test_zones_and_lines_by_hand(facts: Facts) -> None:
    """The small square's middle is at 25 always; the large one's at 55 in frames 10 to 19, then at 40 to frame 29."""
    shown, said, stays, passed, _, large = section(facts, TITLE)
    assert isinstance(shown, Picture)
    assert shown.caption.startswith("<left> 左, gate and the known length, on the frame at ")
    assert isinstance(said, Paragraph)
    assert said.text.startswith("The length of 20 cm is known: a pixel of the frame is 0.5 cm. ")
    assert "An object is large from 60 cm² on." in said.text
    assert "for gate, where the foot of its box is." in said.text
    assert (
        "at least 75 % sure of and that were seen over at least 0.5 s, or throughout; no other is left out" in said.text
    )
    rows = {row["Class"]: row for row in texts(stays)}
    names = ["In it", "Occupied", "Stays", "Entered", "Left", "Objects"]
    assert [rows[EVIL][name] for name in names] == ["4.00 s", "4.00 s", "1", "0", "0", "1"]
    assert [rows[CAT][name] for name in names] == ["1.00 s", "1.00 s", "1", "1", "0", "1"]
    (row,) = texts(passed)
    # looking from the top of the picture to its bottom, its left side is at the right hand
    assert [row[name] for name in ("Line", "Class", "With the arrow", "Against it")] == ["gate", CAT, "1", "0"]
    (row,) = texts(large)
    assert [row[n] for n in ("Event", "Object", "From", "Lasts", "At most")] == [
        "large", f"{CAT} #2", "1.00 s", "2.00 s", "8.3 % of the picture",
    ]  # fmt: skip
    told = findings(facts)
    assert f"In the zone <left> 左: {EVIL} for 4.0 s (1 stay) and {CAT} for 1.0 s (1 stay)." in told
    assert f"Over the line gate: {CAT} (1 with the arrow, 0 against it)." in told


def test_lengths_and_areas_are_in_centimetres(facts: Facts) -> None:
    blocks = section(facts, "Objects and events")
    tracks = next(block for block in blocks if isinstance(block, Table) and "Path" in block.head)
    rows = {row["Object"]: row for row in texts(tracks)}
    assert rows[f"{CAT} #2"]["Path"] == "7.5 cm"  # from 55 to 40
    assert rows[f"{CAT} #2"]["Mean speed"] == "3.8 cm/s"  # in two seconds
    assert rows[f"{CAT} #2"]["Mean area"] == "100.0 cm²"  # 400 pixels of a quarter of a square centimetre
    contacts = next(block for block in blocks if isinstance(block, Table) and "Border" in block.head)
    (row,) = texts(contacts)
    assert (row["In contact"], row["Contacts"], row["Border"]) == ("1.00 s", "1", "5 cm")  # ten pixels


def test_what_counts_is_chosen_with_the_drawing(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    strict = DRAWING.model_copy(update={"counted": Counted(confidence=0.9, seconds=2)})
    (tmp_path / ZONES_FILE).write_bytes(strict.as_json())
    facts = facts_of(tmp_path)
    assert facts.counts is None
    assert section(facts, "Objects and events") == [
        Paragraph(
            "No object counts. Counted are objects that the network was at least 90 % sure of and that were seen over "
            "at least 2 s, or throughout; 2 others are left out."
        )
    ]
    assert section(facts, TITLE)[-1] == Paragraph("No object was in a zone, crossed a line, or was above a threshold.")


def test_without_a_drawing_there_is_no_section(tmp_path: Path) -> None:
    plain = facts_of(make_result(tmp_path, masks=False, overlay=False))
    assert drawn_blocks(plain) == []
    assert plain.drawn is None
    assert not any(isinstance(block, Table) and "Path" in block.head for block in section(plain, "Objects and events"))


def test_a_drawing_of_another_shape_is_refused(tmp_path: Path) -> None:
    made = make_result(tmp_path, masks=False, overlay=False)
    (made / ZONES_FILE).write_bytes(Drawing(width=100, height=100, zones=(LEFT,)).as_json())
    with pytest.raises(ConfigError, match="Expected zones of a frame shaped like 80×60"):
        document_of(facts_of(made), [])


def test_the_scale_holds_for_a_drawing_of_another_size(tmp_path: Path) -> None:
    made = make_result(tmp_path, masks=False, overlay=False)
    (made / ZONES_FILE).write_bytes(Drawing(width=160, height=120, length=LENGTH).as_json())
    store = RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")}))
    scale = open_result(store, str(made)).scale
    assert scale is not None
    assert scale.cm_per_pixel == pytest.approx(0.5)


def test_the_picture_shows_the_shapes_in_the_pages_colours(facts: Facts) -> None:
    content, _ = drawn_frame(facts)
    pixels = np.asarray(Image.open(io.BytesIO(content))).astype(int)
    height, width = pixels.shape[:2]
    assert width / height == pytest.approx(80 / 60, rel=0.01)

    def near(color: str, x: float, y: float) -> bool:
        wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        part = pixels[round(y * height) - 8 : round(y * height) + 8, round(x * width) - 8 : round(x * width) + 8]
        return bool((np.abs(part - wanted).max(axis=-1) < 60).any())

    assert near(COLORS[1], 0.6, 0.8)  # the line lies on the zone's right edge
    assert near("#ffffff", 0.45, 0.5)
    assert not near(COLORS[1], 0.85, 0.8)
    script = (Path(__file__).parents[2] / "pages" / "results" / "frame.js").read_text("utf-8")
    assert list(COLORS) == re.findall(r"#[0-9a-f]{6}", script[script.index("const COLORS") :].splitlines()[0])


def test_tall_pictures_are_drawn_narrower() -> None:
    assert width_of(1080, 1920) == 1.0
    assert width_of(1920, 1080) == pytest.approx(0.75 * 1080 / 1920)


def test_the_parcel_has_them(facts: Facts, tmp_path: Path) -> None:
    names = set(pack(facts, tmp_path / "out.zip", ["tables", "charts"]))
    assert {f"tables/{name}.{kind}" for name in DRAWN for kind in ("parquet", "csv", "json")} <= names
    assert {"charts/zones.jpg", "charts/contact_graph.svg", f"tables/{ZONES_FILE}"} <= names
    root = folder_name(facts.name)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        told = json.loads(archive.read(f"{root}/tables/dwell.json"))
        schema = json.loads(archive.read(f"{root}/tables/schema.json"))
        found = pd.read_parquet(io.BytesIO(archive.read(f"{root}/tables/dwell.parquet")))
        made = json.loads(archive.read(f"{root}/provenance.json"))
    assert made["counted"] == {"confidence": 0.75, "seconds": 0.5}
    assert pd.DataFrame(told["rows"])["seconds"].tolist() == found["seconds"].tolist()
    assert {c["name"]: c["unit"] for c in schema["dwell"]["columns"]}["occupied_s"] == "s"
    assert facts.drawn is not None
    pd.testing.assert_frame_equal(found, dwell(facts.drawn))
