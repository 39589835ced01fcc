"""Fonts of the PDF. DejaVu, which comes with matplotlib, knows Latin, Greek, Cyrillic and more; for what it lacks a
font of the machine is looked for, and where there is none a box stands for the character, and the PDF says so."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

TEXT, BOLD, MONO = "SegcoreText", "SegcoreBold", "SegcoreMono"
BOX = "\u25a1"
"""Stands for a character that no font has; DejaVu has it."""
_FILES = {TEXT: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", MONO: "DejaVuSansMono.ttf"}
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff\u00ad")
"""Characters that show nothing, and may be missing from a font."""


@dataclass
class Fonts:
    """Registered fonts.

    Attributes:
        known: the characters of DejaVu.
        others: character → name of a font of this machine that has it.
        missing: characters that no font has.
    """

    known: frozenset[int]
    others: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def markup(self, text: str) -> str:
        """A plain text as ReportLab's paragraphs take it: escaped, each character in a font that has it."""
        parts = []
        for font, run in groupby(text, self._font):
            shown = "".join(map(self._shown, run))
            parts.append(f'<font name="{font}">{escape(shown)}</font>' if font else escape(shown))
        return "".join(parts)

    def _font(self, one: str) -> str:
        return self.others.get(one, "")

    def _shown(self, one: str) -> str:
        if not one.isprintable():
            return "" if one in _UNSEEN else " "
        return BOX if one in self.missing else one


def fonts_for(texts: Iterable[str]) -> Fonts:
    """Register DejaVu, and fonts of this machine for what it lacks of these texts."""
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    fonts = Fonts(_characters(folder / _FILES[TEXT]))
    wanted = {one for text in texts for one in text if ord(one) not in fonts.known and one.isprintable()}
    if wanted:
        _look_for(wanted, fonts)
    return fonts


def _look_for(wanted: set[str], fonts: Fonts) -> None:
    """Fill `others` and `missing`: the font that has most of what is wanted goes first."""
    from matplotlib.font_manager import findSystemFonts
    from reportlab.pdfbase import pdfmetrics

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    paths = map(Path, sorted(findSystemFonts()))
    found = [(path, has) for path in paths if (has := {one for one in wanted if ord(one) in _characters(path)})]
    left, taken = set(wanted), {pdfmetrics.getFont(name).face.name for name in _FILES}
    for number, (path, has) in enumerate(sorted(found, key=lambda one: -len(one[1]))):
        if has & left and _registered(f"SegcoreOther{number}", path, taken):
            fonts.others |= dict.fromkeys(has & left, f"SegcoreOther{number}")
            left -= has
    fonts.missing |= left


@lru_cache(maxsize=4096)
def _characters(path: Path) -> frozenset[int]:
    """What a font file has; nothing where it cannot be embedded (outlines other than TrueType's)."""
    from fontTools.ttLib import TTFont as Opened
    from fontTools.ttLib import TTLibError

    try:
        with Opened(path, lazy=True, fontNumber=0) as opened:
            there = opened.getBestCmap() if "glyf" in opened else None
    except (TTLibError, OSError, KeyError, ValueError):
        return frozenset()
    return frozenset(there or ())


def _registered(name: str, path: Path, taken: set[str]) -> bool:
    """Register a font; ReportLab takes two of one PostScript name for one, so the second is left out."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        font = TTFont(name, str(path))
    except (TTFError, OSError, ValueError):
        return False
    if font.face.name in taken:
        return False
    taken.add(font.face.name)
    pdfmetrics.registerFont(font)
    return True
