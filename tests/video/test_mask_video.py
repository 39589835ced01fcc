"""A mask video gives every class id back, at the source's times, and shows the classes' colours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from few_frames import TIMES, finished, info_of
from test_segment import LeftHalf

from segcore.classes import ClassTable
from segcore.video.colors import BT601
from segcore.video.config import SegmentConfig
from segcore.video.outputs.extras import Extra
from segcore.video.outputs.mask_video import MaskVideo
from segcore.video.outputs.silent_video import Form, SilentVideo
from segcore.video.planes import Planes
from segcore.video.reader import VideoReader
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

CLASSES = ClassTable.of([f"class {i}" for i in range(255)])


@pytest.mark.parametrize("size", [(48, 64), (47, 63), (2, 3)])
@pytest.mark.parametrize("base", [Fraction(1, 1000), Fraction(1001, 30_000), Fraction(1, 15_360)])
def test_ids_and_times_come_back(tmp_path: Path, size: tuple[int, int], base: Fraction) -> None:
    random = np.random.default_rng(0)
    masks = [random.integers(0, 255, size, np.uint8) for _ in TIMES]
    with MaskVideo(tmp_path / "masks.mov", info_of(size, base), CLASSES, shift=TIMES[0]) as video:
        for number, mask in enumerate(masks):
            video.write(finished(number, TIMES[number], mask, size))
    assert [p.name for p in tmp_path.iterdir()] == ["masks.mov"]
    with av.open(str(tmp_path / "masks.mov")) as container:
        found = list(container.decode(video=0))
    for frame, mask, time in zip(found, masks, TIMES, strict=True):
        ids, palette = frame.to_ndarray()
        np.testing.assert_array_equal(ids, mask)
        assert palette[7].tolist() == [255, *CLASSES[7].rgb]
        assert frame.pts * frame.time_base == (time - TIMES[0]) * base


def test_players_see_the_colours(tmp_path: Path) -> None:
    size = (48, 64)
    mask = np.repeat(np.arange(64, dtype=np.uint8)[None], 48, axis=0)
    with MaskVideo(tmp_path / "masks.mov", info_of(size), CLASSES, shift=0) as video:
        video.write(finished(0, 0, mask, size))
    with av.open(str(tmp_path / "masks.mov")) as container:
        seen = next(container.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_array_equal(seen, CLASSES.color_table()[mask])


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MemoryError), MaskVideo(tmp_path / "masks.mov", info_of((4, 4)), CLASSES, shift=0):
        raise MemoryError
    assert not list(tmp_path.iterdir())


def test_a_job_keeps_an_odd_size(tmp_path: Path) -> None:
    info = info_of((47, 63))
    with SilentVideo(tmp_path / "in.mkv", info, Form("matroska", "ffv1", "yuv420p")) as video:
        for time in (0, 100, 130):
            grey = Planes.of_rgb(np.full((47, 63, 3), 90, np.uint8), BT601)
            video.write(grey.picture().reformat(63, 47), time)
    also: tuple[Extra, ...] = ("mask_video", "alpha_overlay")
    config = SegmentConfig(video=tmp_path / "in.mkv", run="r", side_by_side=True, refine=True, also=also)
    result = segment(config, LeftHalf(), tmp_path / "out")
    sizes = {}
    for name in ("masks.mov", "overlay-alpha.webm", "overlay.mp4"):
        with av.open(str(result.folder / name)) as made:
            frames = list(made.decode(video=0))
            sizes[name] = (frames[0].width, frames[0].height)
            assert [round(float(f.time or 0), 6) for f in frames] == [0, 0.1, 0.13]
    assert sizes == {"masks.mov": (63, 47), "overlay-alpha.webm": (63, 47), "overlay.mp4": (128, 48)}
    assert pd.read_parquet(result.ledger).pixels.sum() == 3 * 47 * 63


def test_a_job_makes_it_of_a_part_whose_frames_are_unevenly_spaced(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "in.mp4", 63, 47, time_base=Fraction(1, 1000), fps=10) as writer:
        for time in (0, 100, 150, 900, 1000):
            writer.write(np.full((47, 63, 3), 90, np.uint8), time)
    config = SegmentConfig(video=tmp_path / "in.mp4", run="r", start_s=0.1, also=("mask_video", "masks"), hidden=(1,))
    result = segment(config, LeftHalf(), tmp_path / "out")
    assert result.folder / "masks.mov" in result.files
    with av.open(str(result.folder / "masks.mov")) as masks, VideoReader(result.overlay) as overlay:
        found = list(masks.decode(video=0))
        assert [float(f.time or 0) for f in found] == pytest.approx([f.time_s for f in overlay], abs=1e-6)
    ids = found[0].to_ndarray()[0]
    assert ids.shape == (48, 64)  # the source itself was padded
    assert int((ids == 1).sum()) == 48 * 32  # hidden classes are not drawn, but they are there
