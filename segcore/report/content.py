"""What a report says, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from segcore import __version__
from segcore.errors import VideoError
from segcore.report import provenance, tables
from segcore.report.charts.of_result import charts
from segcore.report.charts.paper import Chart
from segcore.report.document import (
    Block,
    Bullets,
    Cell,
    Command,
    Document,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from segcore.report.drawn import OVERLAY, drawn_blocks
from segcore.report.drawn_tables import track_table
from segcore.report.facts import Facts
from segcore.report.findings import FEW_FRAMES, findings
from segcore.report.frames import moments, stills
from segcore.report.words import clock, listed, share


def document_of(facts: Facts, drawings: Sequence[Chart] | None = None) -> Document:
    """The report of a result.

    Args:
        facts: of it.
        drawings: its charts, where they are drawn already.
    """
    drawn = {chart.name: _picture(chart) for chart in (charts(facts) if drawings is None else drawings)}
    network = facts.summary.get("network", {}).get("name") or "an unknown network"
    sections = [
        Section("In short", [Bullets(findings(facts))]),
        Section("The video", _frames(facts)),
        Section("When and how much", [drawn[name] for name in ("presence", "areas") if name in drawn]),
        Section("Each class", [tables.class_table(facts)] if len(facts.seen) else []),
        Section("Objects and events", _objects(facts, drawn)),
        Section("Zones, lines and lengths", drawn_blocks(facts)),
        Section("How sure it is", _sureness(facts, drawn)),
        Section("What to keep in mind", [Bullets(limits(facts))]),
        Section("How it was made", _made(facts)),
    ]
    return Document(
        title=provenance.title_of(facts),
        subtitle=f"What segcore saw in this video by the network {network}. {provenance.made_on(facts.summary)}.",
        made=f"{facts.name} · segcore {__version__}",
        sections=[section for section in sections if section.blocks],
    )


def _picture(chart: Chart) -> Picture:
    return Picture(chart.png, "image/png", chart.alt, chart.title, chart.svg, chart.wide)


def _frames(facts: Facts) -> list[Block]:
    """Some frames of the overlay with their times; a sentence where it is not there or cannot be read."""
    if not facts.result.has(OVERLAY):
        return [Paragraph("The video with its classes drawn is not beside this result.", small=True)]
    chosen = moments(facts.result.ledger)
    start = float(facts.summary["settings"].get("start_s") or 0.0)
    try:
        with facts.result.opened(OVERLAY) as path:
            found = stills(path, [one for one, _ in chosen], start)
    except VideoError as error:
        return [Paragraph(f"Frames cannot be shown: {error}", small=True)]
    pictures = [
        Picture(
            still,
            "image/jpeg",
            alt=f"Frame at {clock(one.time_s)} with {listed(names) or 'no class'}",
            caption=f"{one.time_s:.2f} s",
        )
        for still, (one, names) in zip(found, chosen, strict=False)
    ]
    grid = Pictures(pictures, columns=3 if len(pictures) > 2 else max(1, len(pictures)))
    return [grid, _legend(facts)] if len(facts.seen) else [grid]


def _legend(facts: Facts) -> Table:
    """The colours of the classes that were seen, one at least, a few side by side."""
    cells = [
        Cell(str(name), facts.classes[int(i)].color)
        for i, name in zip(facts.seen["class_id"], facts.seen["class"], strict=True)
    ]
    wide = len(cells) if len(cells) <= 8 else 6
    cells += [Cell("")] * (-len(cells) % wide)
    return Table([], [cells[at : at + wide] for at in range(0, len(cells), wide)], left=wide)


def _objects(facts: Facts, drawn: dict[str, Picture]) -> list[Block]:
    contacts: list[Block] = [drawn[name] for name in ("contact_graph", "contacts") if name in drawn]
    if facts.counts is not None and not contacts:
        contacts = [Paragraph("No two classes touched.")]
    of_objects: list[Block | None] = [tables.count_table(facts), track_table(facts)]
    if facts.known is not None and facts.known.tracks.empty and facts.known.left_out:
        of_objects = [Paragraph(f"No object counts. {tables.counted_words(facts)}")]
    blocks: list[Block | None] = [*of_objects, *contacts, tables.contact_table(facts), tables.event_table(facts)]
    return [block for block in blocks if block is not None]


def _sureness(facts: Facts, drawn: dict[str, Picture]) -> list[Block]:
    blocks: list[Block] = [drawn["certainty"]] if "certainty" in drawn else []
    stability = facts.summary.get("stability") or {}
    if stability.get("flicker") is not None:
        text = (
            f"Flicker {stability['flicker']:.3f}: so much of a class's area, on average, changes from one frame to the "
        )
        text += "next though the picture only moved (0 is perfectly steady)."
        if stability.get("smoothing", {}).get("flicker_before") is not None:
            smoothing = stability["smoothing"]
            text += f" It was {smoothing['flicker_before']:.3f} before labels were smoothed over time, which changed "
            text += f"{share(smoothing['pixels_changed'])} of all pixels."
        blocks.append(Paragraph(text))
    scored = tables.score_table(facts)
    known = facts.network
    if scored is not None and known is not None:
        blocks += [Paragraph(f"The network on {known.scored} labelled frames that it did not learn from:"), scored]
    else:
        blocks.append(Paragraph("How good the network is on labelled frames is not known: its run is not here."))
    return blocks


def limits(facts: Facts) -> list[str]:
    """What a reader must not take from the figures."""
    told = [
        "The network knows the classes above and no others: whatever else is in the picture is given one of them.",
        "Its scores hold for pictures like those it learned from: the same kind of scene, camera, light and distance.",
        "How sure it is of itself is its own opinion, no measured probability. What is steadily wrong looks sure.",
    ]
    if facts.network and 0 < facts.network.scored < FEW_FRAMES:
        text = (
            f"It was scored on {facts.network.scored} frames only: scores and intervals may be off by several points."
        )
        told.insert(1, text)
    if facts.intervals is not None:
        told.append("The 95 % intervals hold as far as this video resembles the labelled frames they come from.")
    if facts.scale:
        told.append(
            f"Areas in cm² take a pixel as {facts.scale.cm_per_pixel:.3g} cm long everywhere: they hold in one plane, "
            "seen straight on, at one distance."
        )
    if facts.counts is not None:
        told.append("Objects are followed by their way, not known by their looks: what comes back is counted again.")
    return told + [str(warning) for warning in facts.summary.get("warnings", [])]


def _made(facts: Facts) -> list[Block]:
    rows = [[Cell(name), Cell(value)] for name, value in provenance.rows(facts)]
    again = Paragraph("This line makes it again, where the video and the run are (segcore import-run brings a run):")
    return [Table([], rows, left=2), again, Command(provenance.command(facts))]
