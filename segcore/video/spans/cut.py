"""Which chunks are made next: pure functions of what is there and who is at work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from segcore.video.chunks.record import ChunkRecord, Witness
from segcore.video.spans.span import Span

LONGEST = 8
"""Chunks of a span at most: a worker that dies, and a job that is stopped early, lose no more than one."""


def next_span(
    expected: Sequence[int],
    there: Mapping[int, ChunkRecord],
    taken: Collection[Span],
    guess: Callable[[int], Witness | None],
    *,
    workers: int,
    kept_back: Collection[int] = (),
) -> Span | None:
    """The first chunks that nobody has made or is making; the fewer are left, the fewer at once: all end together.

    Args:
        expected: numbers of the chunks that will hold frames, ascending.
        there: finished chunks by number.
        taken: what is being made.
        guess: chunk → the segmented frame before it, where that has not been seen.
        workers: how many share the work.
        kept_back: chunks that may only be begun where the chunk before is finished.

    Returns:
        None where there is nothing to begin.
    """
    numbers = sorted({*expected, *there})
    free = [n for n in expected if n not in there and not any(span.holds(n) for span in taken)]
    before = dict(zip(numbers[1:], numbers, strict=False))
    begin = next((n for n in free if n not in kept_back or before.get(n) in there), None)
    if begin is None:
        return None
    most = min(LONGEST, max(1, -(-len(free) // (2 * workers))))
    place = numbers.index(begin)
    end = place + 1
    while end < len(numbers) and end < place + most and numbers[end] in free and numbers[end] not in kept_back:
        end += 1
    finished = there.get(before[begin]) if begin in before else None
    return Span(
        first=begin,
        until=numbers[end] if end < len(numbers) else None,
        after=finished.last if finished else guess(begin),
    )


def misfit(records: Sequence[ChunkRecord], whole: int, expected: Sequence[int]) -> bool:
    """Whether a chunk does not follow the one before it, though none between them is missing.

    Args:
        records: finished chunks by number, ascending.
        whole: how many of these, from the first, follow each other (`chunks.record.chained`).
        expected: numbers of the chunks that will hold frames.
    """
    if whole == len(records):
        return False
    last = records[whole - 1].number if whole else -1
    return not any(last < number < records[whole].number for number in expected)
