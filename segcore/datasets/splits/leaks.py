"""Which frames of a split are too near each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segcore.datasets.dataset import Split
from segcore.datasets.splits.timeline import Timeline


def neighbours_across(
    split: Split, stems: Sequence[str], groups: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Frames of one video that sit on two sides of the split and are too near each other.

    Too near is: within the split's gap, or next to each other where it has none.

    Args:
        split: the split.
        stems: all frames.
        groups: stem → group; frames of two groups are not of one video.

    Returns:
        (frame to train on, validation frame), for each validation frame the nearest on either side.
    """
    line = Timeline.of(stems, groups)
    train, val = set(split.train), set(split.val)
    first, last = line.reach(max(split.gap, 1))
    found = []
    for at, stem in enumerate(line.stems):
        if stem in val:
            before = next((line.stems[i] for i in range(at - 1, first[at] - 1, -1) if line.stems[i] in train), None)
            after = next((line.stems[i] for i in range(at + 1, last[at] + 1) if line.stems[i] in train), None)
            found += [(other, stem) for other in (before, after) if other]
    return found
