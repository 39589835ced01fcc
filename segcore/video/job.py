"""The stages of a video job, side by side: decode and scale → network → draw, measure and write."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.video.canvas import PlanesCanvas
from segcore.video.chunks.plan import Plan
from segcore.video.chunks.record import Ends, Witness
from segcore.video.chunks.resume import frames_after
from segcore.video.chunks.shelf import Shelf
from segcore.video.chunks.writer import ChunkWriter
from segcore.video.config import SegmentConfig
from segcore.video.contours import Contours
from segcore.video.flow import Channel, Flow, Stopped
from segcore.video.info import VideoInfo
from segcore.video.labelled import DecodedFrame, FinishedFrame, LabelledFrame
from segcore.video.labelling import Labelling
from segcore.video.load import Load
from segcore.video.look import Look
from segcore.video.outputs.product import Product
from segcore.video.overlay import paint, trace
from segcore.video.planes import Planes, side_by_side
from segcore.video.refine import refine
from segcore.video.region import Region
from segcore.video.source import Source, SourceFrame, open_source
from segcore.video.spans.span import Span
from segcore.video.speed import SPEEDS, Stillness
from segcore.video.steadiness import Steadiness

_QUEUE_BYTES = 150_000_000


class Job:
    """The three threads that make a span of a job's chunks, from reading to writing.

    Args:
        config: what to do.
        predictor: the network.
        reader: the video, opened.
        region: what the network sees; None: the whole frame.
        shelf: where chunks are kept.
        products: what is made.
        span: which chunks are made.

    Attributes:
        done: frames that are finished so far.
        ends: why it ended where it did; "stop" until that is known.
    """

    def __init__(
        self,
        config: SegmentConfig,
        predictor: Predictor,
        reader: Source,
        region: Region | None,
        shelf: Shelf,
        products: Sequence[Product],
        span: Span,
    ) -> None:
        info = reader.info
        self.config, self.predictor, self.reader = config, predictor, reader
        self._flow = Flow()
        reader.beat = self._flow.beat
        self.clock = self._flow.clock
        self.labelling = Labelling(predictor, Stillness(SPEEDS[config.speed].still), self.clock)
        self.region = region
        looks = config.stability or config.smooth
        self._steadiness = Steadiness(len(predictor.classes), smooth=config.smooth) if looks else None
        self.done = 0
        self.ends: Ends = "stop"
        self._ending = False
        self._shelf, self._products = shelf, products
        self._span, self._before = span, span.after
        self._plan = plan_of(config, info)
        self._size = self.region.size if self.region else (info.height, info.width)
        self._network_size = predictor.size_for(*self._size)
        waiting = max(2, min(2 * predictor.parallel, _QUEUE_BYTES // (info.width * info.height * 3)))
        self._decoded: Channel[DecodedFrame] = Channel(self._flow, waiting)
        self._labelled: Channel[LabelledFrame] = Channel(self._flow, waiting)
        self._damage = reader.damage.counted()

    def run(
        self, look: Callable[[], None], should_stop: Callable[[], bool], should_end: Callable[[], bool] = lambda: False
    ) -> None:
        """Start the stages and watch them until all are done.

        Args:
            look: called ten times a second meanwhile.
            should_stop: likewise; True cancels.
            should_end: likewise; after True no further frame is read.

        Raises:
            FrameNotThere: the frame before the span does not come by.
        """
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)  # the stages are the threads; OpenCV's own would only fight with them

        def poll() -> bool:
            look()
            self._ending = self._ending or should_end()
            return should_stop()

        try:
            self._flow.start("decode", self._decode)
            self._flow.start("network", self._label)
            self._flow.start("encode", self._write)
            self._flow.watch(poll)
        finally:
            cv2.setNumThreads(threads)

    def load(self) -> Load:
        """What each part has cost so far."""
        return self.clock.load(self.done)

    def _decode(self) -> None:
        frames, number = self._frames(), -1
        while not self._ending:
            with self.clock.of("decode"):
                frame, source = next(frames, (None, self.reader))
            if frame is None:
                self.ends = "video"
                break
            self._alive()
            self._damage = source.damage.counted()
            if frame.index % self.config.every == 0:
                number, before = self._plan.number_of(frame.pts), number
                if self._span.until is not None and number >= self._span.until:
                    self.ends = "border"
                    break
                self._decoded.put(self._prepared(frame, begins=number != before))
        frames.close()
        self._decoded.close()

    def _frames(self) -> Generator[tuple[SourceFrame, Source]]:
        """All frames from the span's first one on, each with the source that it comes from."""
        after = self._span.after
        if after is None:
            yield from ((frame, self.reader) for frame in self.reader)
            return
        time_s = float(after.pts * self.reader.info.time_base)
        begin_s, open_at = self.config.start_s, partial(opened, self.config)
        yield from frames_after(after, time_s, begin_s, open_at, self._seen_before, self._alive)

    def _alive(self) -> None:
        """A sign of life for a frame that is only decoded; many may pass between two that are segmented."""
        self._flow.alive()
        if self._flow.stopping.is_set():
            raise Stopped

    def _prepared(self, frame: SourceFrame, *, begins: bool) -> DecodedFrame:
        with self.clock.of("scale"):
            planes = frame.planes()
            small = seen_of(frame, planes, self.region, self._network_size)
        return DecodedFrame(frame.index, frame.time_s, frame.pts, planes, small, begins, self._damage)

    def _seen_before(self, frame: SourceFrame) -> Witness:
        """The frame before the span, as it comes by."""
        assert self._before is not None
        small = seen_of(frame, frame.planes(), self.region, self._network_size)
        self._before = Witness.of(self._before.index, frame.pts, small)
        return self._before

    def _label(self) -> None:
        for item in self.labelling.of(self._decoded):
            self._labelled.put(item)
        self._labelled.close()

    def _write(self) -> None:
        with ChunkWriter(self._shelf, self._plan, self._products, self.clock, lambda: self._before) as out:
            for item in self._labelled:
                out.write(self._finish(item), item)
                self.done += 1
            out.close(self.ends, self._damage)

    def _finish(self, item: LabelledFrame) -> FinishedFrame:
        frame, classes, region, steady = item.frame, self.predictor.classes, self.region, None
        if self._steadiness:
            with self.clock.of("stability"):
                item, steady = self._steadiness.look(item)
        with self.clock.of("refine"):
            labels, confidence = settled(self.config, region, frame.planes, item.labels, item.confidence)
        with self.clock.of("measure"):
            measure = measure_frame(labels, confidence, self._size, len(classes))
        with self.clock.of("draw"):
            contours = trace(labels, classes, self.config, self._size, confidence)
            overlay = drawn(self.config, classes, region, frame.planes, contours)
            contours = region.shifted(contours) if region else contours
        return FinishedFrame(
            frame.index, frame.time_s, frame.pts, labels, confidence, contours, overlay, measure, region, steady
        )


