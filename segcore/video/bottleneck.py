"""What holds a video job up, in words: the part that is busy while the others wait for it."""

from __future__ import annotations

from segcore.video.load import Load, StageLoad, ThreadLoad
from segcore.video.speed import SPEEDS, Speed

NAMES = {
    "decode": "reading",
    "scale": "scaling",
    "motion": "following the picture",
    "network": "the network",
    "stability": "judging how steady labels are",
    "refine": "refining the borders",
    "measure": "measuring",
    "draw": "drawing",
    "encode": "encoding",
    "objects": "the objects",
    "heat": "the heat map",
    "masks": "the masks",
    "stills": "writing the pictures",
    "mask video": "the mask video",
    "transparent overlay": "the transparent overlay",
    "preview": "the live picture",
}
"""Stage → as people call it, within a sentence."""

FEWEST_FRAMES = 20
"""Before so many frames, what is only done once (opening, the first frames of an encoder) weighs too much."""

_WANTED = ("refine", "stills", "mask video", "transparent overlay")
"""What is only done where it was asked for."""
_BUSY = 0.6
_MOST = 0.8


def busiest(load: Load) -> tuple[ThreadLoad, tuple[StageLoad, ...]] | None:
    """The thread that works most, and the stages that make up most of its work, the longest first.

    Returns:
        None where none is busy for 60 % of the time: then the parts mostly wait for each other.
    """
    thread = max(load.threads, key=lambda t: t.busy, default=None)
    if thread is None or thread.busy < _BUSY:
        return None
    own = sorted((s for s in load.stages if thread.name in s.threads), key=lambda s: -s.busy)
    chosen: list[StageLoad] = []
    while own and sum(s.busy for s in chosen) < _MOST * thread.busy:
        chosen.append(own.pop(0))
    return thread, tuple(chosen)


def in_words(load: Load, *, long_side: int, speed: Speed) -> str:
    """ "The network is the slowest part (92 % busy). The speed "fast" (fewer frames, and smaller: 640 → 512)
    would help."

    Args:
        load: of the job.
        long_side: the network's input in pixels.
        speed: the job's setting of that name.

    Returns:
        Empty where it is too early to say.
    """
    if load.frames < FEWEST_FRAMES:
        return ""
    found = busiest(load)
    if found is None:
        return "No part is busy most of the time: they take turns waiting for each other, or for the disk."
    thread, stages = found
    share = f"{round(100 * min(1.0, thread.busy))} % busy"
    if len(stages) == 1:
        said = f"{_name(stages[0]).capitalize()} is the slowest part ({share})."
    else:
        *others, last = [_name(stage) for stage in stages]
        said = f"{', '.join(others)} and {last} are the slowest part (together {share}).".capitalize()
    return f"{said} {remedy(stages[0].name, long_side=long_side, speed=speed)}"


def remedy(stage: str, *, long_side: int, speed: Speed) -> str:
    """What would make a job faster that is held up by this stage, as a sentence."""
    if stage == "network" and speed == "standard":
        smaller = SPEEDS["fast"].scale * long_side
        return f'The speed "fast" (fewer frames, and smaller: {long_side} → {smaller:.0f}) would help.'
    if stage == "network":
        return "A network that was trained with a smaller input would help."
    if stage in _WANTED:
        return "Leaving that out would help."
    return "A faster processor would help."


def _name(stage: StageLoad) -> str:
    return NAMES.get(stage.name, stage.name)
