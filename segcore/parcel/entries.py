"""What a ZIP to take along holds: its files, what each is, and how it comes there."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Literal

from segcore import __version__
from segcore.knowledge.columns import FILES
from segcore.knowledge.drawing import ZONES_FILE
from segcore.knowledge.heat import HEAT_FILE
from segcore.knowledge.masks import MASKS, MASKS_FILE
from segcore.knowledge.table_files import write_tables
from segcore.knowledge.zone_tables import drawn_tables
from segcore.parcel.coco import write_coco
from segcore.parcel.tables import KNOWN, schema_of, write_json
from segcore.report.charts.interactive import charts_page
from segcore.report.charts.paper import Chart
from segcore.report.document import Picture
from segcore.report.drawn import picture
from segcore.report.facts import Facts
from segcore.report.provenance import provenance
from segcore.video.outputs.extras import EXTRA_FILES, Extra

Part = Literal["video", "report", "tables", "charts", "masks", "extras"]
PARTS: dict[Part, str] = {
    "video": "The video with its classes drawn (MP4)",
    "report": "The report (HTML and PDF)",
    "tables": "Tables (Parquet, CSV, JSON with units)",
    "charts": "Charts (PNG, SVG, interactive HTML)",
    "masks": "Masks of every frame (COCO run lengths)",
    "extras": "What else was asked for (frames, mask video, transparent overlay)",
}
_EXTRAS: dict[Extra, str] = {
    "frames": "Every frame with its classes drawn, JPEG",
    "masks": "Every mask as a palette PNG: the value of a pixel is its class",
    "mask_video": "The masks as a lossless video: QuickTime, palette PNG",
    "alpha_overlay": "What was drawn, transparent, to lay over the source: WebM",
}
_KNOWLEDGE = {
    ZONES_FILE: "Zones, lines, the known length and what counts as an object, as they were drawn on a frame",
    HEAT_FILE: "In how many frames each place of the picture held each class: NumPy arrays",
}
Step = Callable[[float], None]
"""Called with how much of an entry is done, 0 to 1."""


@dataclass(frozen=True)
class Entry:
    """A file of the ZIP.

    Attributes:
        name: in the ZIP, below its folder.
        told: what it is, for README.txt.
        part: what of the choice it belongs to; "" where it is always there.
        path: the file to copy, or
        write: what writes it, in pieces.
        cost: bytes, about; for the progress.
    """

    name: str
    told: str
    part: Part | Literal[""] = ""
    path: Path | None = None
    write: Callable[[IO[bytes], Step], None] | None = None
    cost: int = 100_000


def there(names: Collection[str]) -> list[Part]:
    """The parts that a result can give.

    Args:
        names: of its files.
    """
    missing = {
        "video": "overlay.mp4" not in names,
        "masks": MASKS_FILE not in names,
        "extras": not set(EXTRA_FILES.values()) & set(names),
    }
    return [part for part in PARTS if not missing.get(part, False)]


def entries(
    facts: Facts, parts: Sequence[Part], drawings: Sequence[Chart], reports: Sequence[Path], opened: ExitStack
) -> list[Entry]:
    """All files, in the order in which a reader would look at them.

    Args:
        facts: of the result.
        parts: what to take along; what the result does not have is passed over.
        drawings: its charts.
        reports: files of its report.
        opened: keeps copies of files that lie in a ZIP.
    """
    taken = set(parts)
    drawn = _drawn(facts, opened) if "tables" in taken else {}
    found = [
        *(Entry(path.name, _REPORTS[path.suffix], "report", path, cost=path.stat().st_size) for path in reports),
        *(_files(facts, opened) if taken & {"video", "tables", "extras", "masks"} else ()),
        *_drawn_files(drawn),
        *(_made_tables(facts, drawn, opened) if "tables" in taken else ()),
        *(_charts(facts, drawings) if "charts" in taken else ()),
        *(_coco(facts) if "masks" in taken else ()),
        _json(
            "provenance.json",
            "How it was made: network, dataset, video, settings, versions, the command",
            provenance(facts),
        ),
    ]
    found += [
        _copy(facts, opened, "summary.json", "summary.json", "What the job said of itself: speeds, warnings, classes")
    ]
    return [entry for entry in found if not entry.part or entry.part in taken]


_REPORTS = {
    ".html": "The report; opens in any browser, needs no network",
    ".pdf": "The same to print and to send",
}


def _files(facts: Facts, opened: ExitStack) -> Iterator[Entry]:
    """Files of the result as they are."""
    has = facts.result.has
    if has("overlay.mp4"):
        yield _copy(facts, opened, "overlay.mp4", "overlay.mp4", "The video with its classes drawn", "video")
    if has("poster.jpg"):
        yield _copy(facts, opened, "poster.jpg", "poster.jpg", "A still of it", "video")
    for name, told in _KNOWLEDGE.items():
        if has(name):
            yield _copy(facts, opened, name, f"tables/{name}", told, "tables")
    for name in FILES:
        for kind in ("parquet", "csv") if name != MASKS else ():
            if has(f"{name}.{kind}"):
                yield _copy(facts, opened, f"{name}.{kind}", f"tables/{name}.{kind}", _told(name), "tables")
    for extra, file in EXTRA_FILES.items():
        if has(file):
            yield _copy(facts, opened, file, file, _EXTRAS[extra], "extras")
    if has(MASKS_FILE):
        told = 'Masks in a few bytes: segcore.results.load("this.zip").mask(0) gives that of the first frame'
        yield _copy(facts, opened, MASKS_FILE, f"masks/{MASKS_FILE}", told, "masks")


def _drawn(facts: Facts, opened: ExitStack) -> dict[str, Path]:
    """Tables of what was drawn: name → its Parquet file, with the CSV beside it; nothing where nothing was drawn."""
    if facts.drawn is None:
        return {}
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    tables = drawn_tables(facts.drawn)
    write_tables(folder, tables)
    return {name: folder / f"{name}.parquet" for name in tables}


def _drawn_files(drawn: Mapping[str, Path]) -> Iterator[Entry]:
    for name, path in drawn.items():
        for file in (path, path.with_suffix(".csv")):
            yield Entry(f"tables/{file.name}", _told(name), "tables", file, cost=file.stat().st_size)


def _copy(facts: Facts, opened: ExitStack, file: str, name: str, told: str, part: Part | Literal[""] = "") -> Entry:
    path = opened.enter_context(facts.result.opened(file))
    return Entry(name, told, part, path, cost=path.stat().st_size)


def _made_tables(facts: Facts, drawn: Mapping[str, Path], opened: ExitStack) -> Iterator[Entry]:
    """The tables as JSON, and what their columns are."""
    paths = {
        name: opened.enter_context(facts.result.opened(f"{name}.parquet"))
        for name in FILES
        if name != MASKS and facts.result.has(f"{name}.parquet")
    } | dict(drawn)
    yield _json("tables/schema.json", "Every column of every table: type, unit, meaning", schema_of(paths), "tables")
    for name, path in paths.items():

        def write(out: IO[bytes], _step: Step, name: str = name, path: Path = path) -> None:
            write_json(name, path, out)

        yield Entry(f"tables/{name}.json", _told(name), "tables", write=write, cost=20 * path.stat().st_size)


def _told(name: str) -> str:
    """A table in one sentence."""
    table = KNOWN[name]
    return f"{table.holds[0].upper()}{table.holds[1:]}. A row is {table.row}"


def _charts(facts: Facts, drawings: Sequence[Chart]) -> Iterator[Entry]:
    for chart in drawings:
        for kind, content in (("png", chart.png), ("svg", chart.svg)):
            yield Entry(
                f"charts/{chart.name}.{kind}", chart.title, "charts", write=partial(_put, content), cost=len(content)
            )

    shown = picture(facts) if facts.drawing.shapes or facts.drawing.length else None
    if isinstance(shown, Picture):
        told, cost = "The frame with the zones, lines and the known length", len(shown.content)
        yield Entry("charts/zones.jpg", told, "charts", write=partial(_put, shown.content), cost=cost)

    def write(out: IO[bytes], _step: Step) -> None:
        out.write(charts_page(facts).encode())

    yield Entry("charts/charts.html", "The charts to zoom into, in any browser", "charts", write=write, cost=5_000_000)


def _coco(facts: Facts) -> Iterator[Entry]:
    if not facts.result.has(MASKS_FILE):
        return
    frames = facts.result.times
    pairs = list(zip(frames.frames.tolist(), frames.starts.tolist(), strict=True))
    info = {
        "description": facts.name,
        "contributor": f"segcore {__version__}",
        "date_created": facts.summary.get("created"),
    }

    def write(out: IO[bytes], step: Step) -> None:
        count = max(1, len(pairs))
        write_coco(
            out, facts.result.masks(), pairs, facts.classes, facts.result.size, info, lambda done: step(done / count)
        )

    told = "The pixels of every class in every frame: COCO's run lengths, an image a frame, an annotation a class in it"
    yield Entry("masks/masks.coco.json", told, "masks", write=write, cost=400_000 * len(pairs))


def _json(name: str, told: str, content: object, part: Part | Literal[""] = "") -> Entry:
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    return Entry(name, told, part, write=partial(_put, text.encode()), cost=len(text))


def _put(content: bytes, out: IO[bytes], _step: Step) -> None:
    out.write(content)
