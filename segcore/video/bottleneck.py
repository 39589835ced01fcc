"""What holds a video job up, in words: the part that is busy while the others wait for it."""

from __future__ import annotations

from segcore.video.load import Load, StageLoad, ThreadLoad

NAMES = {
    "decode": "reading",
    "scale": "scaling",
    "network": "the network",
    "measure": "measuring",
    "draw": "drawing",
    "encode": "encoding",
    "stills": "writing the pictures",
    "preview": "the live picture",
}
"""Stage → as people call it, within a sentence."""

FEWEST_FRAMES = 20
"""Before so many frames, what is only done once (opening, the first frames of an encoder) weighs too much."""

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


def in_words(load: Load, *, long_side: int | None = None, speed: str | None = None) -> str:
    """ "The network is the slowest part (92 % busy). A smaller input (640 → 512) or the speed "fast" would help."

    Args:
        load: of the job.
        long_side: the network's input in pixels, where it is known.
        speed: the job's setting of that name, where it has one.

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


def remedy(stage: str, *, long_side: int | None = None, speed: str | None = None) -> str:
    """What would make a job faster that is held up by this stage, as a sentence."""
    ways = []
    if stage == "network":
        ways += [f"A smaller input ({long_side} → {smaller(long_side)})"] if long_side else []
        ways += ['the speed "fast"'] if speed == "standard" else []
        ways += [] if ways else ["A network with a smaller input"]
    elif stage == "stills":
        ways += ["Leaving the pictures out"]
    text = " or ".join(ways or ["A faster processor"])
    return f"{text[:1].upper()}{text[1:]} would help."


def smaller(long_side: int) -> int:
    """The next size that is worth a try: a fifth less, a multiple of 64, 64 at least."""
    return max(64, round(0.8 * long_side / 64) * 64)


def _name(stage: StageLoad) -> str:
    return NAMES.get(stage.name, stage.name)
