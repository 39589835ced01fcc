"""What was drawn on a frame of a result, as a section of its report: the picture, and what was found by it."""

from __future__ import annotations

import numpy as np

from segcore.errors import VideoError
from segcore.report.charts.on_frame import on_frame, width_of
from segcore.report.charts.paper import photograph
from segcore.report.document import Block, Paragraph, Picture
from segcore.report.drawn_tables import crossing_table, dwell_table, threshold_table
from segcore.report.facts import Facts
from segcore.report.frames import moments
from segcore.report.tables import counted_words, sized
from segcore.report.words import clock, listed
from segcore.video.extract import Chosen, frames_at

OVERLAY = "overlay.mp4"
_MANY = 2
"""An object a class and zone says no more than the class does; from so many on, objects have a table of their own."""


def drawn_blocks(facts: Facts) -> list[Block]:
    """The section; nothing where nothing was drawn."""
    drawing = facts.drawing
    if not drawing.asks and drawing.length is None:
        return []
    blocks: list[Block | None] = []
    if drawing.shapes or drawing.length:
        blocks.append(picture(facts))
    blocks += [Paragraph(text) for text in words(facts)]
    if facts.drawn is None:
        return [block for block in blocks if block is not None]
    for table in (dwell_table, crossing_table):
        of_classes, of_objects = table(facts), table(facts, each=True)
        blocks.append(of_classes)
        if of_classes and of_objects and len(of_objects.rows) >= _MANY and len(of_objects.rows) > len(of_classes.rows):
            blocks += [Paragraph("The same of each object:"), of_objects]
    thresholds = threshold_table(facts)
    blocks += [Paragraph("When objects were large or fast:"), thresholds] if thresholds else []
    if facts.drawn.empty:
        blocks.append(Paragraph("No object was in a zone, crossed a line, or was above a threshold."))
    return [block for block in blocks if block is not None]


def words(facts: Facts) -> list[str]:
    """Which length is known, from what on an object is large or fast, which points count, and which objects do."""
    drawing, told = facts.drawing, []
    if drawing.length:
        scale = drawing.scale()
        assert scale is not None
        told.append(
            f"The length of {drawing.length.cm:g} cm is known: a pixel of the frame is {scale.cm_per_pixel:.3g} cm."
        )
        if facts.scale != scale:
            told[-1] += (
                f" The figures take {facts.scale.cm_per_pixel:.3g} cm, which was told instead." if facts.scale else ""
            )
    thresholds = []
    if drawing.large is not None:
        thresholds.append(f"large from {sized(facts, drawing.large)}" + ("" if facts.scale else " of the picture"))
    if drawing.fast is not None:
        speed = f"{drawing.fast * facts.scale.cm_per_pixel:.1f} cm" if facts.scale else f"{drawing.fast:.0f} pixels"
        thresholds.append(f"fast from {speed} a second")
    if thresholds:
        told.append(f"An object is {listed(thresholds)} on.")
    feet = [shape.name for shape in drawing.shapes if shape.anchor == "foot"]
    if drawing.shapes:
        where = "An object is where its middle is"
        told.append(f"{where}; for {listed(feet)}, where the foot of its box is." if feet else f"{where}.")
    if facts.known is not None and drawing.asks:
        told.append(counted_words(facts))
    return [" ".join(told)] if told else []


def picture(facts: Facts) -> Block:
    """The frame that shows most, with what was drawn; a sentence where there is no video, or it cannot be read."""
    if not facts.result.has(OVERLAY):
        return Paragraph("The video to show the drawing on is not beside this result.", small=True)
    try:
        content, time_s = drawn_frame(facts)
    except VideoError as error:
        return Paragraph(f"The drawing cannot be shown: {error}", small=True)
    names = [shape.name for shape in facts.drawing.shapes]
    what = listed([*names, *(["the known length"] if facts.drawing.length else [])])
    caption = f"{what}, on the frame at {time_s:.2f} s" + (
        "; a line's arrow is the way that counts as with it" if facts.drawing.lines else ""
    )
    height, width = facts.result.size
    return Picture(
        content, "image/jpeg", f"Frame at {clock(time_s)} with {what}", caption, wide=width_of(height, width)
    )


def drawn_frame(facts: Facts) -> tuple[bytes, float]:
    """(JPEG, its second of the source).

    Raises:
        VideoError: the video cannot be read.
    """
    settings = facts.summary["settings"]
    ((chosen, _),) = moments(facts.result.ledger, 1)
    at = Chosen(chosen.index, max(0.0, chosen.time_s - float(settings.get("start_s") or 0.0)))
    with facts.result.opened(OVERLAY) as path:
        _, frame = next(iter(frames_at(path, [at])))
    image = np.asarray(frame.image)
    if settings.get("side_by_side"):
        image = image[:, : image.shape[1] // 2]  # the source, beside its overlay
    return photograph(on_frame, image, facts.drawing), chosen.time_s
