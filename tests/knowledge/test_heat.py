"""Heat maps, counted by hand: frame by frame, over chunks, to a file and back."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segcore.errors import ResultError
from segcore.knowledge import heat
from segcore.knowledge.heat import HeatCounter, HeatMap, joined_heat, read_heat, shrunk

WHOLE = (0, 0, 4, 2)


def counted(frames: list[np.ndarray]) -> HeatMap:
    counter = HeatCounter()
    for labels in frames:
        counter.add(labels, np.unique(labels).tolist())
    return counter.map((2, 4), WHOLE)


def moving(frames: int) -> list[np.ndarray]:
    """A pixel of class 1 that is at column n % 4 of the upper row."""
    made = np.zeros((frames, 2, 4), np.uint8)
    made[np.arange(frames), 0, np.arange(frames) % 4] = 1
    return list(made)


def test_each_place_is_counted() -> None:
    found = counted(moving(6))
    assert found.frames == 6
    assert found.counts[1].tolist() == [[2, 2, 1, 1], [0, 0, 0, 0]]
    assert found.counts[0].tolist() == [[4, 4, 5, 5], [6, 6, 6, 6]]
    assert found.share(1)[0].tolist() == pytest.approx([2 / 6, 2 / 6, 1 / 6, 1 / 6])


def test_more_frames_than_a_byte_holds() -> None:
    found = counted(moving(1000))
    assert found.counts[1][0].tolist() == [250] * 4
    assert found.counts[0][1].tolist() == [1000] * 4


def test_chunks_are_added_up(tmp_path: Path) -> None:
    frames = moving(10)
    parts = [counted(frames[:3]), counted(frames[3:])]
    parts[0].write(tmp_path / "a.npz")
    again = joined_heat([read_heat(tmp_path / "a.npz"), parts[1]])
    whole = counted(frames)
    assert again.frames == whole.frames
    assert {c: p.tolist() for c, p in again.counts.items()} == {c: p.tolist() for c, p in whole.counts.items()}


def test_a_file_comes_back_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    found = HeatMap({2: np.array([[7, 8]], np.uint32)}, 9, (100, 200), (50, 20, 100, 40))
    found.write(tmp_path / heat.HEAT_FILE)
    again = read_heat(tmp_path / heat.HEAT_FILE)
    assert (again.frames, again.size, again.region) == (found.frames, found.size, found.region)
    assert again.counts[2].tolist() == [[7, 8]]
    assert again.place == (0.25, 0.2, 0.5, 0.4)
    assert [p.name for p in tmp_path.iterdir()] == [heat.HEAT_FILE]


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 torn"])
def test_damaged_files_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / heat.HEAT_FILE).write_bytes(content)
    with pytest.raises(ResultError, match="no heat map"):
        read_heat(tmp_path / heat.HEAT_FILE)


def test_large_labels_are_shrunk() -> None:
    assert shrunk(np.zeros((1080, 1920), np.uint8)).shape == (270, 480)
    assert shrunk(np.zeros((90, 160), np.uint8)).shape == (90, 160)


def test_the_parts_of_a_long_video_are_not_all_in_memory() -> None:
    seen: list[weakref.ref[HeatMap]] = []

    def parts() -> Iterator[HeatMap]:
        for number in range(5):
            part = HeatMap({number % 2: np.ones((2, 3), np.uint32)}, 10, (20, 30), (0, 0, 30, 20))
            seen.append(weakref.ref(part))
            yield part
            del part
            assert sum(ref() is not None for ref in seen) <= 2

    whole = joined_heat(parts())
    assert whole.frames == 50
    assert {class_id: int(plane[0, 0]) for class_id, plane in whole.counts.items()} == {0: 3, 1: 2}