def seen_of(frame: SourceFrame, planes: Planes, region: Region | None, size: tuple[int, int]) -> np.ndarray:
    """What the network sees of a frame.

    Args:
        frame: as it comes from its source.
        planes: its planes.
        region: None: the whole frame.
        size: (height, width) of the network.

    Returns:
        (height, width, 3) uint8 RGB.
    """
    return frame.scaled(size) if region is None else region.cut(planes).scaled(size)


def settled(
    config: SegmentConfig, region: Region | None, planes: Planes, labels: np.ndarray, confidence: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and confidence (h, w) uint8 as they are measured and drawn: refined, where that is asked for."""
    if not config.refine:
        return labels, confidence
    place = region.place if region else (slice(planes.height), slice(planes.width))
    return refine(labels, confidence, np.ascontiguousarray(planes.luma[place]))


def drawn(look: Look, classes: ClassTable, region: Region | None, planes: Planes, contours: Contours) -> Planes:
    """The overlay, drawn onto a frame; beside a copy of it, if that is wanted.

    Args:
        look: how it looks.
        classes: of the network.
        region: what is around it is dimmed. None: the whole frame.
        planes: the frame, which changes.
        contours: in pixels of the region, or of the frame.
    """
    source = planes.copy() if look.side_by_side else None
    if region is None:
        paint(PlanesCanvas(planes), contours, classes, look)
    else:
        part = region.cut(planes)
        paint(PlanesCanvas(part), contours, classes, look)
        region.frame(part, planes)
    return planes if source is None else side_by_side(source, planes)


def opened(config: SegmentConfig, start_s: float) -> Source:
    """The video of a job, from a time on."""
    return open_source(config.video, start_s=start_s, end_s=config.end_s, fps=config.fps)


def region_of(config: SegmentConfig, info: VideoInfo) -> Region | None:
    """The region that the network sees; None where that is the whole frame.

    Raises:
        VideoError: it reaches out of the frame.
    """
    return config.region.within(info.width, info.height, info.path.name) if config.region else None


def plan_of(config: SegmentConfig, info: VideoInfo) -> Plan:
    """Where the chunks of a job begin."""
    return Plan.of(
        config.chunk_frames, every=config.every, fps=info.fps, time_base=info.time_base, start_s=config.start_s
    )
