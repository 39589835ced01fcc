"""A report as one HTML file that needs nothing else: pictures are in it, and it runs no scripts. Pure."""

from __future__ import annotations

import base64
from html import escape

from segcore.report.document import Block, Bullets, Cell, Command, Document, Paragraph, Picture, Pictures, Table

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Browsers then neither run scripts nor fetch anything, whatever names hold."""

_STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 58rem; background: #fff; color: #1d2426;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
header { border-bottom: 3px solid #12867b; padding-bottom: 1rem; margin-bottom: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .8rem; break-after: avoid; }
header p { margin: 0; color: #566163; }
ul { padding-left: 1.2rem; } li { margin: .35rem 0; }
li, p, td { overflow-wrap: anywhere; }
.small, .note, figcaption { font-size: .84rem; color: #566163; }
figure { margin: 1rem 0; break-inside: avoid; }
figure img { width: 100%; height: auto; display: block; border-radius: 4px; }
.grid { display: grid; gap: .8rem; margin: 1rem 0; }
.grid figure { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88rem; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .34rem .6rem; text-align: right; border-bottom: 1px solid #e3e8e8; vertical-align: top; }
th { font-weight: 600; border-bottom: 2px solid #b9c4c4; white-space: nowrap; }
.words { text-align: left; }
td.number { white-space: nowrap; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border-radius: 2px;
  border: 1px solid #0004; vertical-align: -.06em; }
pre { background: #f1f5f4; border-radius: 4px; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .85rem/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid #e3e8e8; font-size: .84rem; color: #566163; }
@media print { body { font-size: 11px; max-width: none; padding: 0; } }
@media (max-width: 40rem) { .grid { grid-template-columns: 1fr 1fr !important; } }
"""


def html_of(document: Document) -> str:
    """The file's text; every name in it is escaped."""
    sections = "\n".join(
        f"<section>\n<h2>{escape(section.title)}</h2>\n{''.join(map(_block, section.blocks))}</section>"
        for section in document.sections
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{escape(document.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
<p>{escape(document.subtitle)}</p>
</header>
<main>
{sections}
</main>
<footer>{escape(document.made)}</footer>
</body>
</html>
"""


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        small = ' class="small"' if block.small else ""
        return f"<p{small}>{escape(block.text)}</p>\n"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</ul>\n"
    if isinstance(block, Command):
        return f"<pre>{escape(block.text)}</pre>\n"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Pictures):
        inside = "".join(map(_picture, block.pictures))
        return f'<div class="grid" style="grid-template-columns:repeat({block.columns},1fr)">{inside}</div>\n'
    return _picture(block)


def _picture(picture: Picture) -> str:
    content, kind = (picture.svg, "image/svg+xml") if picture.svg else (picture.content, picture.kind)
    address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    wide = f' style="width:{picture.wide:.0%}"' if picture.wide < 1 else ""
    return f'<figure><img{wide} src="{address}" alt="{escape(picture.alt)}"/>{caption}</figure>\n'


def _table(table: Table) -> str:
    head = "".join(f"<th{_words(at, table)}>{escape(text)}</th>" for at, text in enumerate(table.head))
    body = "".join(
        f"<tr>{''.join(f'<td{_words(at, table)}>{_cell(cell)}</td>' for at, cell in enumerate(row))}</tr>"
        for row in table.rows
    )
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    top = f"<thead><tr>{head}</tr></thead>" if table.head else ""
    return f'<div class="scroll"><table>{top}<tbody>{body}</tbody></table></div>{note}\n'


def _words(column: int, table: Table) -> str:
    return ' class="words"' if column < table.left else ' class="number"'


def _cell(cell: Cell) -> str:
    swatch = f'<span class="swatch" style="background:{escape(cell.color)}"></span>' if cell.color else ""
    return swatch + escape(cell.text)
