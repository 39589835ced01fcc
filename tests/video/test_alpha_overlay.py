"""A transparent overlay: nothing of the picture, the classes' colours where they are drawn, alpha kept in the file."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from few_frames import TIMES, finished, info_of
from test_segment import LeftHalf

from segcore.classes import ClassTable
from segcore.video.alpha_canvas import COLORS, AlphaCanvas
from segcore.video.config import SegmentConfig
from segcore.video.look import Look
from segcore.video.outputs.alpha_overlay import AlphaOverlay
from segcore.video.overlay import draw, draw_overlay
from segcore.video.planes import Planes
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

CLASSES = ClassTable.of(["background", "red", "green"])


def labels(shift: int = 0) -> np.ndarray:
    made = np.zeros((27, 48), np.uint8)
    made[8:20, 8 + shift : 20 + shift], made[8:20, 20 + shift : 30 + shift] = 1, 2
    return made


def rgba(picture: av.VideoFrame) -> tuple[np.ndarray, np.ndarray]:
    """Colours (H, W, 3) uint8 and alpha (H, W) uint8."""
    planes = Planes.empty(picture.width, picture.height, COLORS)
    parts = [
        np.frombuffer(memoryview(p), np.uint8).reshape(p.height, p.line_size)[:, : p.width] for p in picture.planes
    ]
    for target, part in zip((planes.luma, *planes.chroma), parts, strict=False):
        target[: part.shape[0], : part.shape[1]] = part
    return planes.rgb(), parts[3]


def decoded(path: Path) -> list[av.VideoFrame]:
    """By libvpx, which knows of alpha; FFmpeg's own VP9 decoder leaves it out."""
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(str(path)) as container:
        return [frame for packet in container.demux(video=0) for frame in decoder.decode(packet)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("style", ["notebook", "contour", "fill", "both", "mask"])
@pytest.mark.parametrize("size", [(540, 960), (541, 959)])
def test_laid_over_the_picture_it_is_the_overlay(style: str, size: tuple[int, int]) -> None:
    look = Look(style=style, legend=True, names=True)  # type: ignore[arg-type]
    canvas = AlphaCanvas(size)
    draw(canvas, labels(), CLASSES, look)
    colors, alpha = rgba(canvas.picture)
    share = alpha[..., None] / 255
    below = 0 if style == "mask" else 120
    laid = colors * share + below * (1 - share)
    drawn = "contour" if style == "notebook" else style  # there is no picture to darken
    wanted = draw_overlay(
        np.full((*size, 3), below, np.uint8), labels(), CLASSES, look.model_copy(update={"style": drawn})
    )
    assert np.abs(laid - wanted).mean() < 1.0
    assert (np.abs(laid - wanted).max(axis=-1) > 60).mean() < 0.01  # colours have half the resolution


def test_nothing_is_covered_but_what_is_drawn_and_edges_have_no_dark_rim() -> None:
    canvas = AlphaCanvas((540, 960))
    draw(canvas, labels(), CLASSES, Look(style="contour", hidden=(2,)))
    colors, alpha = rgba(canvas.picture)
    assert (alpha[:100] == 0).all()
    assert (alpha[260, 220:340] == 0).all()
    soft = colors[(alpha > 20) & (alpha < 200)]
    assert len(soft) > 100
    assert soft[:, 0].min() > 200
    assert soft[:, 1].max() < 60


@pytest.mark.parametrize("size", [(270, 480), (271, 479)])
def test_alpha_colours_and_times_come_back(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "overlay-alpha.webm"
    look = Look(style="both", opacity=0.5)
    with AlphaOverlay(path, info_of(size), CLASSES, look, shift=TIMES[0]) as video:
        for number, time in enumerate(TIMES):
            video.write(finished(number, time, labels(number), size, drawn=(1, 2)))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    frames = decoded(path)
    assert [f.pts for f in frames] == [time - TIMES[0] for time in TIMES]
    for number, frame in enumerate(frames):
        assert (frame.format.name, frame.width, frame.height) == ("yuva420p", size[1], size[0])
        assert int(frame.colorspace) == 1
        colors, alpha = rgba(frame)
        canvas = AlphaCanvas(size)
        draw(canvas, labels(number), CLASSES, look, confidence=np.full((27, 48), 255, np.uint8))
        wanted_colors, wanted = rgba(canvas.picture)
        assert np.abs(alpha.astype(int) - wanted).mean() < 1.5
        assert np.abs(colors[wanted > 100].astype(int) - wanted_colors[wanted > 100]).mean() < 6
        assert abs(int(alpha[130, 120 + 10 * number]) - 128) < 6


def test_a_job_makes_it(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "in.mp4", 128, 96, fps=20) as writer:
        for _ in range(4):
            writer.write(np.full((96, 128, 3), 200, np.uint8))
    config = SegmentConfig(
        video=tmp_path / "in.mp4", run="r", style="fill", opacity=1, side_by_side=True, also=("alpha_overlay",)
    )
    result = segment(config, LeftHalf(), tmp_path / "out")
    frames = decoded(result.folder / "overlay-alpha.webm")
    assert len(frames) == 4
    colors, alpha = rgba(frames[2])
    assert alpha.shape == (96, 128)  # it is laid over the source: never twice as wide
    assert alpha[48, 20] > 250
    assert alpha[48, 100] < 5
    assert np.abs(colors[48, 20].astype(int) - LeftHalf.classes[1].rgb).max() < 12
