"""Masks of two results, read back from what the job writes, and compared pixel by pixel."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from segcore.classes import ClassTable
from segcore.errors import ResultError, VideoError
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.masks import MaskTable
from segcore.video.mask_agreement import Masks, mask_agreement
from segcore.video.mask_planes import mask_planes

FRAMES = 6
NAMES = ("background", "mouse", "bear")


def labels(number: int) -> np.ndarray:
    """So many pixels of the mouse as the frame's number, of 48."""
    found = np.zeros((6, 8), np.uint8)
    found.ravel()[:number] = 1
    return found


def as_video(path: Path, frames: list[np.ndarray]) -> Path:
    """As `outputs.mask_video` writes it: palette PNG in QuickTime's container."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("png", rate=10)
        stream.width, stream.height, stream.pix_fmt = 8, 6, "pal8"
        for found in frames:
            frame = av.VideoFrame.from_ndarray((found, np.zeros((256, 4), np.uint8)), format="pal8")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def as_zip(path: Path, frames: dict[int, np.ndarray]) -> Path:
    """As `outputs.stills_zip` writes it."""
    with zipfile.ZipFile(path, "w") as out:
        for number, found in frames.items():
            data = io.BytesIO()
            Image.fromarray(found).save(data, "PNG")
            out.writestr(f"frame_{number:06d}.png", data.getvalue())
    return path


def times(numbers: range, start: float = 0.0) -> FrameTimes:
    return FrameTimes(numbers, [start + number / 10 for number in numbers])


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return as_video(tmp_path / "masks.mov", [labels(number) for number in range(FRAMES)])


def test_chosen_frames_come_back_exactly(video: Path, tmp_path: Path) -> None:
    for found, number in zip(mask_planes(video, [1, 4], [1, 4]), (1, 4), strict=True):
        np.testing.assert_array_equal(found, labels(number))
    with MaskTable(tmp_path, ClassTable.of(NAMES), labels(0).shape, None) as kept:
        for number in range(FRAMES):
            kept.append(number, number / 10, labels(number))
    for found, number in zip(mask_planes(kept.path, [1, 4], [1, 4]), (1, 4), strict=True):
        np.testing.assert_array_equal(found, labels(number))
    packed = as_zip(tmp_path / "masks.zip", {0: labels(0), 5: labels(3)})
    (found,) = mask_planes(packed, [1], [5])
    np.testing.assert_array_equal(found, labels(3))


def test_masks_that_are_missing_are_told(video: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="Expected 2 masks"):
        list(mask_planes(video, [5, 6], [5, 6]))
    with pytest.raises(VideoError, match="Expected 1 masks"):
        list(mask_planes(as_zip(tmp_path / "masks.zip", {}), [0], [0]))


def test_agreement_of_a_video_and_every_second_frame_of_another_network(video: Path, tmp_path: Path) -> None:
    """The other one has the classes in another order, and sees the mouse one pixel larger."""
    other = as_zip(tmp_path / "masks.zip", {number: 2 * labels(number + 1) for number in range(0, FRAMES, 2)})
    seen: list[tuple[int, int]] = []
    found = mask_agreement(
        Masks(video, times(range(FRAMES)), NAMES),
        Masks(other, times(range(0, FRAMES, 2)), ("background", "bear", "mouse")),
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert found["frame"].tolist() == found["other_frame"].tolist() == [0, 2, 4]
    assert found["agreement"].tolist() == pytest.approx([47 / 48] * 3)
    assert found["miou"].tolist() == pytest.approx([(47 / 48 + 0) / 2, (45 / 46 + 2 / 3) / 2, (43 / 44 + 4 / 5) / 2])
    assert seen[-1] == (3, 3)


def test_of_a_long_video_frames_are_taken_evenly(video: Path) -> None:
    side = Masks(video, times(range(FRAMES)), NAMES)
    found = mask_agreement(side, side, most=3)
    assert found["frame"].tolist() == [0, 2, 5]
    assert found["agreement"].tolist() == found["miou"].tolist() == [1, 1, 1]


def test_what_cannot_be_compared_is_told(video: Path, tmp_path: Path) -> None:
    side = Masks(video, times(range(FRAMES)), NAMES)
    with pytest.raises(ResultError, match="no frame in common"):
        mask_agreement(side, Masks(video, times(range(FRAMES), 100.0), NAMES))
    small = as_zip(tmp_path / "masks.zip", {number: np.zeros((3, 4), np.uint8) for number in range(FRAMES)})
    with pytest.raises(ResultError, match=r"masks of one size\. Received: \(8, 6\) and \(4, 3\)"):
        mask_agreement(side, Masks(small, times(range(FRAMES)), NAMES))
