"""Reading on after a frame: earlier and earlier until that frame comes by as it was."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest

from segcore.errors import VideoError
from segcore.video.chunks.record import Witness
from segcore.video.chunks.resume import frames_after
from segcore.video.damage import Damage, between, together


class Film:
    """A frame a second; where reading does not begin at the beginning, the first `bad` pictures are other ones."""

    def __init__(self, start_s: float, bad: int, length: int = 100) -> None:
        self.start, self.bad, self.length = int(start_s + 0.999), bad if start_s > 0 else 0, length
        self.damage = Damage(packets=5)

    def __enter__(self) -> Film:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        for number, pts in enumerate(range(self.start, self.length)):
            picture = 1000 + pts if number < self.bad else pts
            yield SimpleNamespace(index=number, pts=pts, time_s=float(pts), picture=picture)
        if self.start >= self.length:
            raise VideoError("no frames")


def read_on(pts: int, bad: int, crc: int | None = None) -> tuple[list[tuple[int, int]], list[float]]:
    opened: list[float] = []

    def open_at(start_s: float) -> Any:
        opened.append(start_s)
        return Film(start_s, bad)

    def known(frame: Any) -> Witness:
        return Witness(index=frame.index, pts=frame.pts, crc=frame.picture)

    witness = Witness(index=pts + 7, pts=pts, crc=pts if crc is None else crc)
    frames = frames_after(witness, float(pts), 0.0, open_at, known)
    return [(frame.index, frame.pts) for frame, source in frames if source.damage.packets == 0], opened


@pytest.mark.parametrize(("bad", "starts"), [(0, [59.0]), (2, [59.0, 52.0]), (20, [59.0, 52.0, 20.0])])
def test_it_begins_as_early_as_it_must(bad: int, starts: list[float]) -> None:
    frames, opened = read_on(60, bad)
    assert opened == starts
    assert frames == [(pts + 7, pts) for pts in range(61, 100)]


def test_in_the_end_at_the_beginning() -> None:
    assert read_on(60, 45)[1] == [59.0, 52.0, 20.0, 0.0]
    assert read_on(5, 30) == ([(pts + 7, pts) for pts in range(6, 100)], [4.0, 0.0])


def test_after_the_last_frame_nothing_comes() -> None:
    assert read_on(99, 0)[0] == []


def test_another_video_is_noticed() -> None:
    with pytest.raises(VideoError, match=r"frame at 60\.00 s"):
        read_on(60, 0, crc=1)


def test_damage_of_parts_is_that_of_the_whole() -> None:
    first, second = Damage(packets=1, times_s=[0.5]), Damage(packets=4, resized=1, times_s=[0.5, 2.0])
    later = between(first.counted(), second.counted())
    assert (later["packets"], later["resized"], later["times_s"]) == (3, 1, [2.0])
    assert together([first.counted(), later]) == second
