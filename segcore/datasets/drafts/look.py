"""From a reading and a look at its frames to the draft that a user sees."""

from __future__ import annotations

from pathlib import Path

from segcore.classes import IGNORE
from segcore.datasets.dataset import Problem
from segcore.datasets.drafts import Candidate, Draft, DraftClass, DraftProblem
from segcore.datasets.drafts.inspection import Inspection, draw, inspect, size_offers
from segcore.datasets.formats import Reader, Reading
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.stages import Progress

_MOST_PROBLEMS = 500


def looked_at(
    blank: Draft,
    source: Path,
    reader: Reader,
    repairs: Repairs,
    folder: Path,
    pictures: str,
    on_progress: Progress | None = None,
) -> Draft:
    """A draft of one format, with its pictures in `folder`/`pictures`.

    Args:
        blank: id, filename, created and candidates.
        source: the unpacked upload.
        reader: of the chosen format.
        repairs: what may be mended; the mapping is left to the page.
        folder: the draft's.
        pictures: a new folder's name below it.
        on_progress: called with (done, in all), stage by stage.

    Raises:
        DatasetError: it cannot be read at all.
    """
    plain = repairs.model_copy(update={"mapping": None})
    reading = reader.read(source, plain, on_progress)
    found = inspect(reading, source, plain, on_progress)
    crops, previews = draw(reading, source, plain, found, folder / pictures, on_progress)
    problems = [*reading.problems, *found.problems]
    error, fix = _error(reading, found, problems)
    return blank.model_copy(
        update={
            "format": reader.name,
            "evidence": reading.evidence,
            "repairs": repairs,
            "frames": found.usable,
            "sizes": tuple(size for size, _ in found.sizes.most_common()),
            "classes": reading.classes if len(reading.classes) else None,
            "legend": _legend(reading, found, {i: _in(pictures, names) for i, names in crops.items()}),
            "problems": tuple(DraftProblem(file=p.file, fault=p.fault, fix=p.fix) for p in problems[:_MOST_PROBLEMS]),
            "offers": _offers(reading, found, repairs),
            "notes": _notes(reading, found, len(problems)),
            "previews": _in(pictures, previews),
            "split": _split(reading),
            "error": error,
            "fix": fix,
        }
    )


def candidates_of(found: list[tuple[Reader, str]]) -> tuple[Candidate, ...]:
    """The formats that fit, for the user to choose from."""
    return tuple(Candidate(format=r.name, title=r.title, evidence=evidence) for r, evidence in found)


def _in(folder: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}" for name in names)


def _legend(reading: Reading, found: Inspection, crops: dict[int, tuple[str, ...]]) -> tuple[DraftClass, ...]:
    """A row a class; counts of all masks where the reader has them, else of the frames looked at."""
    rows = {row.id: row for row in reading.legend}
    counted = bool(rows) and all(row.pixels is not None for row in rows.values())
    pixels = {i: (rows[i].pixels or 0) if counted else found.pixels[i] for i in range(len(reading.classes))}
    whole = max(1, sum(pixels.values()))
    legend = []
    for c in reading.classes:
        row = rows.get(c.id)
        frames = row.frames if row and row.frames is not None else found.shown[c.id]
        source, known = (row.source, row.known) if row else (f"label {c.id}", True)
        legend.append(
            DraftClass(
                id=c.id,
                name=c.name,
                color=c.color,
                source=source,
                share=pixels[c.id] / whole,
                frames=frames,
                known=known,
                crops=crops.get(c.id, ()),
            )
        )
    return tuple(legend)


def _offers(reading: Reading, found: Inspection, repairs: Repairs) -> tuple[Offer, ...]:
    """The reader's, and those of sizes that it did not make; each keeps the mapping chosen so far."""
    made = list(reading.offers)
    kinds = {offer.kind for offer in made}
    made += [offer for offer in size_offers(found, repairs) if offer.kind not in kinds]
    keep = {"mapping": repairs.mapping}
    return tuple(o.model_copy(update={"repairs": o.repairs.model_copy(update=keep)}) for o in made)


def _notes(reading: Reading, found: Inspection, problems: int) -> tuple[str, ...]:
    notes = list(reading.notes)
    if found.looked < found.frames:
        counted = bool(reading.legend) and reading.legend[0].pixels is not None
        what = "Sizes and pictures are" if counted else "Shares, sizes and pictures are"
        notes.append(f"{what} those of {found.looked} frames out of {found.frames}; the import looks at all.")
    whole = sum(found.pixels.values())
    if (ignored := found.pixels[IGNORE]) >= whole / 1000 > 0:
        notes.append(f"{ignored / whole:.1%} of all pixels are ignored: neither trained on nor scored.")
    if problems > _MOST_PROBLEMS:
        notes.append(f"{problems} files have problems; the first {_MOST_PROBLEMS} are listed.")
    return tuple(notes)


def _split(reading: Reading) -> str:
    split = reading.split
    if split is None:
        return ""
    rest = f", {len(split.left_out)} on neither side" if split.left_out else ""
    return f"It brings its own split: {len(split.train)} frames to train on, {len(split.val)} to validate on{rest}."


def _error(reading: Reading, found: Inspection, problems: list[Problem]) -> tuple[str, str]:
    """Why it cannot be imported as it is."""
    if found.usable:
        return "", ""
    first = problems[0] if problems else None
    lead = "No usable pair of image and mask"
    if first is None:
        return f"{lead}.", ""
    help_at_hand = "Take one of the offers, or: " if reading.offers else ""
    return f"{lead}; {first.file}: {first.fault}.", f"{help_at_hand}{first.fix}"
