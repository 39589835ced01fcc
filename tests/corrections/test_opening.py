"""A frame taken from its video, and kept while it is painted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segcore.corrections.opening import Place, keep_opened, numbered, picture_of, read_opened, seen_size
from segcore.corrections.packed import pack
from segcore.datasets.images import read_image
from segcore.errors import VideoError
from segcore.video.config import SegmentConfig
from segcore.video.extract import Chosen
from segcore.video.region import Region
from segcore.video.writer import VideoWriter

PICTURE = np.full((48, 64, 3), 90, np.uint8)
LABELS = (np.arange(48 * 64).reshape(48, 64) % 5).astype(np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames of 64×48, ten a second, each lighter than the one before."""
    path = tmp_path_factory.mktemp("opening") / "clip.mp4"
    with VideoWriter(path, 64, 48, fps=10) as video:
        for number in range(10):
            video.write(np.full((48, 64, 3), 20 * number, np.uint8))
    return path


def test_frames_are_numbered_in_the_whole_video_and_taken_by_their_times(clip: Path) -> None:
    config = SegmentConfig(video=clip, run="net", start_s=0.3)
    chosen = numbered(config, [0.3, 0.7])
    assert [one.index for one in chosen] == [3, 7]
    place = Place(clip, config.fps, chosen[1])
    assert place.stem == "clip_f000007"
    assert abs(float(picture_of(place).mean()) - 140) < 3


def test_what_is_not_there_is_told(clip: Path) -> None:
    with pytest.raises(VideoError, match="not there any more"):
        numbered(SegmentConfig(video=clip.with_name("gone.mp4"), run="net"), [0.0])
    with pytest.raises(VideoError, match="no frames between 99 s and the end"):
        picture_of(Place(clip, 25.0, Chosen(990, 99.0)))


def test_an_opened_frame_is_found_again_whole(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "frame"
    assert read_opened(folder) is None
    opened = keep_opened(folder, "clip_f000007", PICTURE, LABELS)
    assert read_opened(folder) == opened
    assert (opened.size, opened.stem) == ((48, 64), "clip_f000007")
    assert opened.labels.read_bytes() == pack(LABELS)
    assert keep_opened(folder, "clip_f000007", PICTURE, LABELS) == opened  # somebody else was faster
    assert [path.name for path in folder.parent.iterdir()] == ["frame"]


def test_a_picture_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    first = keep_opened(tmp_path / "first", "clip_f000007", PICTURE, LABELS)
    second = keep_opened(tmp_path / "second", "clip_f000007", first.picture, LABELS)
    assert second.picture.read_bytes() == first.picture.read_bytes()
    assert second.version == first.version
    assert abs(int(read_image(second.picture).mean()) - 90) < 2


def test_other_labels_are_another_version(tmp_path: Path) -> None:
    one = keep_opened(tmp_path / "one", "s", PICTURE, LABELS)
    other = keep_opened(tmp_path / "other", "s", PICTURE, LABELS[::-1])
    assert one.version != other.version


def test_a_network_sees_the_region() -> None:
    assert seen_size(PICTURE, None) == (48, 64)
    assert seen_size(PICTURE, Region(10, 8, 32, 16)) == (16, 32)
