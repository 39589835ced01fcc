"""A report as PDF, drawn by ReportLab: pages of A4, text that can be searched and copied."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from segcore.report.document import Block, Bullets, Cell, Command, Document, Paragraph, Picture, Pictures, Table
from segcore.report.fonts import BOLD, BOX, MONO, TEXT, Fonts, fonts_for

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_MARGIN = 48.0
"""Points, 17 mm."""
_SHORT = 20
"""A table of so many rows or fewer stays on one page, with its heading and its note."""
_INK, _MUTED, _LINE, _ACCENT, _PANEL = "#1d2426", "#566163", "#d5dcdc", "#12867b", "#f1f5f4"
_NOTE = f"{BOX} stands for a character for which no font was found where this was made; the HTML report has it."


def pdf_of(document: Document) -> bytes:
    """The file. Characters that no font here has are shown as boxes, and a note at the end says so."""
    from reportlab.platypus import SimpleDocTemplate

    fonts = fonts_for(_texts(document))
    out = io.BytesIO()
    pages = SimpleDocTemplate(
        out,
        pagesize=_a4(),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=0.8 * _MARGIN,
        bottomMargin=_MARGIN,
        title=document.title,
        subject=document.subtitle,
        creator="segcore",
        lang="en",
    )
    writer = _Writer(fonts, pages.width - 12)  # a frame of ReportLab's keeps 6 points at either side
    story = [flowable for part in writer.document(document) for flowable in part]
    foot = _foot(writer.shown(document.made))
    pages.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _a4() -> tuple[float, float]:
    from reportlab.lib.pagesizes import A4

    return A4[0], A4[1]


def _foot(made: str) -> Any:
    def draw(canvas: Any, _pages: Any) -> None:
        canvas.saveState()
        canvas.setFont(TEXT, 7)
        canvas.setFillColor(_MUTED)
        canvas.drawString(_MARGIN + 6, 0.6 * _MARGIN, made[:110])
        canvas.drawRightString(_a4()[0] - _MARGIN - 6, 0.6 * _MARGIN, str(canvas.getPageNumber()))
        canvas.restoreState()

    return draw


def _texts(document: Document) -> Iterator[str]:
    """Every text of it."""
    yield from (document.title, document.subtitle, document.made, _NOTE)
    for section in document.sections:
        yield section.title
        for block in section.blocks:
            yield from _texts_of(block)


def _texts_of(block: Block) -> Iterator[str]:
    if isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Paragraph | Command):
        yield block.text
    elif isinstance(block, Picture):
        yield block.caption
    elif isinstance(block, Pictures):
        yield from (picture.caption for picture in block.pictures)
    else:
        yield from (*block.head, block.note, *(cell.text for row in block.rows for cell in row))


class _Writer:
    """Blocks as ReportLab's flowables.

    Args:
        fonts: of all texts.
        width: of the text, points.
    """

    def __init__(self, fonts: Fonts, width: float) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self._fonts, self._width = fonts, width
        text = ParagraphStyle(
            "text", fontName=TEXT, fontSize=9, leading=13, textColor=_INK, spaceAfter=4, splitLongWords=1
        )
        small = {"parent": text, "fontSize": 7.5, "leading": 10.5, "textColor": _MUTED}
        self._text = text
        self._styles = {
            "title": ParagraphStyle("title", parent=text, fontName=BOLD, fontSize=18, leading=22, spaceAfter=4),
            "heading": ParagraphStyle(
                "heading",
                parent=text,
                fontName=BOLD,
                fontSize=12,
                leading=15,
                spaceBefore=12,
                spaceAfter=6,
                keepWithNext=1,
            ),
            "bullet": ParagraphStyle("bullet", parent=text, leftIndent=10, bulletIndent=0),
            "small": ParagraphStyle("small", **small),
            "caption": ParagraphStyle("caption", **small, spaceBefore=2),
            "command": ParagraphStyle(
                "command",
                parent=text,
                fontName=MONO,
                fontSize=8,
                leading=11,
                backColor=_PANEL,
                borderPadding=6,
                leftIndent=6,
                rightIndent=6,
                spaceBefore=6,
            ),
            "words": ParagraphStyle("words", parent=text, fontSize=7.5, leading=10, spaceAfter=0),
            "number": ParagraphStyle("number", parent=text, fontSize=7.5, leading=10, spaceAfter=0, alignment=2),
        }

    def document(self, document: Document) -> Iterator[list[Flowable]]:
        """All of it, a list a block; a heading stays with what follows, and so does a sentence that ends in a colon."""
        from reportlab.platypus import HRFlowable, KeepTogether

        line = HRFlowable(width="100%", thickness=1.5, color=_ACCENT, spaceBefore=4, spaceAfter=6)
        yield [self._paragraph(document.title, "title"), self._paragraph(document.subtitle, "small"), line]
        for section in document.sections:
            lead: list[Flowable] = [self._paragraph(section.title, "heading")]
            for block in section.blocks:
                part, lead = [*lead, *self._block(block)], []
                if isinstance(block, Paragraph) and block.text.endswith(":"):
                    lead = part  # it introduces what comes next, and stands with it
                    continue
                long = isinstance(block, Bullets) or (isinstance(block, Table) and len(block.rows) > _SHORT)
                yield part if long else [KeepTogether(part)]
            if section.blocks:
                yield lead
        if self._fonts.missing:
            yield [self._paragraph(_NOTE, "small")]

    def shown(self, text: str) -> str:
        """A plain text for a line that is no paragraph, in DejaVu alone."""
        return "".join(c if ord(c) in self._fonts.known else BOX for c in text)

    def _paragraph(self, text: str, style: str = "") -> Flowable:
        from reportlab.platypus import Paragraph as Made

        return Made(self._fonts.markup(text), self._styles.get(style, self._text))

    def _block(self, block: Block) -> list[Flowable]:
        from reportlab.platypus import Paragraph as Made
        from reportlab.platypus import Spacer

        if isinstance(block, Paragraph):
            return [self._paragraph(block.text, "small" if block.small else "")]
        if isinstance(block, Bullets):
            return [Made(self._fonts.markup(item), self._styles["bullet"], bulletText="•") for item in block.items]
        if isinstance(block, Command):
            return [self._paragraph(block.text, "command"), Spacer(1, 8)]
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Pictures):
            return [self._grid(block), Spacer(1, 4)]
        return [*self._picture(block, self._width), Spacer(1, 6)]

    def _picture(self, picture: Picture, width: float) -> list[Flowable]:
        from reportlab.platypus import Image

        image = Image(io.BytesIO(picture.content))
        room = width * picture.wide
        image.drawWidth, image.drawHeight = room, room * image.imageHeight / image.imageWidth
        image.hAlign = "LEFT"
        return [image, *([self._paragraph(picture.caption, "caption")] if picture.caption else [])]

    def _grid(self, block: Pictures) -> Flowable:
        from reportlab.platypus import Table as Made

        wide = self._width / block.columns
        cells = [self._picture(picture, wide - 6) for picture in block.pictures]
        cells += [[]] * (-len(cells) % block.columns)
        rows = [cells[at : at + block.columns] for at in range(0, len(cells), block.columns)]
        style = [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        return Made(rows, colWidths=[wide] * block.columns, style=[*style, ("TOPPADDING", (0, 0), (-1, -1), 2)])

    def _table(self, table: Table) -> list[Flowable]:
        from reportlab.platypus import Table as Made

        head = (
            [[self._cell(Cell(text), at < table.left, BOLD) for at, text in enumerate(table.head)]]
            if table.head
            else []
        )
        rows = [[self._cell(cell, at < table.left) for at, cell in enumerate(row)] for row in table.rows]
        style: list[tuple[Any, ...]] = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
        if head:
            style.append(("LINEBELOW", (0, 0), (-1, 0), 1, _MUTED))
        made = Made(head + rows, colWidths=self._widths(table), repeatRows=len(head), style=style, hAlign="LEFT")
        made.spaceAfter = 4
        return [made, *([self._paragraph(table.note, "small")] if table.note else [])]

    def _cell(self, cell: Cell, words: bool, font: str = "") -> Flowable:
        from reportlab.platypus import Paragraph as Made

        square = f'<font color="{cell.color}">\u25a0</font> ' if cell.color else ""
        text = self._fonts.markup(cell.text)
        text = f'<font name="{font}">{text}</font>' if font else text
        return Made(square + text, self._styles["words" if words else "number"])

    def _widths(self, table: Table) -> list[float]:
        """Columns by their longest texts, within bounds, filling the width where there is much to say."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        rows = [[Cell(text) for text in table.head], *table.rows] if table.head else list(table.rows)
        wide = [
            max(stringWidth(row[at].text, BOLD, 7.5) + (12 if row[at].color else 0) for row in rows) + 9
            for at in range(len(rows[0]))
        ]
        room = self._width - sum(one for one in wide if one <= 0.25 * self._width)
        large = sum(one for one in wide if one > 0.25 * self._width)
        if sum(wide) <= self._width:
            return wide
        return [one if one <= 0.25 * self._width else room * one / large for one in wide]
