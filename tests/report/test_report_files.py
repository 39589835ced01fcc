"""HTML and PDF: whole, self-contained, harmless whatever names hold, readable in any script."""

from __future__ import annotations

import base64
import io
import re
import struct
import warnings
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_result import CAT, EVIL
from PIL import Image

from segcore.report.charts.interactive import charts_page
from segcore.report.charts.paper import Chart, readable, tick
from segcore.report.document import Bullets, Cell, Document, Paragraph, Section, Table
from segcore.report.facts import Facts
from segcore.report.fonts import BOX, fonts_for
from segcore.report.html import html_of
from segcore.report.pdf import pdf_of
from segcore.report.writing import write_report


class Seen(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [str(value) for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]


def text_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in opened)


def plain(*texts: str) -> Document:
    table = Table(["Name"], [[Cell(text)] for text in texts])
    return Document(texts[0], "about", "made", [Section("One", [Bullets(texts), table])])


def test_html_is_well_formed_and_fetches_nothing(document: Document) -> None:
    page = html_of(document)
    ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>"))  # XML is stricter than any browser
    seen = Seen()
    seen.feed(page)
    assert "script" not in seen.tags
    assert len(seen.addresses) >= 9
    assert all(address.startswith("data:image/") for address in seen.addresses)
    assert "http://" not in re.sub(r"data:[^\"]*", "", page)
    assert "default-src &#x27;none&#x27;" in page


def test_names_are_shown_not_run(document: Document) -> None:
    page = html_of(document)
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert CAT in page
    assert "&lt;i&gt;Careful&lt;/i&gt;." in page


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_any_name_keeps_html_well_formed(name: str) -> None:
    tree = ElementTree.fromstring(html_of(plain(name)).removeprefix("<!DOCTYPE html>"))
    assert tree.findtext(".//h1") == name
    assert {cell.text for cell in tree.iter("td")} == {name}


def test_charts_are_pictures_with_names_as_text(drawings: list[Chart]) -> None:
    assert [chart.name for chart in drawings] == ["presence", "areas", "contact_graph", "contacts"]
    for chart in drawings:
        pixels = np.asarray(Image.open(io.BytesIO(chart.png)).convert("L"))
        assert pixels.shape[1] > 400
        assert (pixels < 200).mean() > 0.001
        tree = ElementTree.fromstring(chart.svg)
        assert not [node for node in tree.iter() if node.tag.endswith("}script")]
        shown = "".join(node.text or "" for node in tree.iter() if node.tag.endswith("}text"))
        assert "alert(1)" in shown
        assert "кот 猫" in shown
        assert b"<dc:date>" not in chart.svg  # the same result gives the same file


def test_interactive_charts_hold_plotly_and_escape_names(facts: Facts) -> None:
    page = charts_page(facts)
    assert EVIL not in page
    assert "cdn.plot.ly" not in re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.DOTALL)
    assert page.count("Plotly.newPlot(") == 3
    assert "in contact" in page
    assert "&lt;b&gt;.mp4" in page


def test_pdf_has_pages_and_text(document: Document) -> None:
    made = pdf_of(document)
    assert made.startswith(b"%PDF-")
    text = text_of(made)
    assert "In short" in text
    assert "How it was made" in text
    assert "<script>alert(1)</script>" in text.replace("\r\n", "")
    assert "кот" in text
    assert "2 of 3 classes were seen" in text
    opened = pypdfium2.PdfDocument(made)
    assert 3 <= len(opened) <= 8
    assert opened.get_metadata_dict()["Title"] == "<b>.mp4"


def test_a_sentence_with_a_colon_stands_with_what_it_introduces() -> None:
    """Where the page ends there, both go to the next one; at the end of a section it is not lost."""
    rows = [[Cell(f"row {number}")] for number in range(12)]
    for filled in range(36, 46):
        lines = [Paragraph(f"line {number}") for number in range(filled)]
        blocks = [*lines, Paragraph("The rows:"), Table(["Head"], rows), Paragraph("Nothing follows:")]
        pages = pypdfium2.PdfDocument(pdf_of(Document("t", "s", "m", [Section("One", blocks)])))
        texts = [page.get_textpage().get_text_range() for page in pages]
        (holder,) = [text for text in texts if "The rows:" in text]
        assert "row 0" in holder
        assert sum("Nothing follows:" in text for text in texts) == 1


def test_a_character_without_a_font_is_a_box_and_the_pdf_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", list)
    text = text_of(pdf_of(plain("name猫 & <b>", "second")))
    assert f"name{BOX} & <b>" in text.replace("\r\n", "")
    assert "stands for a character for which no font was found" in text
    assert "stands for" not in text_of(pdf_of(plain("Ελληνικά, русский, čeština")))


def test_a_font_of_the_machine_is_used_for_what_dejavu_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DejaVu itself, with the glyph of another character, stands in for a font of the machine."""
    import matplotlib
    from fontTools.ttLib import TTFont

    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    with TTFont(source) as font:
        glyph = font.getBestCmap()[ord("Ж")]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord("猫")] = glyph
        font["name"].setName("Cats", 6, 3, 1, 0x409)
        font["name"].setName("Cats", 6, 1, 0, 0)
        font.save(tmp_path / "cats.ttf")
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [str(tmp_path / "cats.ttf"), str(tmp_path)])
    fonts = fonts_for(["猫 and 犬"])
    assert fonts.others == {"猫": "SegcoreOther0"}
    assert fonts.missing == {"犬"}
    assert fonts.markup("<猫犬>") == f'&lt;<font name="SegcoreOther0">猫</font>{BOX}&gt;'
    assert "猫 and □" in text_of(pdf_of(plain("猫 and 犬")))


@settings(max_examples=8, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_name_gives_a_pdf(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pdf_of(plain(name)).startswith(b"%PDF-")


def test_long_names_and_tables_fit_on_pages() -> None:
    long = Document(
        "x" * 300, "about", "made", [Section("One", [Table(["a", "b"], [[Cell("y" * 400), Cell("z")]] * 80)])]
    )
    opened = pypdfium2.PdfDocument(pdf_of(long))
    assert len(opened) > 3


def test_files_appear_whole(
    facts: Facts, tmp_path: Path, drawings: list[Chart], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[int, int]] = []
    made = write_report(facts, tmp_path / "out", drawings=drawings, on_progress=lambda *step: steps.append(step))
    assert [path.name for path in made] == ["report.html", "report.pdf"]
    assert steps[0] == (0, 4)
    assert steps[-1] == (4, 4)
    monkeypatch.setattr("segcore.report.writing.html_of", lambda _document: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(facts, tmp_path / "broken", ["html"], drawings=drawings)
    assert list((tmp_path / "broken").iterdir()) == []


def test_pictures_in_the_page_are_the_charts(document: Document, drawings: list[Chart]) -> None:
    page = html_of(document)
    assert all(base64.b64encode(chart.svg).decode() in page for chart in drawings)
    width, height = struct.unpack(">II", drawings[0].png[16:24])
    assert width == 1440
    assert height < width


@pytest.mark.parametrize(
    ("seconds", "span", "said"),
    [(5, 60, "0:05"), (65, 100, "1:05"), (3723, 9000, "1:02:03"), (1.5, 4, "1.5 s"), (-5, 60, "-0:05")],
)
def test_ticks_of_time(seconds: float, span: float, said: str) -> None:
    assert tick(seconds, span) == said


def test_light_colours_are_darkened_for_paper() -> None:
    assert readable("#0000ff") == "#0000ff"
    assert readable("#ffffff") == readable("#ffffff") != "#ffffff"
    assert int(readable("#ffffff")[1:3], 16) < 200
