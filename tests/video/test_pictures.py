"""Numbered pictures in a folder or a ZIP: one folder of them, however deep, and nothing that a ZIP must not hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from coded_films import number_of, painted, seen
from PIL import Image
from test_segment import LeftHalf

from segcore.errors import UnsafeArchive, VideoError
from segcore.video.config import SegmentConfig
from segcore.video.pictures import is_sequence, open_pictures
from segcore.video.segment import segment
from segcore.video.sequence import SequenceReader
from segcore.video.source import open_source, source_info


def png(number: int) -> bytes:
    return cv2.imencode(".png", painted(number, 96, 64)[..., ::-1])[1].tobytes()


def pack(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """f1.png … f12.png, three folders deep, in no order, with what a Mac adds."""
    numbers = [3, 12, 1, 10, 2, 5, 4, 11, 6, 9, 8, 7]
    files = {f"shoot/day 1/frames/f{n}.png": png(n) for n in numbers}
    return pack(tmp_path / "frames.zip", {**files, "__MACOSX/shoot/._f1.png": b"x", "shoot/notes.txt": b"windy"})


def test_the_whole_job_on_a_zip(frames: Path, tmp_path: Path) -> None:
    config = SegmentConfig(video=frames, run="r", fps=12, style="contour", hidden=(1,))
    result = segment(config, LeftHalf(), tmp_path / "out")
    overlay = seen(result.overlay)
    assert overlay.numbers == list(range(1, 13))
    assert overlay.times_s == pytest.approx([n / 12 for n in range(12)], abs=1e-3)
    assert pd.read_parquet(result.ledger).frame.nunique() == 12
    assert result.summary["video"]["bytes"] == frames.stat().st_size
    assert result.warnings == []
    assert not list(tmp_path.glob("**/f1.png")), "nothing is unpacked"


def test_a_part_of_a_zip(frames: Path) -> None:
    with open_source(frames, start_s=0.2, end_s=0.5, fps=10) as source:
        assert [number_of(frame.planes().rgb()) for frame in source] == [3, 4, 5]


def test_a_folder_may_hold_them_further_down(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for number in (2, 10, 1):
        (tmp_path / "a" / "b" / f"{number}.png").write_bytes(png(number))
    with SequenceReader(tmp_path) as reader:
        assert [number_of(frame.image) for frame in reader] == [1, 2, 10]


def test_several_folders_of_pictures_are_named(tmp_path: Path) -> None:
    path = pack(tmp_path / "two.zip", {"left/1.png": png(1), "right/1.png": png(1)})
    with pytest.raises(VideoError, match=r"2 folders of them \(left, right\)"):
        source_info(path)


def test_a_zip_without_pictures_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no pictures"):
        source_info(pack(tmp_path / "a.zip", {"readme.txt": b"hello"}))
    (tmp_path / "b.zip").write_bytes(b"not a zip at all")
    with pytest.raises(UnsafeArchive, match="not a ZIP"):
        source_info(tmp_path / "b.zip")


def _outside(path: Path) -> None:
    pack(path, {"../1.png": png(1)})


def _link(path: Path) -> None:
    entry = zipfile.ZipInfo("1.png")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", bytes(64 << 20))


def _twice(path: Path) -> None:
    pack(path, {"1.png": png(1), "1.PNG": png(1)})


@pytest.mark.parametrize("make", [_outside, _link, _bomb, _twice])
def test_a_zip_that_must_not_be_opened_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "a.zip")
    with pytest.raises(UnsafeArchive):
        segment(SegmentConfig(video=tmp_path / "a.zip", run="r"), LeftHalf(), tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_pixel_bombs_and_other_formats_among_them_are_not_decoded(tmp_path: Path) -> None:
    huge, gif = io.BytesIO(), io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")
    Image.new("RGB", (96, 64)).save(gif, "GIF")
    path = pack(tmp_path / "a.zip", {"1.png": png(1), "2.png": gif.getvalue(), "3.png": png(3)})
    with SequenceReader(path, fps=10) as reader:
        assert [frame.pts for frame in reader] == [0, 2]
        assert reader.damage.times_s == [0.1]
    path = pack(tmp_path / "b.zip", {"1.png": png(1), "2.png": huge.getvalue()})
    with SequenceReader(path) as reader, pytest.raises(VideoError, match="9000"):
        list(reader)


def test_a_damaged_entry_is_told_and_the_rest_read(frames: Path) -> None:
    data = bytearray(frames.read_bytes())
    at = data.index(png(5)[100:140])
    data[at : at + 40] = bytes(40)
    frames.write_bytes(data)
    with SequenceReader(frames, fps=10) as reader:
        assert [frame.pts for frame in reader] == [n for n in range(12) if n != 4]
    assert "1 pictures could not be read" in reader.warnings()[0]


def test_what_is_read_as_pictures(tmp_path: Path) -> None:
    assert is_sequence(tmp_path)
    assert is_sequence(Path("Frames.ZIP"))
    assert not is_sequence(Path("a.mp4"))
    (tmp_path / "1.jpg").write_bytes(cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1].tobytes())
    assert open_pictures(tmp_path).size() == (tmp_path / "1.jpg").stat().st_size
