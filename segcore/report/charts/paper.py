"""What all charts share: paper, ink, fonts, and how a figure becomes files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.2
"""Inches: the width of a page's text."""
INK, MUTED, GRID = "#1d2426", "#6b7678", "#dfe4e4"
ACCENT, SECOND = "#12867b", "#c8622a"
_DPI = 200
_SAVING: dict[str, dict[str, Any]] = {"svg": {"metadata": {"Date": None}}, "jpg": {"pil_kwargs": {"quality": 88}}}
_STYLE: dict[str, Any] = {
    "font.family": [
        "DejaVu Sans",
        "Noto Sans CJK SC",
        "Noto Sans CJK JP",
        "Microsoft YaHei",
        "PingFang SC",
        "sans-serif",
    ],
    "font.size": 8,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "svg.fonttype": "none",  # text stays text: it can be edited, and readers' fonts know what ours do not
    "svg.hashsalt": "segcore",
    "text.parse_math": False,  # a class may be called $x$
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


@dataclass(frozen=True)
class Chart:
    """A chart as files; `title` says what it shows, `alt` the same for those who cannot see it, `wide` how much
    of a page's width it takes."""

    name: str
    title: str
    alt: str
    png: bytes
    svg: bytes
    wide: float = 1.0


def drawn(name: str, title: str, alt: str, draw: Any, *data: Any, **more: Any) -> Chart:
    """Call `draw(*data, **more)`, which gives a figure, and keep it as PNG and SVG."""
    import logging

    import matplotlib

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # fonts that are not here are not missed
    with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]  # its stubs want every key as a literal
        figure = draw(*data, **more)
        wide = figure.get_figwidth() / WIDTH
        return Chart(name, title, alt, _saved(figure, "png"), _saved(figure, "svg"), wide)


def photograph(draw: Any, *data: Any) -> bytes:
    """Call `draw(*data)`, which gives a figure of a photograph, and keep it as JPEG."""
    import matplotlib

    with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]
        return _saved(draw(*data), "jpg")


def _saved(figure: Figure, kind: str) -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=".*Glyph.*missing from.*"
        )  # a box stands for it; the SVG has the text
        figure.savefig(out, format=kind, dpi=_DPI, **_SAVING.get(kind, {}))
    return out.getvalue()


def new_figure(height: float) -> Figure:
    """An empty figure of the page's width, `height` inches high; of no global state."""
    from matplotlib.figure import Figure as Made

    return Made(figsize=(WIDTH, height), layout="constrained")


def seconds_axis(axes: Axes, start: float, end: float) -> None:
    """The axis of time: minutes and seconds."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(start, max(end, start + 1e-3))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 1.5, 2, 3, 5, 6, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: tick(value, end - start)))


def tick(seconds: float, span: float) -> str:
    """0:05, 1:02:03; with tenths where all that is shown is short."""
    sign, seconds = ("-" if seconds < -1e-9 else ""), abs(seconds)
    if span < 8:
        return f"{sign}{seconds:.1f} s"
    hours, rest = divmod(round(seconds), 3600)
    return sign + (f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}")


def in_percent(value: float, _at: object = None) -> str:
    """A share as a tick of an axis: 2.5 %, 0.15 %."""
    return f"{round(100 * value, 6):g} %"


def readable(color: str) -> str:
    """A class's colour, darkened until a line of it stands out from white paper (contrast 2 or more).

    Args:
        color: "#rrggbb".
    """
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    for _ in range(40):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        if 1.05 / (light + 0.05) >= 2:
            break
        red, green, blue = red * 0.94, green * 0.94, blue * 0.94
    return "#{:02x}{:02x}{:02x}".format(*(round(255 * c) for c in (red, green, blue)))
