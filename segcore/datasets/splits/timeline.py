"""Which frames are neighbours in time, read off their names.

Stems that differ in their last number only are frames of one video, and the number is the time. The usual
distance between two labelled frames is one step; a hole in the numbering is as many steps as fit into it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segcore.datasets.formats.folders.layout import natural

_LAST_NUMBER = re.compile(r"[0-9]+(?=[^0-9]*$)")
_ROUNDING = 1e-6


def video_of(stem: str) -> str:
    """A stem without its last number: frames of one video share it."""
    return _LAST_NUMBER.sub("", stem, count=1)


def number_of(stem: str) -> int:
    """The last number of a stem; 0 where it has none."""
    found = _LAST_NUMBER.search(stem)
    return int(found[0]) if found else 0


@dataclass(frozen=True)
class Timeline:
    """Frames, video by video, each in the order of time.

    `stems`: (N,). `order`: (N,) int, where each stem stood in what `of` was given. `video`: (N,) int, which
    video, 0, 0, …, 1, …. `time`: (N,) float64, in steps of that video.
    """

    stems: tuple[str, ...]
    order: np.ndarray
    video: np.ndarray
    time: np.ndarray

    @classmethod
    def of(
        cls, stems: Sequence[str], groups: Mapping[str, str] | None = None, usual: Sequence[str] | None = None
    ) -> Timeline:
        """Sort frames into videos.

        Args:
            stems: names of frames.
            groups: stem → group; frames of two groups are never of one video.
            usual: the frames whose distances make the step of their video; None: all.
        """
        known = groups or {}
        measure = set(stems if usual is None else usual)
        videos: dict[tuple[str, str], list[int]] = {}
        for i, stem in enumerate(stems):
            videos.setdefault((known.get(stem, ""), video_of(stem)), []).append(i)
        order: list[int] = []
        video: list[int] = []
        time: list[np.ndarray] = []
        for number, key in enumerate(sorted(videos, key=lambda k: (natural(k[0]), natural(k[1]), k))):
            inside = sorted(videos[key], key=lambda i: (number_of(stems[i]), stems[i]))
            order += inside
            video += [number] * len(inside)
            numbers = [number_of(stems[i]) for i in inside]
            time.append(_steps(numbers, [n for n, i in zip(numbers, inside, strict=True) if stems[i] in measure]))
        named = tuple(stems[i] for i in order)
        return cls(named, np.array(order, int), np.array(video, int), np.concatenate([np.zeros(0), *time]))

    def __len__(self) -> int:
        return len(self.stems)

    @cached_property
    def begins(self) -> np.ndarray:
        """(N,) int: the position where each frame's video begins."""
        return np.searchsorted(self.video, self.video, "left")

    @cached_property
    def ends(self) -> np.ndarray:
        """(N,) int: the position after the last frame of each frame's video."""
        return np.searchsorted(self.video, self.video, "right")

    def reach(self, gap: float) -> tuple[np.ndarray, np.ndarray]:
        """The positions (N,) int of the first and the last frame within `gap` steps of each frame."""
        far = float(self.time.max(initial=0)) + 2 * gap + 2
        place = self.video * far + self.time
        first = np.searchsorted(place, place - gap - _ROUNDING, "left")
        return first, np.searchsorted(place, place + gap + _ROUNDING, "right") - 1


def _steps(numbers: Sequence[int], usual: Sequence[int]) -> np.ndarray:
    """Ascending numbers of frames → their times in steps; the first is 0. The step is the median one of `usual`."""
    since = np.array([n - numbers[0] for n in numbers], np.float64)
    for chosen in (usual, numbers):
        apart = np.diff(np.array([n - numbers[0] for n in chosen], np.float64))
        if (apart > 0).any():
            return since / float(np.median(apart[apart > 0]))
    return since
