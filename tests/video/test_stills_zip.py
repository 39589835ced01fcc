"""Pictures of every frame: exact masks with their classes, overlays as they are seen, nothing after an error."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_segment import LeftHalf

from segcore.video.config import SegmentConfig
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter


@pytest.fixture
def video(tmp_path: Path) -> Path:
    with VideoWriter(tmp_path / "in.mp4", 128, 96, fps=20) as writer:
        for number in range(6):
            writer.write(np.full((96, 128, 3), 40 * number, np.uint8))
    return tmp_path / "in.mp4"


def pictures(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_masks_hold_class_ids_at_the_frames_size(video: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=video, run="r", also=("masks", "frames"))
    result = segment(config, LeftHalf(), tmp_path / "out")
    assert {"masks.zip", "frames.zip"} <= {p.name for p in result.files}
    masks = pictures(result.folder / "masks.zip")
    assert masks.pop("classes.txt").decode().split() == ["background", "left", "never"]
    assert sorted(masks) == [f"frame_{n:06d}.png" for n in range(6)]
    with Image.open(BytesIO(masks["frame_000003.png"])) as image:
        assert (image.mode, image.size) == ("P", (128, 96))
        assert image.getpalette()[3:6] == list(LeftHalf.classes[1].rgb)  # type: ignore[index]
        ids = np.asarray(image)
    assert (ids[:, :64] == 1).all()
    assert (ids[:, 64:] == 0).all()


def test_frames_are_the_overlays(video: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=video, run="r", also=("frames",)), LeftHalf(), tmp_path / "out")
    frames = pictures(result.folder / "frames.zip")
    assert sorted(frames) == [f"frame_{n:06d}.jpg" for n in range(6)]
    with Image.open(BytesIO(frames["frame_000005.jpg"])) as image:
        assert image.size == (128, 96)
        seen = np.asarray(image).astype(int)
    assert np.abs(seen[50, 100:120] - 200 / 1.5).max() < 6  # darkened, as the notebook does


def test_an_error_leaves_none_of_all_files(video: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=video, run="r", also=("masks", "frames", "mask_video", "alpha_overlay"))
    with pytest.raises(MemoryError):
        segment(config, LeftHalf(fails_at=2), tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
