"""A folder of pictures is read as a video: order, times, faults, and the whole job on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from test_segment import LeftHalf

from segcore.errors import VideoError
from segcore.video.config import SegmentConfig
from segcore.video.pictures import open_pictures
from segcore.video.reader import VideoReader
from segcore.video.segment import segment
from segcore.video.sequence import SequenceReader
from segcore.video.source import open_source, source_info


def level(number: int) -> np.ndarray:
    return np.full((48, 64, 3), 20 * number, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """frame1.png … frame11.png, each brighter than the one before; and a note."""
    made = tmp_path / "frames"
    made.mkdir()
    for number in range(1, 12):
        Image.fromarray(level(number)).save(made / f"frame{number}.png")
    (made / "notes.txt").write_text("no picture")
    (made / ".hidden.png").write_bytes(b"")
    return made


def test_pictures_come_by_their_numbers(folder: Path) -> None:
    assert [p.stem for p in open_pictures(folder).names] == [f"frame{n}" for n in range(1, 12)]
    with SequenceReader(folder, fps=10) as reader:
        frames = list(reader)
    assert [int(f.image[0, 0, 0]) for f in frames] == [20 * n for n in range(1, 12)]
    assert [f.time_s for f in frames] == pytest.approx([0.1 * n for n in range(11)])
    assert [(f.index, f.pts) for f in frames] == [(n, n) for n in range(11)]
    assert reader.info.frames == reader.expected_frames == 11
    assert reader.warnings() == []


def test_frames_for_the_network_and_the_encoder(folder: Path) -> None:
    with open_source(folder) as source:
        frame = next(iter(source))
    assert frame.scaled((24, 32)).shape == (24, 32, 3)
    assert np.abs(frame.planes().rgb().astype(int) - 20).max() <= 2


def test_a_part_of_it(folder: Path) -> None:
    with open_source(folder, start_s=0.2, end_s=0.5, fps=10) as source:
        assert source.expected_frames == 3
        assert [f.pts for f in source] == [2, 3, 4]


def test_what_cannot_be_read_is_told_and_its_time_stays_empty(folder: Path) -> None:
    (folder / "frame3.png").write_bytes(b"not a picture")
    whole = (folder / "frame5.png").read_bytes()
    (folder / "frame5.png").write_bytes(whole[: len(whole) // 2])
    Image.fromarray(np.zeros((96, 128, 3), np.uint8)).save(folder / "frame7.png")
    with SequenceReader(folder, fps=10) as reader:
        pts = [f.pts for f in reader]
    assert set(range(11)) - set(pts) <= {2, 4}
    assert 2 not in pts
    assert reader.damage.times_s[0] == pytest.approx(0.2)
    assert any("could not be read" in warning for warning in reader.warnings())
    assert any("another size" in warning for warning in reader.warnings())


def test_a_picture_that_lies_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(level(4)).save(tmp_path / "1.jpg", exif=exif)
    with SequenceReader(tmp_path) as reader:
        assert (reader.info.width, reader.info.height) == (48, 64)
        assert next(iter(reader)).image.shape == (64, 48, 3)


def test_folders_without_pictures_and_broken_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no pictures"):
        source_info(tmp_path)
    (tmp_path / "1.png").write_bytes(b"x")
    with pytest.raises(VideoError, match="not one"):
        source_info(tmp_path)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "1.png")
    with pytest.raises(VideoError, match="8192"):
        source_info(tmp_path)


def test_the_whole_job(folder: Path, tmp_path: Path) -> None:
    result = segment(SegmentConfig(video=folder, run="r", fps=5, style="contour"), LeftHalf(), tmp_path / "out")
    assert result.frames == 11
    with VideoReader(result.overlay) as overlay:
        assert [f.time_s for f in overlay] == pytest.approx([0.2 * n for n in range(11)])
        assert not overlay.info.has_audio
    assert pd.read_parquet(result.ledger).frame.nunique() == 11
    assert result.summary["video"]["codec"] == "png"
    assert result.summary["video"]["bytes"] > 0
