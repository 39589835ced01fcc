"""What is done to a decoder's pictures before anybody sees them: fields woven together, high range made standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import av
import av.filter
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from segcore.temporary import passing
from segcore.video.colors import Colors
from segcore.video.tonemap import Hdr, cube

_TRANSFERS: dict[int, Hdr] = {16: "pq", 18: "hlg"}
_NAMES: dict[Hdr, str] = {"pq": "HDR10 (PQ)", "hlg": "HLG"}

STANDARD = Colors(matrix=1, primaries=1, transfer=1)
"""What tone-mapped pictures are: BT.709, limited range."""


@dataclass(frozen=True)
class Treatment:
    """What a video needs, told by one of its pictures.

    Attributes:
        interlaced: its pictures are two fields each.
        hdr: its transfer, where it has a high dynamic range.
    """

    interlaced: bool = False
    hdr: Hdr | None = None

    @classmethod
    def of_picture(cls, picture: av.VideoFrame) -> Treatment:
        """As the picture says of itself."""
        return cls(bool(picture.interlaced_frame), _TRANSFERS.get(int(picture.color_trc)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What people must know, in plain sentences."""
        said = []
        if self.hdr:
            said.append(f"The video is {_NAMES[self.hdr]}; its brightness was brought to standard range.")
        if self.interlaced:
            said.append("The video is interlaced; each picture was made of its two fields.")
        return tuple(said)

    def colors(self, picture: av.VideoFrame) -> Colors:
        """What the numbers mean after it."""
        given = Colors.of_picture(picture)
        if self.hdr is None:
            return given
        return Colors(STANDARD.matrix, STANDARD.primaries, STANDARD.transfer, full=False, large=given.large)

    def apply(self, pictures: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        """The same number of pictures, at the same times, in the same order."""
        if self.interlaced:
            pictures = _woven(pictures)
        if self.hdr:
            pictures = _mapped(pictures, self.hdr)
        yield from pictures


def _woven(pictures: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """FFmpeg's bwdif, one picture for two fields; pictures that are not interlaced pass as they are.

    The filter looks one picture ahead, and numbers instead of times tell which picture came out.
    """
    graph: av.filter.Graph | None = None
    waiting: list[av.VideoFrame] = []
    form: tuple[int, int, str] | None = None

    def pulled() -> Iterator[av.VideoFrame]:
        assert graph is not None
        while waiting:
            try:
                made = graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            yield _dressed(made, waiting.pop(0))

    for picture in pictures:
        if form != (picture.width, picture.height, picture.format.name):
            if graph is not None:
                graph.vpush(None)
                yield from pulled()
            form = (picture.width, picture.height, picture.format.name)
            graph = _graph(picture, "bwdif", "mode=send_frame:deint=interlaced")
        assert graph is not None
        waiting.append(picture)
        graph.vpush(picture)
        yield from pulled()
    if graph is not None:
        graph.vpush(None)
        yield from pulled()


def _mapped(pictures: Iterable[av.VideoFrame], kind: Hdr) -> Iterator[av.VideoFrame]:
    """Through the table of `tonemap`, in 10 bits, to 8."""
    into, back = VideoReformatter(), VideoReformatter()
    graph: av.filter.Graph | None = None
    size = (0, 0)
    with passing() as folder:
        table = folder / "table.cube"
        table.write_text(cube(kind), "ascii")
        for picture in pictures:
            rgb = into.reformat(
                picture, format="gbrp10le", src_colorspace=Colorspace.BT2020, dst_color_range=ColorRange.JPEG
            )
            if graph is None or size != (rgb.width, rgb.height):
                size = (rgb.width, rgb.height)
                graph = _graph(rgb, "lut3d", f"file={table}:interp=tetrahedral")
            graph.vpush(rgb)
            mapped = back.reformat(
                graph.vpull(),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            yield _dressed(mapped, picture)


def _graph(picture: av.VideoFrame, name: str, options: str) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=picture.time_base
    )
    graph.link_nodes(source, graph.add(name, options), graph.add("buffersink")).configure()
    return graph


def _dressed(made: av.VideoFrame, picture: av.VideoFrame) -> av.VideoFrame:
    """The made picture at the time of the one that it was made of."""
    made.pts, made.time_base = picture.pts, picture.time_base
    return made
