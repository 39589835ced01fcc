"""Fields become pictures, high range becomes standard; number, order and times stay."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import av.filter
import numpy as np
import pytest

from segcore.video.colors import Colors
from segcore.video.treatment import STANDARD, Treatment


def combed(number: int) -> av.VideoFrame:
    """Two fields of a bright square that moves by 12 pixels between them."""
    image = np.full((96, 128, 3), 40, np.uint8)
    for field in (0, 1):
        left = 10 + 24 * number + 12 * field
        image[20 + field : 70 : 2, left : left + 30] = 220
    frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p")
    frame.pts, frame.time_base = number * 40, Fraction(1, 1000)
    graph = av.filter.Graph()
    source = graph.add_buffer(width=128, height=96, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, graph.add("setfield", "tff"), graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


def combing(picture: av.VideoFrame) -> float:
    """How much rows differ from the mean of their neighbours."""
    luma = picture.to_ndarray(format="gray").astype(float)
    return float(np.abs(luma[1:-1] - (luma[:-2] + luma[2:]) / 2)[25:65].mean())


def test_fields_are_woven_and_times_stay() -> None:
    source = [combed(n) for n in range(4)]
    assert Treatment.of_picture(source[0]) == Treatment(interlaced=True)
    made = list(Treatment(interlaced=True).apply(combed(n) for n in range(4)))
    assert [(p.pts, p.time_base) for p in made] == [(p.pts, p.time_base) for p in source]
    assert combing(source[1]) > 4 * combing(made[1])
    whole = [p.to_ndarray(format="gray")[45].argmax() for p in made]
    assert whole == sorted(whole)


def test_a_video_that_needs_nothing_is_passed_on() -> None:
    picture = av.VideoFrame(64, 48, "yuv420p")
    treatment = Treatment.of_picture(picture)
    assert treatment == Treatment()
    assert treatment.notes == ()
    assert next(treatment.apply([picture])) is picture


def hdr(level: int, size: tuple[int, int] = (64, 48)) -> av.VideoFrame:
    """A grey picture in 10 bits, PQ, BT.2020, limited range."""
    width, height = size
    planes = np.concatenate([np.full(width * height, level), np.full(width * height // 2, 512)]).astype(np.uint16)
    frame = av.VideoFrame.from_ndarray(planes.reshape(height * 3 // 2, width), "yuv420p10le")
    frame.color_trc, frame.color_primaries, frame.colorspace, frame.color_range = 16, 9, 9, 1
    frame.pts, frame.time_base = 5, Fraction(1, 25)
    return frame


def test_reference_white_becomes_white_not_grey() -> None:
    treatment = Treatment.of_picture(hdr(64))
    assert treatment.hdr == "pq"
    assert "HDR10" in treatment.notes[0]
    assert treatment.colors(hdr(64)) == STANDARD
    white = 64 + round(0.581 * 876)
    black, bright = (p.to_ndarray() for p in treatment.apply([hdr(64), hdr(white)]))
    assert np.abs(black[:48].astype(int) - 16).max() <= 1
    assert 180 <= np.median(bright[:48]) <= 225  # 75 to 95 % of 16 to 235; as it stands it would be 143
    assert np.abs(bright[48:].astype(int) - 128).max() <= 1


def test_times_and_sizes_of_mapped_pictures() -> None:
    made = list(Treatment(hdr="hlg").apply([hdr(300), hdr(300, (128, 96))]))
    assert [(p.width, p.height, p.format.name, p.pts) for p in made] == [
        (64, 48, "yuv420p", 5),
        (128, 96, "yuv420p", 5),
    ]


def test_a_source_that_fails_midway_says_so() -> None:
    def breaking() -> Iterator[av.VideoFrame]:
        yield combed(0)
        raise ValueError("torn")

    with pytest.raises(ValueError, match="torn"):
        list(Treatment(interlaced=True).apply(breaking()))


def test_colours_of_standard_video_stay() -> None:
    picture = av.VideoFrame(1920, 1080, "yuv420p")
    assert Treatment().colors(picture) == Colors(large=True)
