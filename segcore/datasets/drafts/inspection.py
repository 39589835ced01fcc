"""A look at what an import would bring: frames decoded, mended, counted and shown; nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.conversion import Conversion
from segcore.datasets.counting import counts_of
from segcore.datasets.dataset import Problem
from segcore.datasets.drafts.cutouts import crop, evenly, preview, save
from segcore.datasets.formats import Frame, Reading
from segcore.datasets.formats.folders.offers import resize_offer, turn_offer
from segcore.datasets.images import read_header, read_image
from segcore.datasets.parallel import in_order, room_for
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.stages import Progress, enter
from segcore.errors import InvalidImage, InvalidMask, WrongMaskSize

MOST_FRAMES = 200
"""So many frames are decoded; larger sets are sampled."""
_CROPS, _PREVIEWS = 3, 6


@dataclass
class Inspection:
    """What was seen in the frames looked at; `looked` of `frames`.

    `pixels`, `shown`: class id → pixels, frames that show it. `best`: class id → stems, the largest areas first.
    `sizes`: (width, height) → frames. `resized`, `turned`: masks that a mend would fit to their images.
    """

    frames: int = 0
    looked: int = 0
    good: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pixels: Counter[int] = field(default_factory=Counter)
    shown: Counter[int] = field(default_factory=Counter)
    best: dict[int, list[str]] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    resized: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)

    @property
    def usable(self) -> int:
        """Frames that can be imported, as far as they were looked at."""
        return self.frames - self.looked + len(self.good)


@dataclass(frozen=True)
class _Seen:
    frame: Frame
    counts: np.ndarray | None = None
    size: tuple[int, int] = (0, 0)
    problem: Problem | None = None
    mend: str = ""


def inspect(reading: Reading, source: Path, repairs: Repairs, on_progress: Progress | None = None) -> Inspection:
    """Decode frames (all of a small set, 200 of a large one) as an import with these repairs would."""
    conversion = Conversion(source, repairs, reading.tally)
    by_stem = {frame.stem: frame for frame in reading.frames}
    wanted = evenly(by_stem, MOST_FRAMES)
    found = Inspection(frames=len(by_stem), looked=len(wanted))
    areas: dict[int, list[tuple[int, str]]] = {}
    enter(on_progress, "looking at frames")
    for done, seen in enumerate(in_order(lambda s: _look(conversion, by_stem[s]), wanted), 1):
        _count(found, areas, seen)
        if on_progress:
            on_progress(done, len(wanted))
    found.best = {i: [stem for _, stem in sorted(some)[:_CROPS]] for i, some in areas.items()}
    return found


def _look(conversion: Conversion, frame: Frame) -> _Seen:
    try:
        header = read_header(frame.image)
        with room_for(*header.size):
            read_image(frame.image)
            labels = conversion.labels(frame, header)
    except WrongMaskSize as error:
        mend = "turn" if error.size == header.stored and header.orientation > 1 else "resize"
        return _Seen(frame, problem=conversion.problem(frame, error), mend=mend)
    except (InvalidImage, InvalidMask) as error:
        return _Seen(frame, problem=conversion.problem(frame, error))
    return _Seen(frame, counts_of(labels), (header.size[1], header.size[0]))


def _count(found: Inspection, areas: dict[int, list[tuple[int, str]]], seen: _Seen) -> None:
    if seen.problem:
        found.problems.append(seen.problem)
    if seen.mend:
        (found.turned if seen.mend == "turn" else found.resized).append(seen.frame.mask_name)
    if seen.counts is None:
        return
    found.good.append(seen.frame.stem)
    found.sizes[seen.size] += 1
    for class_id in np.flatnonzero(seen.counts).tolist():
        count = int(seen.counts[class_id])
        found.pixels[class_id] += count
        found.shown[class_id] += 1
        if class_id != IGNORE:
            areas[class_id] = sorted([*areas.get(class_id, []), (-count, seen.frame.stem)])[:_CROPS]


def size_offers(found: Inspection, repairs: Repairs) -> list[Offer]:
    """Mends of sizes that the frames looked at would need."""
    made = [turn_offer(found.turned, True, repairs)] if found.turned and not repairs.turn_masks else []
    return made + ([resize_offer(found.resized, repairs)] if found.resized and not repairs.resize_masks else [])


def draw(
    reading: Reading, source: Path, repairs: Repairs, found: Inspection, folder: Path, on_progress: Progress | None
) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
    """Write cut-outs of every class and previews into `folder`.

    Returns:
        Class id → names of its cut-outs, and names of the previews, relative to `folder`.
    """
    by_stem = {frame.stem: frame for frame in reading.frames}
    best = {row.id: [s for s in row.best if s in by_stem] or found.best.get(row.id, []) for row in reading.legend}
    best = {i: stems[:_CROPS] for i, stems in best.items()} or found.best
    shown = evenly(found.good, _PREVIEWS)
    jobs = sorted({*shown, *(s for stems in best.values() for s in stems)})
    conversion = Conversion(source, repairs, reading.tally)
    enter(on_progress, "drawing examples")

    def one(stem: str) -> dict[tuple[int, int], str]:
        wanted = {(i, stems.index(stem)) for i, stems in best.items() if stem in stems}
        number = shown.index(stem) if stem in shown else None
        return _draw_one(conversion, by_stem[stem], reading, folder, wanted, number)

    drawn: dict[tuple[int, int], str] = {}
    for done, names in enumerate(in_order(one, jobs), 1):
        drawn |= names
        if on_progress:
            on_progress(done, len(jobs))
    crops = {c.id: tuple(drawn[key] for key in sorted(drawn) if key[0] == c.id) for c in reading.classes}
    return crops, tuple(drawn[key] for key in sorted(drawn) if key[0] == -1)


def _draw_one(
    conversion: Conversion,
    frame: Frame,
    reading: Reading,
    folder: Path,
    wanted: set[tuple[int, int]],
    number: int | None,
) -> dict[tuple[int, int], str]:
    """All pictures of one frame: (class, number) → name, previews as class -1."""
    try:
        image = read_image(frame.image)
        labels = conversion.labels(frame, read_header(frame.image))
    except (InvalidImage, InvalidMask):  # listed among the problems
        return {}
    drawn: dict[tuple[int, int], str] = {}
    for class_id, rank in wanted:
        picture = crop(image, labels, class_id, reading.classes[class_id].rgb)
        if picture is not None:
            drawn[class_id, rank] = f"class_{class_id}_{rank}.png"
            save(folder / drawn[class_id, rank], picture)
    if number is not None:
        drawn[-1, number] = f"preview_{number}.jpg"
        save(folder / drawn[-1, number], preview(image, labels, reading.classes))
    return drawn
